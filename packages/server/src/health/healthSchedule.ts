/** When health is computed: soon after each full hour, and for hours that nobody was there for. */
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Logger } from 'pino';
import type { Lease } from '../control/lease.ts';
import type { ControlConnection } from '../control/connect.ts';
import { workspaces } from '../control/tables/workspaces.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { repeat } from '../repeat.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import { computeHealth } from './computeHealth.ts';

const LOOK_MS = 30_000;
/** Longer than a workspace may take. */
const LEASE_SECONDS = 120;
const HOUR_MS = 3_600_000;
/** What is sent at the end of an hour has arrived by then. */
const AFTER_HOUR_MS = 120_000;
/** Older hours that were missed stay empty. */
const MISSED_HOURS_MAX = 24;

export interface HealthScheduleDeps {
  control: ControlConnection;
  telemetry: TelemetryConnection;
  lease: Lease;
  readerOf(workspaceId: WorkspaceId): TelemetryReader;
  timeZoneOf(workspaceId: WorkspaceId): Promise<string>;
  /** Whether the plan of the workspace has health scores. */
  isOn(workspaceId: WorkspaceId): boolean;
  /** Unix milliseconds. */
  nowMs(): number;
  /** Told of every look that did not fail, those of an instance without the lease included. */
  onRan?(): void;
  log: Logger;
}

/** Computes hours that have ended and were not computed, the oldest first, for every workspace. Answers how many scores were written. */
export async function computeDueHours(deps: HealthScheduleDeps, mayGoOn: () => Promise<boolean>): Promise<number> {
  const { control, telemetry, readerOf, timeZoneOf, isOn, nowMs, log } = deps;
  const newestMs = Math.floor((nowMs() - AFTER_HOUR_MS) / HOUR_MS) * HOUR_MS;
  const computed = await telemetry.rows<{ workspace_id: string; seconds: number }>(
    "SELECT workspace_id, toUnixTimestamp(max(time)) AS seconds FROM agent_health WHERE time >= toDateTime({from:Int64}, 'UTC') GROUP BY workspace_id",
    { from: newestMs / 1000 - MISSED_HOURS_MAX * 3_600 },
  );
  const newestOf = new Map(computed.map(({ workspace_id, seconds }) => [workspace_id, seconds * 1000]));
  let scores = 0;
  for (const { id } of await control.instanceDb.select({ id: workspaces.id }).from(workspaces)) {
    const workspaceId = id as WorkspaceId;
    if (!isOn(workspaceId)) continue;
    const timeZone = await timeZoneOf(workspaceId);
    const oldestMs = newestMs - (MISSED_HOURS_MAX - 1) * HOUR_MS;
    for (let atMs = Math.max(oldestMs, (newestOf.get(workspaceId) ?? 0) + HOUR_MS); atMs <= newestMs; atMs += HOUR_MS) {
      if (!(await mayGoOn())) return scores;
      const done = await computeHealth({ control, telemetry, reader: readerOf(workspaceId), timeZone, nowMs: nowMs() }, workspaceId, atMs);
      if (done.ok) scores += done.value;
      else log.warn({ workspaceId, detail: done.error.detail }, 'the health of agents could not be computed');
    }
  }
  return scores;
}

export function startHealthSchedule(deps: HealthScheduleDeps): { close(): Promise<void> } {
  const { lease, nowMs, onRan, log } = deps;
  let closing = false;
  let doneHour = 0;
  const look = async () => {
    const hour = Math.floor((nowMs() - AFTER_HOUR_MS) / HOUR_MS);
    if (hour === doneHour) return;
    const mayGoOn = async () => !closing && (await lease.hold(LEASE_SECONDS));
    if (!(await mayGoOn())) return;
    const scores = await computeDueHours(deps, mayGoOn);
    if (closing) return;
    doneHour = hour;
    if (scores > 0) log.info({ scores }, 'the health of agents was computed');
  };
  const stop = repeat(LOOK_MS, look, (error) => log.warn({ err: error }, 'the health of agents could not be computed; trying again'), onRan);
  return {
    close: async () => {
      closing = true;
      await stop();
      await lease.letGo();
    },
  };
}
