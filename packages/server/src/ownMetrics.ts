/** What Sightglass tells Prometheus about itself. No label carries anything that belongs to a workspace. */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { AccountRow } from './telemetry/encodeAccounts.ts';

const OUTCOMES = ['stored', 'rejected', 'duplicate', 'sampled', 'quarantined'] as const;

export interface OwnMetrics {
  /** Adds what became of the items of a stored segment. */
  countItems(rows: readonly AccountRow[]): void;
  /** A request that was refused as a whole. */
  countRefusal(source: string, code: string): void;
  /** The Prometheus text format, and its content type. */
  read(): Promise<{ contentType: string; text: string }>;
}

export interface OwnMetricsSources {
  /** Bytes acknowledged and not yet stored. */
  backlogBytes(): number;
  /** Spans in progress; `dropped` are those that went for the sake of the bounds, ever. */
  live(): { spans: number; bytes: number; dropped: number };
}

export function createOwnMetrics({ backlogBytes, live }: OwnMetricsSources): OwnMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const items = new Counter({
    name: 'sightglass_ingest_items_total',
    help: 'Spans, log records, data points and events that were received, by what became of them',
    labelNames: ['source', 'signal', 'outcome'],
    registers,
  });
  const refused = new Counter({
    name: 'sightglass_ingest_refused_requests_total',
    help: 'Requests that were refused as a whole',
    labelNames: ['source', 'code'],
    registers,
  });
  const backlog = new Gauge({ name: 'sightglass_journal_backlog_bytes', help: 'Bytes acknowledged and not yet stored', registers });
  const running = new Gauge({ name: 'sightglass_live_spans', help: 'Spans in progress that are held in memory', registers });
  const runningBytes = new Gauge({ name: 'sightglass_live_spans_bytes', help: 'Memory that spans in progress take, about', registers });
  const lost = new Counter({
    name: 'sightglass_live_spans_dropped_total',
    help: 'Spans in progress that were dropped because there were too many',
    registers,
  });
  let counted = 0;
  return {
    countItems: (rows) => {
      for (const row of rows) {
        const { source, signal } = row;
        for (const outcome of OUTCOMES) if (row[outcome] > 0) items.inc({ source, signal, outcome }, row[outcome]);
      }
    },
    countRefusal: (source, code) => refused.inc({ source, code }),
    read: async () => {
      backlog.set(backlogBytes());
      const { spans, bytes, dropped } = live();
      running.set(spans);
      runningBytes.set(bytes);
      lost.inc(dropped - counted);
      counted = dropped;
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
