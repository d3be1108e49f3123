import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SamplingSchema } from '@sightglass/contract/sampling';
import { createTestPipeline, type MadeSpan, traceRequest } from '../receive/testing/traceRequests.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { settleTraces } from './settleTraces.ts';

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
afterAll(() => store.remove());

const process = createTestPipeline();
let version = BigInt(Date.now());

async function send(workspaceId: string, ...spans: MadeSpan[]): Promise<void> {
  const { decoded } = process(workspaceId, traceRequest(spans));
  for (const table of decoded?.tables ?? []) await store.telemetry.insertNative(table.name, table.native, randomUUID());
}

const settle = (workspaceId: string, ...traceIds: string[]) => settleTraces(store.telemetry, workspaceId, traceIds, ++version);

const stored = (workspaceId: string) =>
  store.telemetry.rows<Record<string, unknown>>(
    `SELECT lower(hex(span_id)) AS span, agent_id, run_id, session_id, user_id, endpoint, status_code, trace_type, is_run, error_origin, superseded, input_tokens, name,
       attributes_string, input_preview, length(input_parts) AS parts
     FROM spans FINAL WHERE workspace_id = {workspace:String} ORDER BY span SETTINGS do_not_merge_across_partitions_select_final = 1`,
    { workspace: workspaceId },
  );

it('says which traces are long', async () => {
  const spans = (traceId: string, count: number) =>
    Array.from({ length: count }, (_, i) => ({ traceId, spanId: (i + 1).toString(16).padStart(16, '0') }));
  await send('wsp_long', ...spans('1'.repeat(32), 4_999), ...spans('2'.repeat(32), 5_000));
  expect(await settle('wsp_long', '1'.repeat(32), '2'.repeat(32))).toMatchObject({ long: ['2'.repeat(32)] });
});

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const web: MadeSpan = {
  traceId: TRACE,
  spanId: '00000000000000a1',
  kind: 2,
  durationMs: 900,
  attributes: { 'http.request.method': 'POST', 'http.route': '/chat', 'http.response.status_code': 200 },
};
const agent: MadeSpan = {
  traceId: TRACE,
  spanId: '00000000000000a2',
  parentSpanId: web.spanId,
  atMs: 1,
  durationMs: 800,
  failed: true,
  attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'helper', 'gen_ai.conversation.id': 's-1', 'user.id': 'u-1' },
};
const call: MadeSpan = {
  traceId: TRACE,
  spanId: '00000000000000a3',
  parentSpanId: agent.spanId,
  atMs: 2,
  durationMs: 700,
  failed: true,
  attributes: {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.usage.input_tokens': 10,
    'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"hello"}]}]',
    custom: 'kept',
  },
};

describe('a trace that came in several requests', () => {
  it('ends as if it had come in one, whatever the order', async () => {
    await send('wsp_whole', web, agent, call);
    const expected = await stored('wsp_whole');
    expect(expected).toMatchObject([
      { agent_id: 'shop', run_id: '', is_run: 0, trace_type: 'http_request' },
      { agent_id: 'helper', run_id: TRACE, is_run: 1, error_origin: 0, endpoint: '/chat' },
      {
        agent_id: 'helper',
        run_id: TRACE,
        is_run: 0,
        error_origin: 1,
        session_id: 's-1',
        user_id: 'u-1',
        status_code: 200,
        input_tokens: 10,
        parts: 1,
        input_preview: 'hello',
      },
    ]);
    for (const [i, order] of [
      [call, agent, web],
      [web, call, agent],
      [agent, web, call],
    ].entries()) {
      const workspace = `wsp_order_${i}`;
      for (const span of order) {
        await send(workspace, span);
        await settle(workspace, TRACE);
      }
      expect(await stored(workspace)).toEqual(expected);
    }
  });

  /** One of 256 ends in a zero byte, which the engine drops where it takes an id for text. */
  it.each(['0af7651916cd43dd8448eb211c803100', '00000000000000000000000000000100', 'ff00000000000000000000000000000a'])(
    'is settled whatever its id is: %s',
    async (traceId) => {
      await send('wsp_ids', { ...call, traceId, spanId: '0000000000000c00' });
      await send('wsp_ids', { ...agent, traceId }, { ...web, traceId });
      expect(await settle('wsp_ids', traceId)).toMatchObject({ rewritten: 2, incomplete: [] });
    },
  );

  it('says what is still missing', async () => {
    await send('wsp_missing', call);
    expect(await settle('wsp_missing', TRACE)).toMatchObject({ incomplete: [TRACE] });
    await send('wsp_missing', agent, web);
    expect(await settle('wsp_missing', TRACE)).toEqual({ rewritten: 2, incomplete: [], long: [] });
  });

  it('changes nothing when it is settled again', async () => {
    await send('wsp_twice', call);
    await send('wsp_twice', agent, web);
    await settle('wsp_twice', TRACE);
    const before = await stored('wsp_twice');
    expect(await settle('wsp_twice', TRACE)).toEqual({ rewritten: 0, incomplete: [], long: [] });
    expect(await stored('wsp_twice')).toEqual(before);
  });

  it('keeps the settled row when the same span is sent again', async () => {
    await send('wsp_again', call);
    await send('wsp_again', agent, web);
    await settle('wsp_again', TRACE);
    const before = await stored('wsp_again');
    await send('wsp_again', call);
    expect(await stored('wsp_again')).toEqual(before);
  });

  it('never touches the same trace of another workspace', async () => {
    await send('wsp_a', call);
    await send('wsp_b', call);
    await send('wsp_a', agent, web);
    await settle('wsp_a', TRACE);
    expect(await stored('wsp_b')).toMatchObject([{ agent_id: 'shop', session_id: '' }]);
  });

  it('has nothing to do for traces that are not there', async () => {
    expect(await settle('wsp_none', 'ffffffffffffffffffffffffffffffff')).toEqual({ rewritten: 0, incomplete: [], long: [] });
  });
});

describe('the weight of a trace that comes in parts', () => {
  const RECEIVED_MS = 1_763_600_000_000;
  const rules = SamplingSchema.parse({ enabled: true, traces: { keep_one_in: 10_000 } });
  const weights = async (workspaceId: string) =>
    (
      await store.telemetry.rows<{ weight: number }>('SELECT weight FROM spans FINAL WHERE workspace_id = {workspace:String} ORDER BY span_id', {
        workspace: workspaceId,
      })
    ).map(({ weight }) => weight);
  const settleAt = (workspaceId: string, decidedBeforeMs: number) =>
    settleTraces(store.telemetry, workspaceId, [TRACE], ++version, undefined, { rules, decidedBeforeMs });

  it('is decided over all of it while its first part is young', async () => {
    await send('wsp_young', { ...agent, failed: false });
    await send('wsp_young', web);
    await settleAt('wsp_young', 0);
    expect(await weights('wsp_young')).toEqual([0, 0]);
  });

  it('stays what it was when the rules are younger than its first part', async () => {
    await send('wsp_old', { ...agent, failed: false });
    await send('wsp_old', web);
    await settleAt('wsp_old', RECEIVED_MS * 2);
    expect(await weights('wsp_old')).toEqual([1, 1]);
  });
});

it('a row that was written again while its trace was settled is not overwritten by what is known of the older one', async () => {
  const workspaceId = 'wsp_overtaken';
  await send(workspaceId, agent);
  await send(workspaceId, web);
  const overtaken = {
    ...store.telemetry,
    insertNative: async (...args: Parameters<typeof store.telemetry.insertNative>) => {
      await store.telemetry.insertNative(...args);
      if (args[0] !== 'span_resolutions') return;
      await store.telemetry.run(
        `INSERT INTO spans SELECT * REPLACE (bitShiftLeft(toUInt64(2), 44) AS version, 'told later' AS session_id) FROM spans FINAL WHERE workspace_id = {workspace:String}`,
        { workspace: workspaceId },
      );
    },
  };
  await settleTraces(overtaken, workspaceId, [TRACE], ++version);
  expect((await stored(workspaceId)).map(({ session_id }) => session_id)).toEqual(['told later', 'told later']);
});

it('traces that lie years apart are settled in one call, each in its own time', async () => {
  const workspaceId = 'wsp_years';
  const asked: string[] = [];
  const watched = {
    ...store.telemetry,
    rows: <Row>(sql: string, params?: Record<string, unknown>) => {
      if (sql.includes('FROM spans FINAL')) asked.push(`${params?.fromNs} ${params?.toNs}`);
      return store.telemetry.rows<Row>(sql, params);
    },
  };
  const other = 'f'.repeat(32);
  await send(workspaceId, agent);
  await send(workspaceId, web);
  await send(workspaceId, { ...agent, traceId: other, atMs: -4 * 365 * 86_400_000 });
  await send(workspaceId, { ...web, traceId: other, atMs: -4 * 365 * 86_400_000 });
  expect(await settleTraces(watched, workspaceId, [TRACE, other], ++version)).toMatchObject({ rewritten: 4, incomplete: [] });
  expect(asked).toHaveLength(2);
});
