/** Single items of the recorded requests, as OTLP/JSON: what mutations begin with. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { encodeMetricRequest, metricMessages } from '../../src/receive/testing/metricWriter.ts';
import { encodeLogsRequest, encodeTraceRequest, otlpMessages } from '../../src/receive/testing/otlpWriter.ts';
import { inflateBody } from '../../src/receive/inflate.ts';
import type { OtlpSignal } from '../../src/receive/pipeline.ts';
import { logGroupNames, metricGroupNames, recordedBodies, traceGroupNames } from '../otlpFixtures.ts';
import type { Json } from './hostileValues.ts';

/** Larger ones say nothing more, and take longer. */
const SEED_CHARS_MAX = 6_000;
const SEEDS_MAX = 150;

/** How a signal names its lists. */
export const NAMES = {
  traces: { resources: 'resourceSpans', scopes: 'scopeSpans', items: 'spans' },
  logs: { resources: 'resourceLogs', scopes: 'scopeLogs', items: 'logRecords' },
  metrics: { resources: 'resourceMetrics', scopes: 'scopeMetrics', items: 'metrics' },
} as const;

export interface Seed {
  resource: Json;
  scope: Json;
  /** A span, a log record or a metric. */
  item: Json;
}

const MESSAGES = {
  traces: otlpMessages.lookupType('Request'),
  logs: otlpMessages.lookupType('LogsRequest'),
  metrics: metricMessages.lookupType('Request'),
};
const GROUPS = { traces: traceGroupNames, logs: logGroupNames, metrics: metricGroupNames };
const WRITERS = { traces: encodeTraceRequest, logs: encodeLogsRequest, metrics: encodeMetricRequest };

export function encodeProtobuf(signal: OtlpSignal, request: Json): Uint8Array {
  return WRITERS[signal](request);
}

export function requestOf(signal: OtlpSignal, { resource, scope, item }: Seed, items: readonly unknown[] = [item]): Json {
  const names = NAMES[signal];
  return { [names.resources]: [{ resource, [names.scopes]: [{ scope, [names.items]: items }] }] };
}

/** Evenly chosen among all recordings, small ones alone. */
export function seedsOf(signal: OtlpSignal): Seed[] {
  const all = GROUPS[signal]().flatMap((group) => recordedBodies(group, signal).flatMap((recorded) => itemsOf(signal, jsonOf(signal, recorded))));
  const small = all.filter((seed) => JSON.stringify(seed).length <= SEED_CHARS_MAX);
  const step = Math.max(1, small.length / SEEDS_MAX);
  return Array.from({ length: Math.min(small.length, SEEDS_MAX) }, (_, i) => small[Math.floor(i * step)] as Seed);
}

function jsonOf(signal: OtlpSignal, { body, encoding, contentType }: ReturnType<typeof recordedBodies>[number]): Json {
  const inflated = inflateBody(body, encoding);
  if (contentType === 'json') return JSON.parse(Buffer.from(inflated).toString()) as Json;
  return idsAsHex(MESSAGES[signal].toObject(MESSAGES[signal].decode(inflated), { longs: String, bytes: String })) as Json;
}

/** protobufjs answers bytes in base64; OTLP/JSON writes ids in hex. */
function idsAsHex(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(idsAsHex);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      /^(trace|span|parentSpan)Id$/.test(key) ? Buffer.from(String(inner), 'base64').toString('hex') : idsAsHex(inner),
    ]),
  );
}

function itemsOf(signal: OtlpSignal, request: Json): Seed[] {
  const names = NAMES[signal];
  const listAt = (holder: Json, key: string) => (holder[key] ?? []) as Json[];
  return listAt(request, names.resources).flatMap((ofResource) =>
    listAt(ofResource, names.scopes).flatMap((ofScope) =>
      listAt(ofScope, names.items).map((item) => ({
        resource: (ofResource.resource ?? {}) as Json,
        scope: { name: '', version: '', ...(ofScope.scope as Json | undefined) },
        item,
      })),
    ),
  );
}

const FOLDER = fileURLToPath(new URL('../fixtures/otlp/', import.meta.url));

/** Recorded batches of Langfuse's older clients. */
export function langfuseBatches(): Json[] {
  return readdirSync(FOLDER)
    .filter((file) => /^langfuse-v3-.*\.traces\.json$/.test(file))
    .map((file) => JSON.parse(readFileSync(FOLDER + file, 'utf8')) as Json);
}
