import {
  getMetricsHealth,
  getSnapshot,
  getSystemMetrics,
  type MetricsHealth,
  type Snapshot,
  type SystemMetrics,
} from '@sightglass/contract/routes/snapshot';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Caller } from '../../access/caller.ts';
import type { TelemetryReader } from '../../explore/reader.ts';
import type { LiveTraces } from '../../live/liveSpans.ts';
import { countLiveRuns } from '../../snapshot/liveRuns.ts';
import { readHealth } from '../../snapshot/readHealth.ts';
import { countRunsBegun, readSnapshot } from '../../snapshot/readSnapshot.ts';
import { readSystem } from '../../snapshot/readSystem.ts';
import { createRecentAnswers } from '../../snapshot/recentAnswers.ts';
import { withoutHiddenAgents } from '../../traces/withoutHiddenAgents.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

/** Programs and pages ask every few seconds, several at a time: within this they share an answer. */
const KEPT_MS = 2_000;
/** Of the runs of a whole day. */
const RUNS_KEPT_MS = 5_000;
const NS_PER_MS = 1_000_000n;

export interface SnapshotRouteDeps {
  readerOf(caller: Caller): TelemetryReader;
  liveOf(workspaceId: WorkspaceId): LiveTraces;
  countOpenAlerts(caller: Caller): number | Promise<number>;
  /** Unix nanoseconds. */
  now(): bigint;
}

export function snapshotRoutes(app: App, { readerOf, liveOf, countOpenAlerts, now }: SnapshotRouteDeps): void {
  const nowMs = () => Number(now() / NS_PER_MS);
  const snapshots = createRecentAnswers<Snapshot>(nowMs, KEPT_MS);
  const runsBegun = createRecentAnswers<number>(nowMs, RUNS_KEPT_MS);
  const verdicts = createRecentAnswers<MetricsHealth>(nowMs, KEPT_MS);
  const systems = createRecentAnswers<SystemMetrics>(nowMs, KEPT_MS);

  app.openapi(getSnapshot, async (c) => {
    const { workspaceId, hiddenAgents } = c.var.caller;
    const reader = readerOf(c.var.caller);
    const snapshot = await snapshots(reader.rowsKey, async () => {
      const [live, begun, openAlerts] = await Promise.all([
        withoutHiddenAgents(liveOf(workspaceId), reader, hiddenAgents),
        runsBegun(reader.rowsKey, () => countRunsBegun(reader, now())),
        countOpenAlerts(c.var.caller),
      ]);
      if (!live.ok) return live;
      if (!begun.ok) return begun;
      return readSnapshot(reader, { nowNs: now(), openAlerts, activeRuns: begun.value + countLiveRuns(live.value) });
    });
    return snapshot.ok ? c.json(snapshot.value, 200) : problem(c, snapshot.error);
  });

  app.openapi(getMetricsHealth, async (c) => {
    const reader = readerOf(c.var.caller);
    const verdict = await verdicts(reader.rowsKey, () => readHealth(reader, now()));
    return verdict.ok ? c.json(verdict.value, 200) : problem(c, verdict.error);
  });

  app.openapi(getSystemMetrics, async (c) => {
    const reader = readerOf(c.var.caller);
    const system = await systems(reader.rowsKey, () => readSystem(reader, now()));
    return system.ok ? c.json(system.value, 200) : problem(c, system.error);
  });
}
