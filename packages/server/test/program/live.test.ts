/** Traces in progress in the built program: seen while they run, stored once when they end, counted then only. */
import { randomBytes } from 'node:crypto';
import type { IngestHealth } from '@sightglass/contract/routes/ingest';
import { expect, test } from 'vitest';
import { pendingCopy } from '../../src/live/testing/pendingCopy.ts';
import type { MadeSpan } from '../../src/receive/testing/traceRequests.ts';
import { type Client, createClient, eventually, everythingSettled } from './apiClient.ts';
import { HEADLESS, OWNER, START_MS_MAX, startProgram } from './startProgram.ts';

const MODEL = { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-4o' };

/** A run and a model call in it. */
function newRun(): { traceId: string; root: MadeSpan; call: MadeSpan } {
  const traceId = randomBytes(16).toString('hex');
  const root = {
    traceId,
    spanId: '1'.repeat(16),
    name: 'agent run',
    durationMs: 900,
    attributes: { agent_name: 'order-agent', model_name: 'gpt-4o' },
  };
  const attributes = { ...MODEL, 'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"write to ada@example.com"}]}]' };
  return {
    traceId,
    root,
    call: { traceId, spanId: '2'.repeat(16), parentSpanId: root.spanId, name: 'chat gpt-4o', atMs: 5, durationMs: 800, attributes },
  };
}

/** Everything that counts. */
async function counted(client: Client) {
  const [figures] = await client.query({ measures: ['spans', 'traces', 'runs', 'llm_calls', 'calls', 'errors'] });
  const { items } = await client.get<{ items: IngestHealth[] }>('/api/obs/ingest/health');
  return { figures, received: items.find(({ source }) => source === 'otlp/http')?.received };
}

test('a span in progress is seen at once, and becomes the one span that it was', { timeout: 2 * START_MS_MAX }, async () => {
  const program = await startProgram({ env: HEADLESS });
  const client = createClient(program, OWNER.key);
  await everythingSettled(client);
  expect(
    (await client.send('/api/obs/settings/redaction', { method: 'PUT', body: '{"enabled":true}', headers: { 'content-type': 'application/json' } }))
      .status,
  ).toBe(200);
  const before = await counted(client);
  const { traceId, root, call } = newRun();
  const seen = async () => (await client.trace(traceId)).spans.map(({ span_id, status }) => [span_id, status]);

  expect((await client.sendSpans([root, call].map(pendingCopy))).status).toBe(200);
  // What has been acknowledged is in memory: there is nothing to wait for.
  const running = await client.trace(traceId);
  expect(running.trace).toMatchObject({ status: 'running', root_name: 'agent run', agent_id: 'order-agent', span_count: 0, cost_usd: null });
  expect(running.spans.map(({ span_id, status }) => [span_id, status])).toEqual([
    [root.spanId, 'running'],
    [call.spanId, 'running'],
  ]);
  expect(running.spans[1]?.input).toContain('[email]');
  expect(JSON.stringify([running, await client.traces()])).not.toContain('ada@');
  expect((await client.traces({ status: 'running' })).map(({ trace_id }) => trace_id)).toEqual([traceId]);
  expect(await counted(client)).toEqual(before);

  expect((await client.sendSpans([call])).status).toBe(200);
  await eventually(async () =>
    expect(await seen()).toEqual([
      [root.spanId, 'running'],
      [call.spanId, 'success'],
    ]),
  );
  expect((await client.traces()).filter(({ trace_id }) => trace_id === traceId)).toMatchObject([{ status: 'running', span_count: 1, llm_calls: 1 }]);

  expect((await client.sendSpans([root])).status).toBe(200);
  await eventually(async () =>
    expect(await seen()).toEqual([
      [root.spanId, 'success'],
      [call.spanId, 'success'],
    ]),
  );
  expect((await client.traces()).filter(({ trace_id }) => trace_id === traceId)).toMatchObject([{ status: 'success', span_count: 2 }]);
  expect(await client.traces({ status: 'running' })).toEqual([]);
  await everythingSettled(client);
  const after = await counted(client);
  expect(Number(after.figures?.llm_calls) - Number(before.figures?.llm_calls)).toBe(1);
  // The two spans, and the two of the trace that was waited for.
  expect(Number(after.figures?.spans) - Number(before.figures?.spans)).toBe(4);
  expect(Number(after.received) - Number(before.received)).toBe(4);
  expect(await (await client.send('/metrics')).text()).toMatch(/^sightglass_live_spans 0$/m);

  const unfinished = newRun();
  expect((await client.sendSpans([pendingCopy(unfinished.root)])).status).toBe(200);
  expect((await client.trace(unfinished.traceId)).trace.status).toBe('running');
  expect((await program.stop()).code).toBe(0);
  const again = createClient(await startProgram({ dataDir: program.dataDir, env: HEADLESS }), OWNER.key);
  expect((await again.send(`/api/obs/traces/${unfinished.traceId}`)).status).toBe(404);
  expect(await again.traces({ status: 'running' })).toEqual([]);
  // Its end is stored like that of any span.
  expect((await again.sendSpans([unfinished.root])).status).toBe(200);
  await eventually(async () => expect((await again.trace(unfinished.traceId)).trace).toMatchObject({ status: 'success', span_count: 1 }));
});
