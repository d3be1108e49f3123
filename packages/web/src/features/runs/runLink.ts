import type { Run } from '@sightglass/contract/run';
import type { ItemLink } from '../../lists/itemList.ts';

/** The run's page. Several traces may name one run, so the trace is told, too. */
export const linkToRun = ({ run_id, trace_id }: Pick<Run, 'run_id' | 'trace_id'>): ItemLink => ({
  to: '/runs/$runId',
  params: { runId: run_id },
  search: { trace: trace_id },
});

/** Whose run it is, else what its span is called. */
export const nameOfRun = ({ agent_id, name }: Pick<Run, 'agent_id' | 'name'>): string => agent_id ?? (name === '' ? 'unnamed' : name);
