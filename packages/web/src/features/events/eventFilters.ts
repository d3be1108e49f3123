import { EVENT_STATUSES, EVENT_TYPES } from '@sightglass/contract/event';
import { type FilteredList, valuesFacet } from '../../filters/facets.ts';

/** How one narrows the event log. It has no search: events are told apart by what they are, not by their words. */
export const EVENT_LIST: FilteredList = {
  noun: 'event',
  facets: [
    { kind: 'choice', name: 'event_type', label: 'Type', primary: true, several: true, options: EVENT_TYPES },
    { kind: 'choice', name: 'status', label: 'Status', primary: true, several: true, options: EVENT_STATUSES },
    valuesFacet('agent_id', 'Agent', true),
    valuesFacet('run_id', 'Run', true),
  ],
  source: 'events',
  measure: 'events',
};
