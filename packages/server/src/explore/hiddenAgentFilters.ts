/**
 * What a reader adds to the filter of each table so that nothing of some agents is read: their spans and events; logs and metric points
 * that name them, or that belong to a trace of theirs; and tables whose rows do not say of which agent they are.
 *
 * Agents are compared by a 64-bit hash: an id is whatever its sender likes, settings take no parameters, and a query's text has room
 * for a thousand numbers where it has none for a thousand ids. A chance of one in 10^16 hides an agent too many, never one too few.
 */
import { createHash } from 'node:crypto';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { logsTable } from '../telemetry/tables/logs.ts';
import { metricPointsTable } from '../telemetry/tables/metricPoints.ts';
import { payloadsTable } from '../telemetry/tables/payloads.ts';
import { spanArrivalsTable } from '../telemetry/tables/spanArrivals.ts';
import type { Table } from '../telemetry/tables/table.ts';
import { AGENT_HASHES, agentHashSql, traceBoundsTable } from '../telemetry/tables/traceBounds.ts';

/** Where a metric point may say of which agent it is; the service is an agent where no other is named. */
const POINT_AGENTS = [
  'service_name',
  ...['gen_ai.agent.name', 'gen_ai.agent.id', 'agent.name', 'agent.id', 'agent_id'].map((key) => `attributes_string['${key}']`),
  ...['gen_ai.agent.name', 'gen_ai.agent.id'].map((key) => `JSONExtractString(resource, '${key}')`),
];

/** As `agentHashSql` has it. */
export const hashOfAgent = (agentId: string): bigint => createHash('md5').update(agentId).digest().readBigUInt64BE(0);

/**
 * Those whose rows say nothing of agents, or are read by what is known of rows that may be seen: payloads by the hashes that stand in
 * spans, bounds by the id of a trace, the others to know whether something that was computed still holds.
 */
const OF_NO_AGENT: ReadonlySet<string> = new Set([payloadsTable.name, traceBoundsTable.name, spanArrivalsTable.name, 'rollup_windows']);
const NOTHING = '0';

/**
 * By table, the conditions under which a row is shown; no entry where every row is, and none at all when no agent is hidden. A table
 * that has no `agent_id` and is not named above shows nothing, so that a new one cannot tell of hidden agents by oversight.
 */
export function hiddenAgentFilters(tables: readonly Table[], workspaceId: WorkspaceId, hiddenAgents: readonly string[]): ReadonlyMap<string, string> {
  if (hiddenAgents.length === 0) return new Map();
  const hashes = [...new Set(hiddenAgents.map(hashOfAgent))].join(',');
  const isShown = (agent: string) => `${agentHashSql(agent)} NOT IN (${hashes})`;
  const hiddenTraces = `SELECT trace_id FROM ${traceBoundsTable.name} WHERE workspace_id = '${workspaceId}' AND hasAny(${AGENT_HASHES.name}, [${hashes}])`;
  const conditionOf = ({ name, columns }: Table): string | undefined => {
    // A log is its agent's when it names one; else its trace's, as a whole; else its service's. See `logContext.ts`.
    if (name === logsTable.name)
      return `if(agent_id != '', ${isShown('agent_id')}, ${isShown('service_name')} AND trace_id NOT IN (${hiddenTraces}))`;
    if (name === metricPointsTable.name) return `NOT hasAny([${POINT_AGENTS.map(agentHashSql).join(', ')}], [${hashes}])`;
    if (columns.some((column) => column.name === 'agent_id')) return isShown('agent_id');
    return OF_NO_AGENT.has(name) ? undefined : NOTHING;
  };
  return new Map(
    tables.flatMap((table) => {
      const condition = conditionOf(table);
      return condition === undefined ? [] : [[table.name, condition]];
    }),
  );
}

/** Tells readers apart that see different rows of one workspace, in the keys of what is remembered: '' when no agent is hidden. */
export const hiddenAgentsKey = (hiddenAgents: readonly string[]): string =>
  hiddenAgents.length === 0
    ? ''
    : createHash('sha256')
        .update(JSON.stringify([...hiddenAgents].sort()))
        .digest('base64url');
