import type { SpanDetail } from '@sightglass/contract/trace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTelemetryReader } from '../explore/reader.ts';
import { logRequest, type MadeLog, processLogs, storeProcessed } from '../receive/testing/logRequests.ts';
import { START_MS } from '../receive/testing/traceRequests.ts';
import { insertPayloads, insertSpans, spanIdOf, testWorkspace, traceIdOf } from '../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { getSpan } from '../traces/getSpan.ts';

const mine = testWorkspace('mine');
const DETAILS = 'gen_ai.client.inference.operation.details';
let store: TemporaryTelemetry;
let nextTrace = 1;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
afterAll(() => store.remove());

/** A call with what its span carries itself, and logs; answers what is shown of it. */
async function shown(
  span: Record<string, unknown>,
  logs: readonly MadeLog[],
  workspace: string = mine,
): Promise<Pick<SpanDetail, 'input' | 'output' | 'input_messages' | 'output_messages'>> {
  const trace = nextTrace++;
  const ids = { traceId: traceIdOf(trace), spanId: spanIdOf(1) };
  await insertSpans(store.telemetry, [
    {
      workspace_id: mine,
      trace_id: ids.traceId,
      span_id: ids.spanId,
      start_time: BigInt(START_MS) * 1_000_000n,
      duration_ns: 1_000,
      kind: 'llm',
      ...span,
    },
  ]);
  await storeProcessed(store.telemetry, processLogs(workspace, logRequest(logs.map((log) => ({ ...ids, ...log })))));
  const found = await getSpan(createTelemetryReader(store.telemetry, mine), ids.traceId, ids.spanId, () => null);
  if (!found.ok) throw new Error(found.error.detail);
  const { input, output, input_messages, output_messages } = found.value;
  return { input, output, input_messages, output_messages };
}

const content = (text: string) => ({ body: { kvlistValue: { values: [{ key: 'content', value: { stringValue: text } }] } } });
const user = (text: string): MadeLog => ({ attributes: { 'event.name': 'gen_ai.user.message' }, fields: content(text) });
const choice = (text: string): MadeLog => ({
  attributes: { 'event.name': 'gen_ai.choice' },
  fields: {
    body: { kvlistValue: { values: [{ key: 'message', value: { kvlistValue: { values: [{ key: 'content', value: { stringValue: text } }] } } }] } },
  },
});

describe('messages of a call', () => {
  it('are never doubled where the span has its own, side by side', async () => {
    const [hash = ''] = await insertPayloads(store.telemetry, mine, '2026-11-20', ['{"role":"user","content":"of the span"}']);
    const call = await shown({ input_format: 'messages', input_parts: [hash] }, [user('of a log'), choice('answered')]);
    expect(call.input).toBe('[{"role":"user","content":"of the span"}]');
    expect(call.output_messages.map(({ parts }) => parts)).toEqual([[{ type: 'text', text: 'answered' }]]);
  });

  it('stand in the order of time, and within a request as they were sent', async () => {
    const call = await shown({}, [{ ...user('third'), atMs: 1 }, user('first'), user('second')]);
    expect(call.input_messages.map(({ parts }) => parts[0])).toEqual(['first', 'second', 'third'].map((text) => ({ type: 'text', text })));
  });

  it('are read from the event of the whole call, with its instructions', async () => {
    const attributes = {
      'gen_ai.system_instructions': '[{"type":"text","content":"Be brief."}]',
      'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"Hello"}]}]',
      'gen_ai.output.messages': '[{"role":"assistant","parts":[{"type":"text","content":"Hi"}],"finish_reason":"stop"}]',
    };
    const call = await shown({}, [{ attributes, fields: { eventName: DETAILS, body: undefined } }]);
    expect(call.input_messages.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(call.output_messages).toMatchObject([{ role: 'assistant', finish_reason: 'stop', parts: [{ type: 'text', text: 'Hi' }] }]);
  });

  it('may be plain texts', async () => {
    const call = await shown({}, [{ message: 'just a text', attributes: { 'event.name': 'gen_ai.user.message' } }]);
    expect(call.input_messages).toMatchObject([{ role: 'user', parts: [{ type: 'text', text: 'just a text' }] }]);
  });

  it('are none where nothing was recorded of them', async () => {
    const empty = { attributes: { 'event.name': 'gen_ai.user.message' }, fields: { body: { kvlistValue: {} } } };
    expect(await shown({}, [empty, { ...empty, fields: { body: undefined } }])).toEqual({
      input: null,
      output: null,
      input_messages: [],
      output_messages: [],
    });
  });

  it('are not those of another span, another workspace, or of logs that are no messages', async () => {
    expect((await shown({}, [{ ...user('x'), spanId: spanIdOf(2) }])).input).toBeNull();
    expect((await shown({}, [user('x')], 'wsp_foreign')).input).toBeNull();
    expect((await shown({}, [{ message: 'x', attributes: { 'event.name': 'order.paid' } }])).input).toBeNull();
  });

  it('may be hostile', async () => {
    const body = {
      kvlistValue: { values: ['__proto__', 'constructor', 'role', 'tool_calls', 'message'].map((key) => ({ key, value: { stringValue: '[[[{' } })) },
    };
    const call = await shown({}, [{ attributes: { 'event.name': 'gen_ai.assistant.message' }, fields: { body } }]);
    expect(call.input_messages).toHaveLength(1);
  });
});
