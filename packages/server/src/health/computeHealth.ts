/** The health of all agents of a workspace at a full hour, written down. */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { sql } from 'drizzle-orm';
import { readAgentRows } from '../agents/agentRow.ts';
import { noteVersions } from '../agents/agentVersions.ts';
import { readOpenAlerts } from '../alerts/lifecycle/openAlerts.ts';
import type { ControlConnection } from '../control/connect.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { ok, type Result } from '../result.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import { LONG_WINDOW_HOURS } from './agentHours.ts';
import { readHealth } from './readHealth.ts';
import { storeHealth } from './storedHealth.ts';

const HOUR_MS = 3_600_000;

export interface ComputeHealthDeps {
  control: Pick<ControlConnection, 'ofWorkspace' | 'instanceDb'>;
  telemetry: Pick<TelemetryConnection, 'run'>;
  /** One that sees every agent of the workspace. */
  reader: TelemetryReader;
  timeZone: string;
  /** Unix milliseconds. */
  nowMs: number;
}

/** Answers how many agents have a score. Heartbeats are judged where the hour has just ended: of earlier ones nobody knows any more. */
export async function computeHealth(deps: ComputeHealthDeps, workspaceId: WorkspaceId, atMs: number): Promise<Result<number>> {
  const { control, telemetry, reader, timeZone, nowMs } = deps;
  const sinceMs = atMs - LONG_WINDOW_HOURS * HOUR_MS;
  const agents = await control.ofWorkspace(workspaceId).read((tx) => readAgentRows(tx, workspaceId, nowMs, sql`last_seen_ms >= ${sinceMs}`));
  if (agents.length === 0) return ok(0);
  const openAlerts = await readOpenAlerts(control, workspaceId, atMs);
  const healths = await readHealth(reader, { agents, atMs, timeZone, heartbeatsAtMs: nowMs - atMs < HOUR_MS ? nowMs : null, openAlerts });
  if (!healths.ok) return healths;
  await storeHealth(telemetry, { workspaceId, atMs, nowMs }, healths.value);
  const noted = await noteVersions(control, reader, agents, nowMs);
  if (!noted.ok) return noted;
  return ok([...healths.value.values()].filter(({ score }) => score !== null).length);
}
