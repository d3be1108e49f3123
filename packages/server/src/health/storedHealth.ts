/** The health of full hours: written once an hour, kept, and read as history. */
import { type Health, HealthSchema } from '@sightglass/contract/health';
import type { ListQuery } from '@sightglass/contract/listQuery';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import { z } from 'zod';
import { Int64Text, openCursor, sealCursor } from '../explore/opaqueCursor.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { parseTimeRange } from '../explore/timeRange.ts';
import { refuseCursor } from '../refuseCursor.ts';
import { ok, type Result } from '../result.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';

const AGENTS_AN_INSERT = 500;

/** Writes the scores of an hour; whoever has none is left out. Doing it again replaces them. */
export async function storeHealth(
  telemetry: Pick<TelemetryConnection, 'run'>,
  { workspaceId, atMs, nowMs }: { workspaceId: WorkspaceId; atMs: number; nowMs: number },
  healths: ReadonlyMap<string, Health>,
): Promise<void> {
  const scored = [...healths].filter(([, { score }]) => score !== null);
  for (let i = 0; i < scored.length; i += AGENTS_AN_INSERT) {
    const some = scored.slice(i, i + AGENTS_AN_INSERT);
    await telemetry.run(
      `INSERT INTO agent_health (workspace_id, agent_id, time, score, window_hours, components, version)
SELECT {workspace:String}, row.1, toDateTime({at:Int64}, 'UTC'), toUInt8(row.2), toUInt8(row.3), row.4, {version:UInt64}
FROM (SELECT arrayJoin(arrayZip({agents:Array(String)}, {scores:Array(String)}, {windows:Array(String)}, {components:Array(String)})) AS row)`,
      {
        workspace: workspaceId,
        at: atMs / 1000,
        version: nowMs,
        agents: some.map(([agentId]) => agentId),
        scores: some.map(([, { score }]) => String(score)),
        windows: some.map(([, { window_hours }]) => String(window_hours ?? 0)),
        components: some.map(([, { components }]) => JSON.stringify(components)),
      },
    );
  }
}

interface StoredRow {
  agent_id: string;
  seconds: number;
  score: number;
  window_hours: number;
  components: string;
}

const SELECT = `SELECT agent_id, toUnixTimestamp(time) AS seconds, score, window_hours, components FROM agent_health FINAL`;

const healthOf = ({ seconds, score, window_hours, components }: StoredRow): Health => ({
  score,
  components: HealthSchema.shape.components.parse(JSON.parse(components)),
  window_hours: window_hours === 0 ? null : window_hours,
  computed_at: formatTimestamp(BigInt(seconds) * 1_000_000_000n),
});

/** What was computed for a full hour (Unix milliseconds), of those agents that had a score. */
export async function readHealthOfHour(reader: TelemetryReader, agentIds: readonly string[], atMs: number): Promise<Result<Map<string, Health>>> {
  const rows = await reader.query<StoredRow>({
    sql: `${SELECT} WHERE time = toDateTime({at:Int64}, 'UTC') AND agent_id IN {agents:Array(String)}`,
    params: { at: BigInt(atMs / 1000), agents: agentIds },
  });
  return rows.ok ? ok(new Map(rows.value.map((row) => [row.agent_id, healthOf(row)]))) : rows;
}

/** The range, resolved (`now-24h` must mean the same on every page), and the last hour of the page before, Unix seconds. */
const CursorSchema = z.tuple([z.literal('health'), Int64Text, Int64Text, Int64Text]);

/** The scores of an agent, newest first. */
export async function listHealth(
  reader: TelemetryReader,
  agentId: string,
  query: ListQuery,
  nowNs: bigint,
): Promise<Result<{ items: Health[]; next_cursor: string | null }>> {
  const cursor = query.cursor === undefined ? undefined : openCursor(query.cursor, CursorSchema);
  if (query.cursor !== undefined && cursor === undefined) {
    return refuseCursor();
  }
  const range = cursor === undefined ? parseTimeRange(query, nowNs, 'query') : ok({ fromNs: BigInt(cursor[1]), toNs: BigInt(cursor[2]) });
  if (!range.ok) return range;
  const { fromNs, toNs } = range.value;
  const before = cursor === undefined ? '' : ` AND time < toDateTime({before:Int64}, 'UTC')`;
  const rows = await reader.query<StoredRow>({
    sql: `${SELECT} WHERE agent_id = {agent:String} AND time >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Nano({to:Int64}, 'UTC')${before}
ORDER BY time DESC LIMIT ${query.limit + 1}`,
    params: { agent: agentId, from: fromNs, to: toNs, ...(cursor === undefined ? {} : { before: BigInt(cursor[3]) }) },
  });
  if (!rows.ok) return rows;
  const shown = rows.value.slice(0, query.limit);
  const last = rows.value.length > query.limit ? shown.at(-1) : undefined;
  const next = last === undefined ? null : sealCursor(['health', fromNs.toString(), toNs.toString(), String(last.seconds)]);
  return ok({ items: shown.map(healthOf), next_cursor: next });
}
