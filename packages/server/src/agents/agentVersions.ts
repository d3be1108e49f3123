/** Which versions of an agent were seen: read from its spans of the last day, and kept beyond it. */
import { type SQL, sql } from 'drizzle-orm';
import type { ControlConnection } from '../control/connect.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { ok, type Result } from '../result.ts';
import type { AgentRow } from './agentRow.ts';

const NS_PER_MS = 1_000_000n;
const DAY_MS = 86_400_000;
export const VERSIONS_MAX = 20;

type Versioned = Pick<AgentRow, 'agent_id' | 'versions'>;

/** The versions of each agent with those of the last day first, whichever was seen last. */
export async function readVersions(reader: TelemetryReader, agents: readonly Versioned[], nowMs: number): Promise<Result<Map<string, string[]>>> {
  if (agents.length === 0) return ok(new Map());
  const rows = await reader.query<{ agent_id: string; releases: string[] }>({
    sql: `SELECT agent_id, arrayMap(r -> r.2, arrayReverseSort(groupArray((last, release)))) AS releases
FROM (SELECT agent_id, release, max(start_time) AS last FROM spans
  WHERE start_time >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND agent_id IN {agents:Array(String)} AND release != '' GROUP BY agent_id, release)
GROUP BY agent_id`,
    params: { from: BigInt(nowMs - DAY_MS) * NS_PER_MS, agents: agents.map(({ agent_id }) => agent_id) },
  });
  if (!rows.ok) return rows;
  const ofToday = new Map(rows.value.map(({ agent_id, releases }) => [agent_id, releases]));
  return ok(
    new Map(agents.map(({ agent_id, versions }) => [agent_id, [...new Set([...(ofToday.get(agent_id) ?? []), ...versions])].slice(0, VERSIONS_MAX)])),
  );
}

/** Writes down what is new of them. Seen, not changed by anybody: no matter of the audit log. */
export async function noteVersions(
  control: Pick<ControlConnection, 'instanceDb'>,
  reader: TelemetryReader,
  agents: readonly Versioned[],
  nowMs: number,
): Promise<Result<undefined>> {
  const read = await readVersions(reader, agents, nowMs);
  if (!read.ok) return read;
  const changed = agents.filter(({ agent_id, versions }) => read.value.get(agent_id)?.join('\n') !== versions.join('\n'));
  if (changed.length === 0) return ok(undefined);
  const rows = JSON.stringify(changed.map(({ agent_id }) => ({ agent_id, versions: read.value.get(agent_id)?.map(asText) })));
  const statement: SQL = sql`UPDATE agents SET versions = ARRAY(SELECT jsonb_array_elements_text(seen.versions))
    FROM jsonb_to_recordset(${rows}::jsonb) AS seen (agent_id text, versions jsonb)
    WHERE agents.workspace_id = ${reader.workspaceId} AND agents.agent_id = seen.agent_id`;
  await control.instanceDb.execute(statement);
  return ok(undefined);
}

/** A text that PostgreSQL takes. */
const asText = (version: string) => Buffer.from(version).toString().replaceAll('\0', '\uFFFD');
