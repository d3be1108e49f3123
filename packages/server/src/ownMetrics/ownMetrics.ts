/** What Sightglass tells Prometheus about itself; every metric is declared in `declarations.ts`. */
import { performance } from 'node:perf_hooks';
import { Registry } from 'prom-client';
import type { ControlDb } from '../control/connect.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import type { AccountRow } from '../telemetry/encodeAccounts.ts';
import { OWN_METRICS } from './declarations.ts';
import { instrumentsOf } from './instruments.ts';
import { probeControl, readParts } from './planes.ts';
import { registerProcessMetrics } from './processMetrics.ts';

const OUTCOMES = ['stored', 'rejected', 'duplicate', 'sampled', 'quarantined'] as const;
/** Of the planes is asked no more often than this, however many scrape. */
const PLANES_KEPT_MS = 5_000;

export type StoreOperation = 'read' | 'run' | 'insert';
export type ControlMode = 'read' | 'change';
export interface AnsweredRequest {
  method: string;
  /** The template of its route, never its path: `/api/obs/traces/{trace_id}`; `other` where no route of ours answered. */
  route: string;
  status: number;
  seconds: number;
  /** Of the answer's `X-Trace-ID`. */
  traceId: string;
}

export interface OwnMetrics {
  /** Adds what became of the items of a stored segment. */
  countItems(rows: readonly AccountRow[]): void;
  /** A request that was refused as a whole. */
  countRefusal(source: string, code: string): void;
  /** Call `beginRequest`, then `endRequest` once it is answered. */
  beginRequest(): void;
  endRequest(request: AnsweredRequest): void;
  beginReceive(bytes: number): void;
  endReceive(request: { source: string; signal: string; bytes: number; outcome: string; seconds: number }): void;
  noteStatement(operation: StoreOperation, seconds: number): void;
  noteStoreError(operation: StoreOperation, code: number): void;
  noteInserted(table: string, bytes: number): void;
  noteTransaction(mode: ControlMode, seconds: number, broke: boolean): void;
  /** To be called whenever the named periodic work ended well. */
  scheduleRan(schedule: string): () => void;
  setAlertLag(seconds: number): void;
  countOwnDropped(signal: 'traces' | 'logs', count: number): void;
  /** The Prometheus text format, and its content type. */
  read(): Promise<{ contentType: string; text: string }>;
  close(): void;
}

/** What is only looked at when somebody scrapes. */
export interface OwnMetricsSources {
  version: string;
  /** Unix milliseconds. */
  nowMs(): number;
  /** Bytes acknowledged and not yet stored. */
  backlogBytes(): number;
  backlogBytesMax: number;
  /** Spans in progress; `dropped` are those that went for the sake of the bounds, ever. */
  live(): { spans: number; bytes: number; dropped: number };
  isReceiving(): boolean;
  telemetry(): Pick<TelemetryConnection, 'rows' | 'engine'>;
  controlDb(): Pick<ControlDb, 'execute'>;
}

export function createOwnMetrics(sources: OwnMetricsSources): OwnMetrics {
  const { nowMs } = sources;
  const registry = new Registry();
  const process = registerProcessMetrics(registry, nowMs);
  const make = instrumentsOf(registry);
  const httpRequests = make.counter(OWN_METRICS.httpRequests);
  const httpSeconds = make.histogram(OWN_METRICS.httpSeconds);
  const httpOpen = make.gauge(OWN_METRICS.httpOpen);
  const items = make.counter(OWN_METRICS.items);
  const refused = make.counter(OWN_METRICS.refused);
  const received = make.counter(OWN_METRICS.received);
  const receiveSeconds = make.histogram(OWN_METRICS.receiveSeconds);
  const receiveWaiting = make.gauge(OWN_METRICS.receiveWaiting);
  const receiveWaitingBytes = make.gauge(OWN_METRICS.receiveWaitingBytes);
  const segments = make.counter(OWN_METRICS.storedBatches);
  const storedAt = make.gauge(OWN_METRICS.storedAt);
  const storeSeconds = make.histogram(OWN_METRICS.storeSeconds);
  const storeErrors = make.counter(OWN_METRICS.storeErrors);
  const insertedBytes = make.counter(OWN_METRICS.insertedBytes);
  const controlSeconds = make.histogram(OWN_METRICS.controlSeconds);
  const controlErrors = make.counter(OWN_METRICS.controlErrors);
  const scheduleAt = make.gauge(OWN_METRICS.scheduleAt);
  const alertLag = make.gauge(OWN_METRICS.alertLag);
  const ownDropped = make.counter(OWN_METRICS.ownDropped);
  const looked = lookedAt(registry, sources);
  return {
    countItems: (rows) => {
      segments.inc();
      storedAt.set(nowMs() / 1000);
      for (const row of rows) {
        const { source, signal } = row;
        for (const outcome of OUTCOMES) if (row[outcome] > 0) items.inc({ source, signal, outcome }, row[outcome]);
      }
    },
    countRefusal: (source, code) => refused.inc({ source, code }),
    beginRequest: () => httpOpen.inc(),
    endRequest: ({ method, route, status, seconds }) => {
      httpOpen.dec();
      httpRequests.inc({ method, route, status: String(status) });
      httpSeconds.observe({ method, route }, seconds);
    },
    beginReceive: (bytes) => {
      receiveWaiting.inc();
      receiveWaitingBytes.inc(bytes);
    },
    endReceive: ({ source, signal, bytes, outcome, seconds }) => {
      receiveWaiting.dec();
      receiveWaitingBytes.dec(bytes);
      received.inc({ source, signal, outcome });
      receiveSeconds.observe({ signal }, seconds);
    },
    noteStatement: (operation, seconds) => storeSeconds.observe({ operation }, seconds),
    noteStoreError: (operation, code) => storeErrors.inc({ operation, code: Number.isInteger(code) ? String(code) : 'none' }),
    noteInserted: (table, bytes) => insertedBytes.inc({ table }, bytes),
    noteTransaction: (mode, seconds, broke) => {
      controlSeconds.observe({ mode }, seconds);
      if (broke) controlErrors.inc({ mode });
    },
    scheduleRan: (schedule) => () => scheduleAt.set({ schedule }, nowMs() / 1000),
    setAlertLag: (seconds) => alertLag.set(seconds),
    countOwnDropped: (signal, count) => ownDropped.inc({ signal }, count),
    read: async () => {
      process.update();
      await looked();
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
    close: () => process.close(),
  };
}

/** Figures that others hold, taken over when somebody scrapes. */
function lookedAt(registry: Registry, sources: OwnMetricsSources): () => Promise<void> {
  const { nowMs } = sources;
  const make = instrumentsOf(registry);
  const up = make.gauge(OWN_METRICS.receiveUp);
  const backlog = make.gauge(OWN_METRICS.backlog);
  const backlogMax = make.gauge(OWN_METRICS.backlogMax);
  const spans = make.gauge(OWN_METRICS.liveSpans);
  const bytes = make.gauge(OWN_METRICS.liveBytes);
  const lost = make.counter(OWN_METRICS.liveDropped);
  const build = make.gauge(OWN_METRICS.build);
  const planes = planesLookedAt(registry, sources);
  let counted = 0;
  let planesAtMs = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> = Promise.resolve();
  return async () => {
    up.set(sources.isReceiving() ? 1 : 0);
    backlog.set(sources.backlogBytes());
    backlogMax.set(sources.backlogBytesMax);
    const live = sources.live();
    spans.set(live.spans);
    bytes.set(live.bytes);
    lost.inc(live.dropped - counted);
    counted = live.dropped;
    build.set({ version: sources.version, engine: sources.telemetry().engine }, 1);
    if (nowMs() - planesAtMs >= PLANES_KEPT_MS) {
      planesAtMs = nowMs();
      looking = planes();
    }
    await looking;
  };
}

function planesLookedAt(registry: Registry, sources: OwnMetricsSources): () => Promise<void> {
  const make = instrumentsOf(registry);
  const storeUp = make.gauge(OWN_METRICS.storeUp);
  const ofTables = {
    parts: make.gauge(OWN_METRICS.storeParts),
    partsMax: make.gauge(OWN_METRICS.storePartsMax),
    rows: make.gauge(OWN_METRICS.storeRows),
    bytes: make.gauge(OWN_METRICS.storeBytes),
  };
  const controlUp = make.gauge(OWN_METRICS.controlUp);
  const controlProbe = make.gauge(OWN_METRICS.controlProbe);
  return async () => {
    const [tables, seconds] = await Promise.all([readParts(sources.telemetry()), probeControl(sources.controlDb(), () => performance.now())]);
    storeUp.set(tables === undefined ? 0 : 1);
    for (const gauge of Object.values(ofTables)) gauge.reset();
    for (const { table, ...figures } of tables ?? [])
      for (const name of ['parts', 'partsMax', 'rows', 'bytes'] as const) ofTables[name].set({ table }, figures[name]);
    controlUp.set(seconds === undefined ? 0 : 1);
    if (seconds === undefined) controlProbe.remove();
    else controlProbe.set(seconds);
  };
}
