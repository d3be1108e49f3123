/** Speaks to a running program like the programs of its users do. */
import { randomBytes } from 'node:crypto';
import type { Span, TraceSummary } from '@sightglass/contract/trace';
import { expect, vi } from 'vitest';
import { encodeTraceRequest } from '../../src/receive/testing/otlpWriter.ts';
import { type MadeSpan, traceRequest } from '../../src/receive/testing/traceRequests.ts';

/** Holds everything that the recordings and `traceRequest` tell of. */
export const RANGE = { from: '2026-11-01T00:00:00Z', to: '2026-12-31T00:00:00Z' } as const;
/**
 * What was acknowledged is readable within 2 s. That is measured, not tested: here a machine that runs two
 * test files and a browser beside the program must not fail a test.
 */
const READABLE_MS_MAX = 15_000;
/** The same behind a backlog, or when the store has to be tried again. */
const SETTLED_MS_MAX = 60_000;
const LOOK_AGAIN_MS = 25;

export interface Target {
  address: string;
}
export interface WholeTrace {
  trace: TraceSummary;
  spans: Span[];
}
export type Client = ReturnType<typeof createClient>;

export function createClient({ address }: Target, key?: string) {
  const authorization: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const send = (path: string, { headers, ...rest }: RequestInit = {}) =>
    fetch(address + path, { ...rest, headers: { ...authorization, ...(headers as Record<string, string> | undefined) } });

  /** The answer's JSON, as the type that the contract declares for it. */
  async function get<T>(path: string): Promise<T> {
    const answer = await send(path);
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async function post<T>(path: string, body: unknown): Promise<T> {
    const answer = await postJson(path, body);
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  const postJson = (path: string, body: unknown) =>
    send(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

  /** A trace request; protobuf unless said otherwise. */
  const sendSpans = (spans: readonly MadeSpan[], resource?: Parameters<typeof traceRequest>[1]) =>
    send('/v1/traces', {
      method: 'POST',
      body: encodeTraceRequest(traceRequest(spans, resource)) as Uint8Array<ArrayBuffer>,
      headers: { 'content-type': 'application/x-protobuf' },
    });

  return {
    send,
    get,
    post,
    postJson,
    sendSpans,
    trace: (traceId: string) => get<WholeTrace>(`/api/obs/traces/${traceId}`),
    traces: async (query: Readonly<Record<string, string>> = {}) =>
      (await get<{ items: TraceSummary[] }>(`/api/obs/traces?${new URLSearchParams({ ...RANGE, limit: '500', ...query })}`)).items,
    query: async (question: Readonly<Record<string, unknown>>) =>
      (await post<{ rows: Record<string, unknown>[] }>('/api/obs/query', { ...RANGE, ...question })).rows,
  };
}

/** Looks until `check` no longer throws, and answers what it answers. */
export function eventually<T>(check: () => Promise<T>, withinMs = READABLE_MS_MAX): Promise<T> {
  return vi.waitFor(check, { timeout: withinMs, interval: LOOK_AGAIN_MS });
}

/**
 * Resolves when everything that was acknowledged before is stored and settled: a trace of our own, whose child
 * knows its agent only from a parent that comes later, has gone the whole way behind it.
 */
export async function everythingSettled(client: Client): Promise<void> {
  const traceId = randomBytes(16).toString('hex');
  const child: MadeSpan = { traceId, spanId: 'c'.repeat(16), parentSpanId: 'a'.repeat(16), name: 'sentinel child' };
  const parent: MadeSpan = {
    traceId,
    spanId: 'a'.repeat(16),
    name: 'sentinel',
    attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'sentinel' },
  };
  for (const span of [child, parent]) expect((await client.sendSpans([span])).status).toBe(200);
  await eventually(async () => {
    const { spans } = await client.trace(traceId);
    expect(spans.map(({ agent_id }) => agent_id)).toEqual(['sentinel', 'sentinel']);
  }, SETTLED_MS_MAX);
}
