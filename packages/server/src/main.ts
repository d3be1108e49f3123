#!/usr/bin/env node
/**
 * The program: builds the parts in order, starts them, waits for a signal, stops them in reverse. Read it as
 * the table of contents of ARCHITECTURE.md.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Caller } from './access/caller.ts';
import { createAgentRegistry } from './agents/agentRegistry.ts';
import { createBaseAddress } from './baseAddress.ts';
import { findCommand } from './cli/command.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { connectControl } from './control/connect.ts';
import { DataDirInUseError, lockDataDir } from './control/dataDirLock.ts';
import { bundledPriceIndex } from './cost/bundledPrices.ts';
import { explainCost, priceSpan } from './cost/priceSpan.ts';
import { createEstimator } from './estimate/estimator.ts';
import { createEventKeys } from './events/eventKeys.ts';
import { findStoredKeys } from './events/findStoredKeys.ts';
import { groupLookups } from './events/groupedLookups.ts';
import { createRunComposer } from './events/runComposer.ts';
import { createTelemetryReader } from './explore/reader.ts';
import { greeting, printedAddress } from './greeting.ts';
import { startHealthSchedule } from './health/healthSchedule.ts';
import { createApp } from './http/app.ts';
import { createAuthenticate, createIdentify, refuseForeignHosts } from './http/authenticate.ts';
import { checkRoutesAreDeclared } from './http/declaredRoutes.ts';
import { measureRequests } from './http/measureRequests.ts';
import { openApiRoutes } from './http/openApi.ts';
import { notReady, notReceiving, readinessRoutes } from './http/readiness.ts';
import { agentMetricsRoutes } from './http/routes/agentMetrics.ts';
import { agentRoutes } from './http/routes/agents.ts';
import { auditRoutes } from './http/routes/audit.ts';
import { costForecastRoutes } from './http/routes/costForecast.ts';
import { costRecommendationRoutes } from './http/routes/costRecommendations.ts';
import { accountRoutes } from './http/routes/accounts.ts';
import { eventRoutes } from './http/routes/events.ts';
import { healthRoutes } from './http/routes/health.ts';
import { ingestHealthRoutes } from './http/routes/ingestHealth.ts';
import { ownMetricsRoutes } from './http/routes/ownMetrics.ts';
import { firstTraceRoutes } from './http/routes/firstTrace.ts';
import { invitationRoutes } from './http/routes/invitations.ts';
import { memberRoutes } from './http/routes/members.ts';
import { roleRoutes } from './http/routes/roles.ts';
import { targetRoutes } from './http/routes/targets.ts';
import { teamRoutes } from './http/routes/teams.ts';
import { identityRoutes } from './http/routes/identity.ts';
import { logRoutes } from './http/routes/logs.ts';
import { overviewRoutes } from './http/routes/overview.ts';
import { planRoutes } from './http/routes/plans.ts';
import { queryRoutes } from './http/routes/query.ts';
import { runRoutes } from './http/routes/runs.ts';
import { sessionRoutes } from './http/routes/sessions.ts';
import { settingsRoutes } from './http/routes/settings.ts';
import { snapshotRoutes } from './http/routes/snapshot.ts';
import { traceRoutes } from './http/routes/traces.ts';
import { userRoutes } from './http/routes/users.ts';
import { workspaceRoutes } from './http/routes/workspaces.ts';
import { webAppRoutes } from './http/webApp.ts';
import { createApiKeyStore } from './apiKeys/apiKeys.ts';
import { bootstrapInstance } from './identity/bootstrap.ts';
import { createSignIn } from './identity/signIn.ts';
import { createSignInThrottle } from './identity/signInThrottle.ts';
import { createAccepting } from './workspaces/invitations/acceptInvitation.ts';
import { createInvitations } from './workspaces/invitations/invitations.ts';
import { openGoneWorkspaces } from './workspaces/deletion/goneWorkspaces.ts';
import { startWorkspaceDeletions } from './workspaces/deletion/workspaceDeletions.ts';
import { followFirstWorkspace } from './workspaces/firstWorkspace.ts';
import { createWorkspaceFacts } from './workspaces/workspaceFacts.ts';
import { leftFrames } from './journal/leftFrames.ts';
import { openQuarantine } from './journal/quarantine.ts';
import { startWriter } from './journal/writer.ts';
import { CannotListen, listen, stopListening } from './listen.ts';
import { createLiveSpans } from './live/liveSpans.ts';
import { createLog } from './log.ts';
import { createObservationComposer } from './observations/observationComposer.ts';
import { startOverdueSchedule } from './observations/overdueSchedule.ts';
import { createFirstTraceWatch } from './onboarding/firstTrace.ts';
import { eventsHttpRoutes } from './receive/eventsHttp.ts';
import { ingestionHttpRoutes } from './receive/langfuse/ingestionHttp.ts';
import { READING_BYTES_MAX } from './receive/limits.ts';
import { startOtlpGrpc } from './receive/otlpGrpc.ts';
import { otlpHttpRoutes } from './receive/otlpHttp.ts';
import { projectsHttpRoutes } from './receive/langfuse/projectsHttp.ts';
import { createMailer } from './mail/mailer.ts';
import { measuredControl, measuredReceiver, measuredTelemetry } from './ownMetrics/measured.ts';
import { createOwnMetrics } from './ownMetrics/ownMetrics.ts';
import { startReceiver } from './receive/receiver.ts';
import { createRefusalLog } from './receive/refusals.ts';
import { createOutboundClient } from './outbound/outboundClient.ts';
import { createSharedRoom } from './receive/sharedRoom.ts';
import { sourceOfPath } from './receive/sources.ts';
import { instanceSecret } from './secret.ts';
import { createOwnLogLines, type OwnLogLines } from './selfTelemetry/ownLogLines.ts';
import { startSelfTelemetry } from './selfTelemetry/selfTelemetry.ts';
import { followWorkspaceOfSlug } from './selfTelemetry/workspaceOfSlug.ts';
import { openPlanBook } from './plans/planBook.ts';
import { createJobStore } from './pricing/recompute/jobStore.ts';
import { startRecomputes } from './pricing/recompute/recomputes.ts';
import { createTurns } from './turns.ts';
import { pricingRoutes } from './http/routes/pricing.ts';
import { internalRoutes } from './http/routes/internal.ts';
import { startRollupSchedule } from './rollups/rollupSchedule.ts';
import { createLease } from './control/lease.ts';
import { openWorkspaceBooks } from './pricing/workspaceBooks.ts';
import { openWorkspacePolicies } from './settings/workspacePolicies.ts';
import { recentTraceIds } from './settle/recentTraces.ts';
import { LEFT_OUT_HELD_MS, startLeftOutSchedule } from './sampling/leftOut.ts';
import { startSettler } from './settle/settler.ts';
import { openTelemetry } from './telemetry/migrate.ts';

/** SIGTERM to exit within 30 s: requests in hand get some of it, draining the journal the rest. */
const REQUEST_GRACE_MS = 5_000;
const DRAIN_MS = 20_000;
/** For all parts together: an engine that does not answer must not keep the program. What it had acknowledged is on disk. */
const STOP_MS = 28_000;

/** What is to be stopped, in the order in which it was started. */
type Stops = { name: string; stop: () => Promise<void> }[];

async function start(config: Config, log: Logger, stops: Stops, ownLogLines: OwnLogLines | undefined): Promise<void> {
  const version = programVersion();
  const nowMs = () => Date.now();
  const nowNs = () => BigInt(Date.now()) * 1_000_000n;
  const warn = (message: string, error: unknown) => log.warn({ err: error }, message);

  mkdirSync(config.dataDir, { recursive: true });
  const lock = await lockDataDir(config.dataDir);
  stops.push({ name: 'data directory lock', stop: () => lock.release() });

  const secret = instanceSecret(config.dataDir, config.secret);
  const live = createLiveSpans();
  const metrics = createOwnMetrics({
    version,
    nowMs,
    live: live.counts,
    backlogBytes: () => writer.backlogBytes(),
    backlogBytesMax: config.journalBytesMax,
    isReceiving: () => receiver.isRunning(),
    telemetry: () => telemetry,
    controlDb: () => control.instanceDb,
  });
  stops.push({ name: 'own metrics', stop: async () => metrics.close() });
  // The slow parts open side by side: two engines, and the worker with its prices.
  const journalDirectory = join(config.dataDir, 'journal');
  const opening = {
    control: connectControl({ dataDir: config.dataDir, databaseUrl: config.databaseUrl, secret }),
    telemetry: openTelemetry({ dataDir: config.dataDir, clickhouseUrl: config.clickhouseUrl }),
    // Segments are sealed only once requests come, long after the writer is there.
    receiver: startReceiver({
      journalDirectory,
      onSealed: (segment) => writer.enqueue(segment),
      onFault: (message) => log.error(message),
      onLive: live.note,
    }),
  };
  // A failure is met where its part is awaited.
  for (const part of Object.values(opening)) part.catch(() => undefined);
  const telemetry = measuredTelemetry(await opening.telemetry, metrics);
  stops.push({ name: 'telemetry plane', stop: () => telemetry.close() });
  // Read while the control plane, the slowest part, is still opening.
  const recentTraces = recentTraceIds(telemetry);
  recentTraces.catch(() => undefined);
  const bundledPrices = bundledPriceIndex();
  const control = measuredControl(await opening.control, metrics);
  stops.push({ name: 'control plane', stop: () => control.close() });

  const mailer = createMailer(config, log);
  stops.push({ name: 'mail', stop: () => mailer.stop() });
  const keys = createApiKeyStore({ control, clock: nowMs, warn });
  stops.push({ name: 'API keys', stop: () => keys.stop() });
  const baseAddressOf = createBaseAddress(config);
  const outbound = createOutboundClient({ allow: config.outboundAllow });
  stops.push({ name: 'outbound requests', stop: async () => outbound.close() });
  const secureCookies = config.publicUrl?.startsWith('https:') ?? false;
  const signIn = await createSignIn({ control, secret, clock: nowMs, warn, secureCookies });
  const instance = await bootstrapInstance({ control, init: config.init, clock: nowMs });
  if (!instance.ok) throw new ConfigError(instance.error.detail);
  const { firstWorkspaceId, ownerId, ownerHasPassword } = instance.value;
  const workspaceFacts = createWorkspaceFacts(control);
  const firstWorkspace = followFirstWorkspace(control, firstWorkspaceId);
  const gone = await openGoneWorkspaces({ control, clock: nowMs, warn });
  stops.push({ name: 'deleted workspaces', stop: () => gone.stop() });
  const planBook = await openPlanBook({ control, clock: nowMs, warn });
  stops.push({ name: 'plans', stop: () => planBook.stop() });

  const firstTraceWatch = createFirstTraceWatch(workspaceFacts);
  const agents = createAgentRegistry({ db: control.instanceDb, warn });
  stops.push({ name: 'agents', stop: () => agents.stop() });
  // It seals what a crash left open; the writer begins with the sealed segments that it finds.
  const receiver = measuredReceiver(await opening.receiver, metrics);
  const policies = await openWorkspacePolicies({ control, secret, clock: nowMs, warn, onChange: receiver.setPolicies });
  stops.push({ name: 'workspace policies', stop: () => policies.stop() });
  const books = await openWorkspaceBooks({ control, bundled: bundledPrices, clock: nowMs, warn, onChange: receiver.setPrices });
  stops.push({ name: 'price books', stop: () => books.stop() });
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
  settler.remember(await recentTraces);
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
  stops.push({ name: 'writer', stop: () => withinMs(DRAIN_MS, writer.drained()).then(() => writer.close()) });
  stops.push({ name: 'receiver', stop: () => receiver.close() });
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

  const access = {
    keys,
    sessions: signIn.sessions,
    mode: config.auth,
    get firstWorkspaceId() {
      return firstWorkspace.id;
    },
    isGone: gone.has,
    planQuotaOf: planBook.quotaOf,
  };
  const authenticate = createAuthenticate(access);
  const app = createApp({ log, authenticate, plans: planBook, cronSecret: config.cronSecret });
  const self =
    config.selfTelemetry === undefined || ownLogLines === undefined
      ? undefined
      : startSelfTelemetry({
          receiver,
          lines: ownLogLines,
          workspaceId: followWorkspaceOfSlug(control, config.selfTelemetry, nowMs),
          version,
          nowMs,
          onDropped: metrics.countOwnDropped,
        });
  if (self !== undefined) stops.push({ name: 'own telemetry', stop: () => self.close() });
  app.use(
    '*',
    measureRequests(metrics.beginRequest, (request) => {
      metrics.endRequest(request);
      self?.noteRequest(request);
    }),
  );
  app.use('*', refuseForeignHosts(config.auth));
  const refusals = createRefusalLog(nowMs, ({ path, code }) => metrics.countRefusal(sourceOfPath(path), code));
  const receiving = {
    receiver,
    refusals,
    authenticate,
    backlogBytes: writer.backlogBytes,
    backlogBytesMax: config.journalBytesMax,
    room: createSharedRoom(READING_BYTES_MAX),
    nowMs,
  };
  const telemetryState = { ...receiving, isReceiving: receiver.isRunning };
  readinessRoutes(app, async () => [...notReceiving(telemetryState), ...(await notReady(control.instanceDb, telemetry))]);
  otlpHttpRoutes(app, receiving);
  ingestionHttpRoutes(app, receiving);
  projectsHttpRoutes(app, { authenticate, nameOf: workspaceFacts.nameOf, version });
  eventsHttpRoutes(app, { ...receiving, keys: eventKeys, agents });
  openApiRoutes(app, version);
  identityRoutes(app, { control, keys, authMode: config.auth, version });
  accountRoutes(app, { signIn, mailer, outbound, baseAddressOf });
  workspaceRoutes(app, { control, keys, planBook, deletions, sessions: signIn.sessions, clock: nowMs });
  planRoutes(app, { control, planBook });
  memberRoutes(app, control);
  roleRoutes(app, control);
  teamRoutes(app, control);
  invitationRoutes(app, {
    baseAddressOf,
    invitations: createInvitations({ control, mailer, showsLinks: config.auth === 'local' && config.smtp === undefined, clock: nowMs }),
    accepting: createAccepting({
      control,
      signIn,
      throttle: createSignInThrottle(control.instanceDb, nowMs),
      provesAddress: config.smtp !== undefined,
      clock: nowMs,
    }),
  });
  firstTraceRoutes(app, {
    watch: firstTraceWatch,
    refusals,
    grpcPort: config.grpcPort === 0 ? null : config.grpcPort,
    keyNeeded: config.auth === 'required',
  });
  traceRoutes(app, {
    readerOf,
    liveOf: (workspaceId) => live.ofWorkspace(workspaceId, nowMs()),
    now: nowNs,
    explainCost: ({ workspaceId, usage, priceId, kind, serviceTier }) => {
      const price = priceId === null ? undefined : books.priceById(workspaceId, priceId);
      if (kind !== 'llm' && kind !== 'embedding') return null;
      return price === undefined ? null : explainCost(usage, price, { kind, serviceTier });
    },
  });
  const liveOf = (workspaceId: string) => live.ofWorkspace(workspaceId, nowMs());
  runRoutes(app, { readerOf, liveOf, now: nowNs });
  sessionRoutes(app, { readerOf, liveOf, now: nowNs });
  userRoutes(app, { readerOf, now: nowNs });
  eventRoutes(app, { readerOf, now: nowNs });
  const agentDeps = { control, registry: agents, readerOf, timeZoneOf: workspaceFacts.timeZoneOf, plans: planBook, now: nowNs };
  agentRoutes(app, agentDeps);
  healthRoutes(app, agentDeps);
  agentMetricsRoutes(app, agentDeps);
  logRoutes(app, { readerOf, now: nowNs });
  ingestHealthRoutes(app, { readerOf, refusals, quarantine, now: nowNs });
  ownMetricsRoutes(app, metrics, authenticate);
  queryRoutes(app, { readerOf, now: nowNs });
  settingsRoutes(app, { policies });
  targetRoutes(app, { control });
  auditRoutes(app, { control, now: nowNs });
  pricingRoutes(app, { books, recomputes, readerOf, now: nowNs });
  overviewRoutes(app, { readerOf, now: nowNs, timeZoneOf: workspaceFacts.timeZoneOf, countOpenAlerts: () => 0 });
  snapshotRoutes(app, { readerOf, now: nowNs, liveOf: (workspaceId) => live.ofWorkspace(workspaceId, nowMs()), countOpenAlerts: () => 0 });
  costForecastRoutes(app, { readerOf, now: nowNs, timeZoneOf: workspaceFacts.timeZoneOf });
  costRecommendationRoutes(app, { readerOf, now: nowNs, pricesOf: books.bookOf });
  internalRoutes(app, { rollups, now: nowNs });
  webAppRoutes(app);
  checkRoutesAreDeclared(app);

  const grpc =
    config.grpcPort === 0
      ? undefined
      : await startOtlpGrpc(config.host, config.grpcPort, {
          ...receiving,
          identify: createIdentify(access),
          onFault: (message, error) => log.error({ err: error }, message),
        });
  const { server, port } = await listen(app, config.host, config.port);
  stops.push({
    name: 'HTTP and gRPC',
    stop: async () => void (await Promise.all([stopListening(server, REQUEST_GRACE_MS), grpc?.stop(REQUEST_GRACE_MS)])),
  });
  const signInPath = config.auth === 'local' || !ownerHasPassword ? await signIn.createSignInLink(ownerId) : undefined;
  process.stdout.write(`${greeting(config, printedAddress(config.host, port), signInPath)}\n`);
}

async function stopAll(stops: Stops, log: Logger): Promise<void> {
  for (const { name, stop } of stops.reverse()) {
    await stop().catch((error: unknown) => log.error({ err: error }, `${name} did not stop cleanly`));
  }
}

async function run(): Promise<void> {
  const stops: Stops = [];
  let log = createLog('info');
  try {
    const config = readConfig(process.argv.slice(2), process.env);
    const ownLogLines = config.selfTelemetry === undefined ? undefined : createOwnLogLines();
    log = createLog(config.logLevel, ownLogLines);
    const stopping = nextSignal();
    await start(config, log, stops, ownLogLines);
    log.info({ signal: await stopping }, 'stopping');
    await withinMs(STOP_MS, stopAll(stops, log));
    process.exit(0);
  } catch (error) {
    await withinMs(STOP_MS, stopAll(stops, log));
    if (error instanceof ConfigError || error instanceof DataDirInUseError || error instanceof CannotListen)
      process.stderr.write(`${error.message}\n`);
    else log.fatal({ err: error }, 'Sightglass could not start');
    process.exit(1);
  }
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
  });
}

/** Resolves with the work, or after the time without it. */
async function withinMs(timeMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    work,
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeMs);
    }),
  ]);
  clearTimeout(timer);
}

function programVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
}

const command = findCommand(process.argv.slice(2));
if (command === undefined) await run();
else {
  const print = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(`${text}\n`);
  process.exitCode = await command.run({ environment: process.env, out: print(process.stdout), err: print(process.stderr) });
}
