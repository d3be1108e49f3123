import { LOG_LEVELS } from '@sightglass/contract/log';
import { type Facet, type FilteredList, valuesFacet } from '../../filters/facets.ts';

const id = (name: string, label: string): Facet => ({ kind: 'id', name, label, primary: false });

const FACETS: readonly Facet[] = [
  { kind: 'choice', name: 'min_level', label: 'Level', verb: 'at least', primary: true, options: LOG_LEVELS },
  valuesFacet('logger', 'Logger', true),
  valuesFacet('service_name', 'Service', true),
  valuesFacet('agent_id', 'Agent', true),
  valuesFacet('user_id', 'User', true),
  valuesFacet('session_id', 'Session', true),
  valuesFacet('endpoint', 'Endpoint', false),
  valuesFacet('environment', 'Environment', false),
  valuesFacet('department', 'Department', false),
  valuesFacet('run_id', 'Run', false),
  valuesFacet('event_name', 'Event', false),
  valuesFacet('level', 'Exact level', false),
  id('trace_id', 'Trace'),
  id('span_id', 'Span'),
];

/** How one narrows the list of logs. */
export const LOG_LIST: FilteredList = { noun: 'log', searched: 'messages, loggers, exceptions', facets: FACETS, source: 'logs', measure: 'logs' };
