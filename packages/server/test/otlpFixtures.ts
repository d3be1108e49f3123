/**
 * Recorded requests of real clients (`test/fixtures/otlp/`, described in its README): the bodies as they
 * were on the wire, and sidecars with what truly happened. All parts of a group belong together.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { decodeTracesJson } from '../src/receive/otlp/tracesJson.ts';
import { decodeTracesProtobuf } from '../src/receive/otlp/tracesProtobuf.ts';
import type { DecodedSpan } from '../src/normalise/decodedSpan.ts';

const FOLDER = fileURLToPath(new URL('./fixtures/otlp/', import.meta.url));

/** When the last of the recordings was made. */
export const RECORDED_BY_MS = Date.UTC(2026, 10, 20, 9, 10);

/** Field → attribute keys at which its true value can be read; an empty list means the client did not send it. */
type ReadableAt = Readonly<Record<string, readonly string[]>>;

/** One request that the provider served, as it truly was. Absent counts were not part of the answer. */
export interface ServedCall {
  provider: string;
  request_model: string;
  model: string;
  input_tokens?: number | null;
  output_tokens?: number | null;
  cached_tokens?: number | null;
  cache_write_tokens?: number | null;
  reasoning_tokens?: number | null;
  finish_reason?: string | null;
  response_id?: string;
  tool_calls?: { id?: string; name: string }[];
  error?: { message: string };
  readable_at?: ReadableAt;
}

export interface Expected {
  spans: number;
  traces: number;
  rootSpanName?: string;
  rootSpanNames?: string[];
  llm: ServedCall[];
  embeddings: { provider: string; model: string; input_tokens: number; readable_at?: ReadableAt }[];
  tools: { name: string; args?: unknown; result?: unknown; error?: unknown }[];
  retrievers?: { documents: { id: string; score: number; text: string }[] }[];
  agents?: string[];
  errors: { message: string }[];
  errorSpans: string[];
  sessionId?: string;
  userId?: string;
  functionId?: string;
  kinds?: Readonly<Record<string, number>>;
  llmRecorded?: number;
  ttftReported?: { span: string; key: string; value: number | string; msAfterSpanStart?: number }[];
  readable_at?: {
    sessionId: string[];
    userId: string[];
    agents: ReadableAt;
    tools: ReadableAt;
    documents: Readonly<Record<string, { id: string[]; score: string[] }>>;
  };
}

interface Sidecar {
  path: string;
  headers: Readonly<Record<string, string>>;
  group: string;
  contentType: string;
  contentEncoding: string | null;
  protocol: 'otlp' | 'proprietary';
  signal: string;
  client: { name: string; version: string };
  expected: Expected;
}

export interface FixtureGroup {
  name: string;
  client: string;
  spans: DecodedSpan[];
  rejected: number;
  expected: Expected;
}

/** The names of all groups with traces in OTLP, in alphabetical order. */
export function traceGroupNames(): string[] {
  return [...new Set(traceSidecars().map(({ sidecar }) => sidecar.group))].sort();
}

/** All trace parts of a group, decoded as the server decodes them. */
export function loadTraceGroup(name: string): FixtureGroup {
  const parts = traceSidecars().filter(({ sidecar }) => sidecar.group === name);
  const first = parts[0];
  if (first === undefined) throw new Error(`no recorded traces of group ${name}`);
  const group: FixtureGroup = { name, client: first.sidecar.client.name, spans: [], rejected: 0, expected: first.sidecar.expected };
  for (const { file, sidecar } of parts) {
    const sent = readFileSync(FOLDER + file);
    const body = sidecar.contentEncoding === 'gzip' ? gunzipSync(sent) : sent;
    const decoded = sidecar.contentType.includes('json') ? decodeTracesJson(body, RECORDED_BY_MS) : decodeTracesProtobuf(body, RECORDED_BY_MS);
    group.spans.push(...decoded.items);
    group.rejected += decoded.rejected;
  }
  return group;
}

/** A request of a group as it was on the wire; the keys in its headers are dummies. */
export interface RecordedRequest {
  path: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array<ArrayBuffer>;
}

/** The requests of a group, in the order of their parts. */
export function recordedRequests(name: string): RecordedRequest[] {
  return traceSidecars()
    .filter(({ sidecar }) => sidecar.group === name)
    .map(({ file, sidecar }) => ({ path: sidecar.path, headers: sidecar.headers, body: new Uint8Array(readFileSync(FOLDER + file)) }));
}

/** A recorded body of any signal, as the receive worker takes it. */
export interface RecordedBody {
  body: Uint8Array<ArrayBuffer>;
  contentType: 'protobuf' | 'json';
  encoding: 'identity' | 'gzip';
  expected: Expected;
}

/** The bodies of one signal of a group, in the order of their parts. */
export function recordedBodies(name: string, signal: 'traces' | 'logs' | 'metrics'): RecordedBody[] {
  return sidecarsOf(signal)
    .filter(({ sidecar }) => sidecar.group === name)
    .map(({ file, sidecar }) => ({
      body: new Uint8Array(readFileSync(FOLDER + file)),
      contentType: sidecar.contentType.includes('json') ? 'json' : 'protobuf',
      encoding: sidecar.contentEncoding === 'gzip' ? 'gzip' : 'identity',
      expected: sidecar.expected,
    }));
}

/** The names of all groups with logs, in alphabetical order. */
export function logGroupNames(): string[] {
  return [...new Set(sidecarsOf('logs').map(({ sidecar }) => sidecar.group))].sort();
}

/** The names of all groups with metrics, in alphabetical order. */
export function metricGroupNames(): string[] {
  return [...new Set(sidecarsOf('metrics').map(({ sidecar }) => sidecar.group))].sort();
}

const traceSidecars = () => sidecarsOf('traces');

function sidecarsOf(signal: 'traces' | 'logs' | 'metrics'): { file: string; sidecar: Sidecar }[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(`.${signal}.pb`) || file.endsWith(`.${signal}.json`))
    .map((file) => ({ file, sidecar: JSON.parse(readFileSync(FOLDER + file.replace(/\.(pb|json)$/, '.meta.json'), 'utf8')) as Sidecar }))
    .filter(({ sidecar }) => sidecar.protocol === 'otlp');
}
