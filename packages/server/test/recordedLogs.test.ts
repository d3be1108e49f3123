/** Logs of recorded clients: GenAI messages that came as logs stand at their span, and records of loggers at their trace. */
import type { LogListQuery } from '@sightglass/contract/routes/logs';
import type { MessagePart, SpanDetail } from '@sightglass/contract/trace';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTelemetryReader } from '../src/explore/reader.ts';
import { listLogs } from '../src/logs/listLogs.ts';
import { createPipelines } from '../src/receive/pipelines.ts';
import { storeProcessed } from '../src/receive/testing/logRequests.ts';
import { testWorkspace } from '../src/telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../src/telemetry/testing/temporaryTelemetry.ts';
import { getSpan } from '../src/traces/getSpan.ts';
import { getTrace } from '../src/traces/getTrace.ts';
import { logGroupNames, recordedBodies, type ServedCall } from './otlpFixtures.ts';

type Answer = ServedCall & { output_text?: string; tool_calls?: { id?: string; name: string; arguments?: string }[] };

const RANGE = { from: '2026-11-01T00:00:00Z', to: '2026-12-31T00:00:00Z', limit: 500 } as LogListQuery;
const pipelines = createPipelines(() => ({ costPicoUsd: null, costSource: null, priceId: null }));
let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
afterAll(() => store.remove());

/** Logs first and again afterwards, as after a lost answer, or the spans first. */
async function replay(workspaceId: WorkspaceId, group: string, order: readonly ('logs' | 'traces')[]): Promise<void> {
  for (const signal of order) {
    for (const { body, contentType, encoding } of recordedBodies(group, signal)) {
      const request = { signal, workspaceId, receivedAtMs: 1_795_165_600_000, source: 'test', body, contentType, encoding };
      await storeProcessed(store.telemetry, pipelines[signal](request));
    }
  }
}

async function readCalls(workspaceId: WorkspaceId): Promise<SpanDetail[]> {
  const reader = createTelemetryReader(store.telemetry, workspaceId);
  const logs = await listLogs(reader, RANGE, 0n);
  if (!logs.ok) throw new Error(logs.error.detail);
  const details: SpanDetail[] = [];
  for (const traceId of new Set(logs.value.items.flatMap(({ trace_id }) => trace_id ?? []))) {
    const trace = await getTrace(reader, traceId, 'full');
    if (!trace.ok) throw new Error(trace.error.detail);
    for await (const spans of trace.value.spans) {
      for (const span of spans.filter(({ kind }) => kind === 'llm')) {
        const detail = await getSpan(reader, traceId, span.span_id, () => null);
        if (!detail.ok) throw new Error(detail.error.detail);
        expect([detail.value.input, detail.value.output]).toEqual([span.input, span.output]);
        details.push(detail.value);
      }
    }
  }
  return details;
}

const partsOf = <Type extends MessagePart['type']>(messages: SpanDetail['input_messages'], type: Type) =>
  messages.flatMap(({ parts }) => parts).filter((part): part is Extract<MessagePart, { type: Type }> => part.type === type);

describe.each(logGroupNames().filter((name) => name.startsWith('otel-openai')))('recorded %s', (group) => {
  const answers = (recordedBodies(group, 'logs')[0]?.expected.llm ?? []) as readonly Answer[];
  const hasContent = !group.includes('no-content');
  let calls: SpanDetail[];
  let other: SpanDetail[];
  beforeAll(async () => {
    const workspace = testWorkspace(group);
    await replay(workspace, group, ['logs', 'traces', 'logs']);
    calls = await readCalls(workspace);
    const reversed = testWorkspace(`${group}-reversed`);
    await replay(reversed, group, ['traces', 'logs']);
    other = await readCalls(reversed);
  });

  it('shows what was answered, once', () => {
    const texts = calls.flatMap(({ output_messages }) => partsOf(output_messages, 'text').map(({ text }) => text)).sort();
    expect(texts).toEqual(hasContent ? answers.flatMap(({ output_text }) => output_text || []).sort() : []);
  });

  it('shows the tools that were called, also where no content was recorded', () => {
    const called = calls.flatMap(({ output_messages }) => partsOf(output_messages, 'tool_call').map(({ id, name }) => `${id} ${name}`));
    expect(called.sort()).toEqual(answers.flatMap(({ tool_calls }) => (tool_calls ?? []).map(({ id, name }) => `${id} ${name}`)).sort());
  });

  it('shows the results of tools with the id of their call', () => {
    for (const { input_messages } of calls) {
      const asked = partsOf(input_messages, 'tool_call').map(({ id }) => id);
      const results = partsOf(input_messages, 'tool_result');
      expect(results.map(({ id }) => id)).toEqual(hasContent ? asked : []);
    }
  });

  it('shows why each answer ended', () => {
    for (const { output_messages, finish_reason } of calls)
      expect(output_messages.map((message) => message.finish_reason)).toEqual(finish_reason === null ? [] : [finish_reason]);
  });

  it('begins with the user or the system, in the order in which it was said', () => {
    for (const { input_messages } of calls) {
      const roles = input_messages.map(({ role }) => role);
      if (hasContent) expect(['system', 'user']).toContain(roles[0]);
      expect(roles.lastIndexOf('system')).toBeLessThanOrEqual(0);
    }
  });

  it('is the same whichever came first', () => {
    expect(other).toEqual(calls);
  });
});

describe('recorded winston', () => {
  it('keeps levels, attributes and errors', async () => {
    const workspace = testWorkspace('winston');
    await replay(workspace, 'plain-otel-logs-winston', ['logs']);
    const logs = await listLogs(createTelemetryReader(store.telemetry, workspace), RANGE, 0n);
    expect(logs.ok && logs.value.items.map(({ level, message, exception, attributes }) => [level, message, exception, attributes])).toEqual([
      ['DEBUG', 'details', null, {}],
      ['ERROR', 'job failed', 'E42', { code: 'E42', 'exception.type': 'E42' }],
      ['INFO', 'row count', null, { rows: 12, nested: { a: 1, b: ['x', 'y'] } }],
      ['INFO', 'boot', null, { port: 8088 }],
    ]);
  });
});

describe('recorded pino in a web service', () => {
  it('stands at its trace, with what the trace says', async () => {
    const workspace = testWorkspace('pino');
    await replay(workspace, 'plain-otel-agent-in-web-logs', ['logs', 'traces']);
    const logs = await listLogs(createTelemetryReader(store.telemetry, workspace), RANGE, 0n);
    const ofTraces = logs.ok ? logs.value.items.filter(({ trace_id }) => trace_id !== null) : [];
    expect(ofTraces.map(({ level, message, agent_id, user_id }) => [level, message, agent_id, user_id])).toEqual([
      ['ERROR', 'turn failed', 'orders-api', null],
      ['WARNING', 'model slow', 'orders-api', null],
      ['INFO', 'chat turn started', 'orders-api', 'user-204'],
    ]);
    expect(ofTraces[0]?.exception).toMatch(/^\w*Error: .+\n +at /);
  });
});
