/** The way of what is received, from the worker over the journal into the store, and what is made of it there. */
import { join } from 'node:path';
import type { Caller } from '../access/caller.ts';
import { createAgentRegistry } from '../agents/agentRegistry.ts';
import { priceSpan } from '../cost/priceSpan.ts';
import { createEstimator } from '../estimate/estimator.ts';
import { createEventKeys } from '../events/eventKeys.ts';
import { findStoredKeys } from '../events/findStoredKeys.ts';
import { groupLookups } from '../events/groupedLookups.ts';
import { createRunComposer } from '../events/runComposer.ts';
import { createTelemetryReader } from '../explore/reader.ts';
import { leftFrames } from '../journal/leftFrames.ts';
import { openQuarantine } from '../journal/quarantine.ts';
import { startWriter } from '../journal/writer.ts';
import { createObservationComposer } from '../observations/observationComposer.ts';
import { createFirstTraceWatch } from '../onboarding/firstTrace.ts';
import { measuredReceiver } from '../ownMetrics/measured.ts';
import { openWorkspaceBooks } from '../pricing/workspaceBooks.ts';
import { LEFT_OUT_HELD_MS, startLeftOutSchedule } from '../sampling/leftOut.ts';
import { openWorkspacePolicies } from '../settings/workspacePolicies.ts';
import { startSettler } from '../settle/settler.ts';
import { createTurns } from '../turns.ts';
import type { ProgramContext } from './context.ts';
import type { Planes } from './openPlanes.ts';
import type { Tenancy } from './openTenancy.ts';
import { withinMs } from './stops.ts';

/** What was not stored by then stays in the journal, for the next start. */
const DRAIN_MS = 20_000;

export type Ingest = Awaited<ReturnType<typeof startIngest>>;

export async function startIngest(context: ProgramContext, planes: Planes, { workspaceFacts, gone }: Tenancy) {
  const { config, log, stops, nowMs, warn } = context;
  const { control, telemetry, secret, live, metrics, journalDirectory, bundledPrices } = planes;
  const firstTraceWatch = createFirstTraceWatch(workspaceFacts);
  const agents = createAgentRegistry({ db: control.instanceDb, warn });
  stops.push({ name: 'agents', stop: () => agents.stop() });
  // It seals what a crash left open; the writer begins with the sealed segments that it finds.
  const receiver = measuredReceiver(await planes.receiver, metrics);
  const policies = await openWorkspacePolicies({ control, secret, clock: nowMs, warn, onChange: receiver.setPolicies });
  stops.push({ name: 'workspace policies', stop: () => policies.stop() });
  const books = await openWorkspaceBooks({ control, bundled: bundledPrices, clock: nowMs, warn, onChange: receiver.setPrices });
  stops.push({ name: 'price books', stop: () => books.stop() });
  planes.late.receiver = receiver;
  const samplingOf = (workspaceId: string) => {
    const { value, updatedAt } = policies.sampling(workspaceId);
    const decidedBeforeMs = Math.max(updatedAt?.getTime() ?? 0, nowMs() - LEFT_OUT_HELD_MS);
    return value.enabled ? { rules: value, decidedBeforeMs } : null;
  };
  // What writes stored spans again does so one at a time: each decides by what it has read.
  const rewriting = createTurns();
  const settler = startSettler({
    telemetry,
    exclusively: rewriting,
    onAgents: (workspaceId, agentIds) => agents.note(workspaceId, agentIds, nowMs()),
    samplingOf,
    log,
  });
  stops.push({ name: 'settler', stop: () => settler.close() });
  settler.remember(await planes.recentTraces);
  const leftOut = startLeftOutSchedule({
    telemetry,
    isAnySampled: () => policies.isAnySampled(),
    nowMs,
    onRan: metrics.scheduleRan('sampling'),
    log,
  });
  stops.push({ name: 'what sampling left out', stop: () => leftOut.close() });
  const readerOf = ({ workspaceId, hiddenAgents }: Pick<Caller, 'workspaceId' | 'hiddenAgents'>) =>
    createTelemetryReader(telemetry, workspaceId, {
      open: policies.openerOf(workspaceId),
      isSampled: policies.sampling(workspaceId).updatedAt !== null,
      hiddenAgents,
    });
  const findEventKeys = groupLookups((workspaceId, keys) => findStoredKeys(readerOf({ workspaceId, hiddenAgents: [] }), keys));
  const eventKeys = createEventKeys({ findStored: findEventKeys });
  for await (const frame of leftFrames(journalDirectory)) eventKeys.remember([frame]);
  const runs = createRunComposer({ telemetry, log, cipherOf: policies.cipherOf });
  const estimator = createEstimator();
  const observations = createObservationComposer({
    telemetry,
    price: (span, workspaceId) => priceSpan(span, books.bookOf(workspaceId)),
    nowMs,
    log,
    cipherOf: policies.cipherOf,
    estimatesOf: (workspaceId) => (policies.estimates(workspaceId).value.enabled ? estimator.forRequest() : null),
  });
  const quarantine = await openQuarantine(join(config.dataDir, 'quarantine'));
  const writer = await startWriter({
    telemetry,
    journalDirectory,
    quarantine,
    nowMs,
    onAccounts: (rows) => metrics.countItems(rows),
    isGone: gone.has,
    // An event that could not be stored may be sent again, mended.
    onQuarantined: (frames) => eventKeys.forget(frames),
    onStored: async (frames) => {
      live.noteStored(frames);
      eventKeys.forget(frames);
      agents.noteFrames(frames);
      const settle = async () => settler.settle([...frames, ...(await runs.compose(frames)), ...(await observations.compose(frames))]);
      // What the store alone decides does not wait for the control plane.
      await Promise.all([firstTraceWatch.note(frames), settle().then(() => agents.writeNew())]);
    },
    log,
  });
  planes.late.writer = writer;
  stops.push({ name: 'writer', stop: () => withinMs(DRAIN_MS, writer.drained()).then(() => writer.close()) });
  stops.push({ name: 'receiver', stop: () => receiver.close() });
  return { receiver, writer, quarantine, policies, books, settler, rewriting, observations, agents, eventKeys, firstTraceWatch, readerOf };
}
