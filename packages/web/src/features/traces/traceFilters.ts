import { SPAN_STATUSES, TRACE_TYPES } from '@sightglass/contract/spanKinds';
import { type Facet, type FilteredList, valuesFacet } from '../../filters/facets.ts';

const FACETS: readonly Facet[] = [
  { kind: 'choice', name: 'status', label: 'Status', primary: true, options: SPAN_STATUSES },
  valuesFacet('agent_id', 'Agent', true),
  valuesFacet('model', 'Model', true),
  valuesFacet('user_id', 'User', true),
  valuesFacet('session_id', 'Session', true),
  { kind: 'least', name: 'min_duration_ms', label: 'Duration', primary: true, unit: 'ms', steps: ['1000', '5000', '30000'] },
  { kind: 'least', name: 'min_cost_usd', label: 'Cost', primary: true, unit: 'usd', steps: ['0.01', '0.1', '1'] },
  valuesFacet('provider', 'Provider', false),
  valuesFacet('department', 'Department', false),
  valuesFacet('endpoint', 'Endpoint', false),
  valuesFacet('environment', 'Environment', false),
  { kind: 'choice', name: 'trace_type', label: 'Type', primary: false, options: TRACE_TYPES },
];

/** How one narrows the trace list. */
export const TRACE_FILTERS: FilteredList = {
  noun: 'trace',
  searched: 'names, inputs, outputs, errors',
  facets: FACETS,
  source: 'spans',
  measure: 'traces',
};
