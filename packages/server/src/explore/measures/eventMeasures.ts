import { countOf, type MeasureDefinition } from './measure.ts';

/** What the event log alone can tell. Cost, tokens and latency of events are measures of their spans. */
export const EVENT_MEASURES: readonly MeasureDefinition[] = [
  countOf({ name: 'events', title: 'Events', description: 'Entries of the agent event log', better: 'neither' }, '1', 'events'),
  countOf(
    { name: 'event_errors', title: 'Failed events', description: 'Entries of the agent event log with status error or timeout', better: 'lower' },
    `status IN ('error', 'timeout')`,
    'events',
  ),
  countOf(
    { name: 'heartbeats', title: 'Heartbeats', description: 'Signs of life that agents sent', better: 'neither' },
    `event_type = 'heartbeat'`,
    'events',
  ),
];
