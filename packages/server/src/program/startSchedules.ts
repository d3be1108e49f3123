/** What runs by itself: long work that goes on after a restart, and what is looked at every so often. */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { startAlertSchedule } from '../alerts/alertSchedule.ts';
import { openTarget } from '../alerts/channels/channelRow.ts';
import { createAskAnomaly } from '../alerts/evaluation/askAnomaly.ts';
import { createAskSql } from '../alerts/evaluation/askSql.ts';
import { createAlertLinks } from '../alerts/lifecycle/alertLinks.ts';
import { messageLinks } from '../alerts/messageLinks.ts';
import { createLease } from '../control/lease.ts';
import { startHealthSchedule } from '../health/healthSchedule.ts';
import { startOverdueSchedule } from '../observations/overdueSchedule.ts';
import { createJobStore } from '../pricing/recompute/jobStore.ts';
import { startRecomputes } from '../pricing/recompute/recomputes.ts';
import { startRollupSchedule } from '../rollups/rollupSchedule.ts';
import { startWorkspaceDeletions } from '../workspaces/deletion/workspaceDeletions.ts';
import type { ProgramContext } from './context.ts';
import type { Planes } from './openPlanes.ts';
import type { Ingest } from './startIngest.ts';
import type { Tenancy } from './openTenancy.ts';

export type Schedules = Awaited<ReturnType<typeof startSchedules>>;

export async function startSchedules(context: ProgramContext, planes: Planes, tenancy: Tenancy, ingest: Ingest) {
  const { config, log, stops, nowMs } = context;
  const { control, telemetry, live, metrics, secret } = planes;
  const { gone, firstWorkspace, planBook, workspaceFacts, channelBox, senders, baseAddressOf } = tenancy;
  const { receiver, writer, quarantine, policies, books, settler, rewriting, observations, firstTraceWatch, readerOf } = ingest;
  const recomputes = await startRecomputes({
    telemetry,
    jobs: createJobStore(control),
    isAlone: control.engine === 'embedded',
    bookOf: books.bookOf,
    allStored: async () => {
      await receiver.flush();
      await writer.stored();
    },
    exclusively: rewriting,
    nowMs,
    log,
  });
  stops.push({ name: 'recomputes', stop: () => recomputes.close() });
  await gone.listen(async (workspaceIds) => {
    await firstWorkspace.refresh();
    receiver.forget(workspaceIds);
    for (const holder of [policies, books, live, firstTraceWatch, planBook]) for (const id of workspaceIds) holder.forget(id);
    await quarantine.forget(workspaceIds);
  });
  const deletions = await startWorkspaceDeletions({
    control,
    telemetry,
    gone,
    allStored: async () => {
      await receiver.flush();
      await writer.stored();
    },
    exclusively: rewriting,
    nowMs,
    onRan: metrics.scheduleRan('deletions'),
    log,
  });
  stops.push({ name: 'deletions of workspaces', stop: () => deletions.close() });
  const rollups = startRollupSchedule({ telemetry, lease: createLease(control, 'rollups'), nowMs, onRan: metrics.scheduleRan('rollups'), log });
  stops.push({ name: 'rollups', stop: () => rollups.close() });
  const health = startHealthSchedule({
    control,
    telemetry,
    lease: createLease(control, 'health'),
    readerOf: (workspaceId) => readerOf({ workspaceId, hiddenAgents: [] }),
    timeZoneOf: workspaceFacts.timeZoneOf,
    isOn: (workspaceId) => planBook.refusedFeature(workspaceId, 'health') === undefined,
    nowMs,
    onRan: metrics.scheduleRan('health'),
    log,
  });
  stops.push({ name: 'health of agents', stop: () => health.close() });
  const overdue = startOverdueSchedule({
    telemetry,
    composer: observations,
    settle: settler.settle,
    nowMs,
    onRan: metrics.scheduleRan('observations'),
    log,
  });
  stops.push({ name: 'observations that never ended', stop: () => overdue.close() });
  const ofWorkspace = (workspaceId: WorkspaceId) => readerOf({ workspaceId, hiddenAgents: [] });
  const links = createAlertLinks(secret);
  const alerts = startAlertSchedule({
    control,
    lease: createLease(control, 'alerts'),
    evaluate: { telemetry, readerOf: ofWorkspace, askSql: createAskSql(telemetry), askAnomaly: createAskAnomaly(ofWorkspace) },
    deliver: {
      targetOf: (channel) => openTarget(channel, channelBox),
      send: (target, message, workspaceId) =>
        senders.send(
          target,
          message,
          messageLinks(baseAddressOf(`localhost:${config.port}`), links, { workspaceId, channelName: message.channelName, nowMs: nowMs() }),
        ),
    },
    nowMs,
    onRan: (schedule) => metrics.scheduleRan(schedule)(),
    onLag: metrics.setAlertLag,
    log,
  });
  stops.push({ name: 'alerts', stop: () => alerts.close() });
  return { recomputes, deletions, rollups, alerts };
}
