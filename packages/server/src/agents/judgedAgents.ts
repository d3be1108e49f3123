/** Agents as the API shows them: with the versions that were seen of late, and their health. */
import type { Agent, JudgedAgent } from '@sightglass/contract/agent';
import type { Health } from '@sightglass/contract/health';
import type { TelemetryReader } from '../explore/reader.ts';
import { readHealth } from '../health/readHealth.ts';
import type { OpenAlerts } from '../health/scoreHealth.ts';
import { readHealthOfHour } from '../health/storedHealth.ts';
import { ok, type Result } from '../result.ts';
import { type AgentRow, agentOf } from './agentRow.ts';
import { readVersions } from './agentVersions.ts';

const HOUR_MS = 3_600_000;

export interface Judging {
  reader: TelemetryReader;
  /** IANA name. */
  timeZone: string;
  /** Unix milliseconds. */
  nowMs: number;
  /** Whether the plan of the workspace has health scores. */
  withHealth: boolean;
  /** What is open now, by the agent that it is about. */
  openAlerts(): Promise<ReadonlyMap<string, OpenAlerts>>;
}

/** Each with the health of the last full hour, so that a long list is quick; of now where that hour has none. */
export async function judgeList(rows: readonly AgentRow[], judging: Judging): Promise<Result<JudgedAgent[]>> {
  const { reader, timeZone, nowMs, withHealth, openAlerts } = judging;
  const agents = await withVersions(rows, judging);
  if (!agents.ok) return agents;
  if (!withHealth || rows.length === 0) return ok(agents.value.map((agent) => ({ ...agent, health: null })));
  const ids = rows.map(({ agent_id }) => agent_id);
  const stored = await readHealthOfHour(reader, ids, Math.floor(nowMs / HOUR_MS) * HOUR_MS);
  if (!stored.ok) return stored;
  const others = rows.filter(({ agent_id }) => !stored.value.has(agent_id));
  const live = await readHealth(reader, { agents: others, atMs: nowMs, timeZone, heartbeatsAtMs: nowMs, openAlerts: await openAlerts() });
  if (!live.ok) return live;
  return ok(agents.value.map((agent) => ({ ...agent, health: stored.value.get(agent.agent_id) ?? live.value.get(agent.agent_id) ?? null })));
}

export async function judgeOne(row: AgentRow, judging: Judging): Promise<Result<JudgedAgent>> {
  const agents = await withVersions([row], judging);
  if (!agents.ok) return agents;
  const health = await healthNow(row, judging);
  if (!health.ok) return health;
  const [agent] = agents.value;
  return ok({ ...(agent ?? agentOf(row)), health: health.value });
}

/** Null where the plan leaves it out. */
export async function healthNow(row: AgentRow, { reader, timeZone, nowMs, withHealth, openAlerts }: Judging): Promise<Result<Health | null>> {
  if (!withHealth) return ok(null);
  const healths = await readHealth(reader, { agents: [row], atMs: nowMs, timeZone, heartbeatsAtMs: nowMs, openAlerts: await openAlerts() });
  return healths.ok ? ok(healths.value.get(row.agent_id) ?? null) : healths;
}

export async function withVersions(rows: readonly AgentRow[], { reader, nowMs }: Pick<Judging, 'reader' | 'nowMs'>): Promise<Result<Agent[]>> {
  const versions = await readVersions(reader, rows, nowMs);
  if (!versions.ok) return versions;
  return ok(rows.map((row) => ({ ...agentOf(row), versions: versions.value.get(row.agent_id) ?? row.versions })));
}
