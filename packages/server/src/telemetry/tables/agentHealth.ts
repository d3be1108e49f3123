/** How healthy each agent was at each full hour. Computed again, an hour has one row: the one that was computed last. */
import { dictionary, text } from './columnKinds.ts';
import type { Table } from './table.ts';

export const agentHealthTable: Table = {
  name: 'agent_health',
  columns: [
    dictionary('workspace_id'),
    dictionary('agent_id'),
    /** The full hour up to which it was judged. */
    { name: 'time', store: "DateTime('UTC')" },
    { name: 'score', store: 'UInt8' },
    /** 0: it was judged by heartbeats alone. */
    { name: 'window_hours', store: 'UInt8' },
    /** JSON, as the API answers them. */
    text('components'),
    /** Unix milliseconds of the computation. */
    { name: 'version', store: 'UInt64', codec: 'ZSTD(1)' },
  ],
  engine: { family: 'ReplacingMergeTree', version: 'version' },
  partitionBy: 'toYYYYMM(time)',
  orderBy: '(workspace_id, time, agent_id)',
};
