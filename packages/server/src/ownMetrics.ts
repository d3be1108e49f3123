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
}

export function createOwnMetrics({ backlogBytes }: OwnMetricsSources): OwnMetrics {
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
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
