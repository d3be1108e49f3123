import { EVENT_KEYS_VIEW_SQL, eventKeysTable, eventsTable, RUN_EVENTS_VIEW_SQL, runEventsTable } from '../tables/events.ts';
import { createTableSql } from '../tables/table.ts';
import type { Migration } from './migration.ts';

export const events: Migration = {
  id: 5,
  name: 'agent events, what they are known by, and the events of runs',
  statements: [createTableSql(eventsTable), createTableSql(eventKeysTable), createTableSql(runEventsTable), EVENT_KEYS_VIEW_SQL, RUN_EVENTS_VIEW_SQL],
  previousReleaseRuns: true,
};
