import { TRACE_SORTS, TraceListQuerySchema } from '@sightglass/contract/routes/traces';
import { TraceSummarySchema, type TraceSummary } from '@sightglass/contract/trace';
import type { z } from 'zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTelemetryReader } from '../explore/reader.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { insertPayloads, insertSpans, nsOf, type SpanFields, spanIdOf, testWorkspace, traceIdOf } from '../telemetry/testing/storedRows.ts';
import { listTraces } from './listTraces.ts';

type Query = z.input<typeof TraceListQuerySchema>;

const NOW = nsOf('2026-11-20T12:00:00Z');
const MS = 1_000_000n;
const SECOND = 1_000n * MS;
const HOUR = 3_600n * SECOND;

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
afterAll(() => store.remove());

async function page(workspace: string, query: Query = {}, nowNs = NOW) {
  return listTraces(createTelemetryReader(store.telemetry, testWorkspace(workspace)), TraceListQuerySchema.parse(query), nowNs);
}

async function list(workspace: string, query: Query = {}, nowNs = NOW): Promise<TraceSummary[]> {
  const answer = await page(workspace, query, nowNs);
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  for (const item of answer.value.items) TraceSummarySchema.parse(item);
  return answer.value.items;
}

const idsOf = (items: readonly TraceSummary[]) => items.map(({ trace_id }) => trace_id);

let nextSpan = 0;
function span(workspace: string, trace: number, startNs: bigint, fields: Record<string, unknown> = {}): SpanFields {
  nextSpan += 1;
  return {
    workspace_id: testWorkspace(workspace),
    trace_id: traceIdOf(trace),
    span_id: spanIdOf(nextSpan),
    start_time: startNs,
    duration_ns: 1_000_000,
    kind: 'chain',
    name: `span ${nextSpan}`,
    status: 'success',
    ...fields,
  };
}

describe('a trace in the list', () => {
  it('is summed up over all its spans, whichever request brought them and however often', async () => {
    const root = span('sum', 1, NOW - HOUR, {
      kind: 'http',
      otel_kind: 2,
      name: 'POST /ask',
      method: 'POST',
      status_code: 200,
      endpoint: '/ask',
      duration_ns: 5n * SECOND,
      service_name: 'shop',
      environment: 'production',
      trace_type: 'http_request',
      session_id: 's0',
    });
    const run = span('sum', 1, NOW - HOUR + SECOND, {
      parent_span_id: root.span_id,
      kind: 'agent',
      name: 'invoke_agent planner',
      is_run: 1,
      agent_id: 'planner',
      run_id: 'run-1',
      user_id: 'ada',
      session_id: 's1',
      department: 'sales',
      input_preview: 'Where is my order?',
      input_format: 'text',
    });
    const call = { parent_span_id: run.span_id, kind: 'llm', agent_id: 'planner', provider: 'openai', input_tokens: 100, output_tokens: 20 };
    const calls = [
      span('sum', 1, NOW - HOUR + 2n * SECOND, {
        ...call,
        response_model: 'gpt-4o-2024-08-06',
        request_model: 'gpt-4o',
        cost_usd: '0.000000000001',
        output_preview: 'It is on its way.',
      }),
      span('sum', 1, NOW - HOUR + 2n * SECOND, { ...call, response_model: 'gpt-4o-2024-08-06', superseded: 1, cost_usd: '7' }),
      span('sum', 1, NOW - HOUR + 3n * SECOND, { ...call, request_model: 'house-model', input_tokens: 1, output_tokens: undefined }),
      span('sum', 1, NOW - HOUR + 4n * SECOND, { ...call, kind: 'embedding', request_model: 'embed', cost_usd: '0.5', output_tokens: undefined }),
      span('sum', 1, NOW - HOUR + 4n * SECOND, {
        ...call,
        kind: 'llm',
        request_model: 'gpt-4o',
        status: 'error',
        status_message: 'rate limited',
        error_origin: 1,
        input_tokens: undefined,
        output_tokens: undefined,
      }),
      span('sum', 1, NOW - HOUR + 4n * SECOND, { ...call, kind: 'tool', name: 'search', duration_ns: 9n * SECOND, cost_usd: '3' }),
    ];
    await insertSpans(store.telemetry, calls.slice(0, 3));
    await insertSpans(store.telemetry, [...calls.slice(3), root]);
    await insertSpans(store.telemetry, [run, ...calls]);
    await insertSpans(
      store.telemetry,
      [root, run, ...calls].map((row) => ({ ...row, workspace_id: testWorkspace('sum2'), cost_usd: '99' })),
    );
    expect(await list('sum')).toEqual([
      {
        trace_id: traceIdOf(1),
        root_name: 'POST /ask',
        start_time: '2026-11-20T11:00:00Z',
        duration_ns: '13000000000',
        status: 'error',
        span_count: 8,
        error_count: 1,
        llm_calls: 3,
        input_tokens: 201,
        output_tokens: 20,
        cost_usd: '0.500000000001',
        agent_id: 'planner',
        run_id: 'run-1',
        session_id: 's1',
        user_id: 'ada',
        department: 'sales',
        models: ['embed', 'gpt-4o', 'gpt-4o-2024-08-06', 'house-model'],
        trace_type: 'http_request',
        method: 'POST',
        status_code: 200,
        service_name: 'shop',
        environment: 'production',
        unpriced_calls: 1,
        approximate_calls: 0,
        input_preview: 'Where is my order?',
        output_preview: 'It is on its way.',
      },
    ]);
  });

  it('without usage says null, not 0', async () => {
    await insertSpans(store.telemetry, [span('plain', 1, NOW - HOUR, { name: 'job' })]);
    expect(await list('plain')).toMatchObject([
      {
        cost_usd: null,
        input_tokens: null,
        output_tokens: null,
        llm_calls: 0,
        models: [],
        agent_id: null,
        method: null,
        status_code: null,
        trace_type: null,
        input_preview: null,
        unpriced_calls: 0,
      },
    ]);
  });

  it('is named after the parentless span; while that is missing, after the earliest span whose parent is missing', async () => {
    const [root, late] = [spanIdOf(900_001), spanIdOf(900_002)];
    await insertSpans(store.telemetry, [
      // The clock of the child's machine is behind: it seems to begin before its parent.
      span('names', 1, NOW - HOUR + 5n * MS, { name: 'child of the known', parent_span_id: late }),
      span('names', 1, NOW - HOUR + 7n * MS, { name: 'orphan', span_id: late, parent_span_id: root }),
      span('names', 1, NOW - HOUR + 9n * MS, { name: 'later orphan', parent_span_id: spanIdOf(900_003) }),
    ]);
    expect(await list('names')).toMatchObject([{ root_name: 'orphan', start_time: '2026-11-20T11:00:00.005Z' }]);
    await insertSpans(store.telemetry, [span('names', 1, NOW - HOUR + 8n * MS, { name: 'root', span_id: root })]);
    expect(await list('names')).toMatchObject([{ root_name: 'root', start_time: '2026-11-20T11:00:00.005Z', span_count: 4 }]);
  });

  it.each<[root: string, others: string[], expected: string]>([
    ['success', ['success'], 'success'],
    ['success', ['error'], 'error'],
    ['success', ['timeout'], 'error'],
    ['success', ['cancelled', 'blocked'], 'success'],
    ['cancelled', ['success'], 'cancelled'],
    ['blocked', [], 'blocked'],
    ['timeout', ['success'], 'timeout'],
    ['timeout', ['error'], 'error'],
    ['cancelled', ['error'], 'error'],
    ['error', ['success'], 'error'],
  ])('whose root is %s and the rest %j has status %s, and is found by it', async (root, others, expected) => {
    const workspace = `status_${root}_${others.join('_')}`;
    await insertSpans(store.telemetry, [
      span(workspace, 1, NOW - HOUR, { status: root }),
      ...others.map((status) => span(workspace, 1, NOW - HOUR + SECOND, { status, parent_span_id: spanIdOf(1) })),
    ]);
    expect(await list(workspace)).toMatchObject([{ status: expected }]);
    expect(await list(workspace, { status: expected as 'error' })).toHaveLength(1);
    expect(await list(workspace, { status: expected === 'error' ? 'success' : 'error' })).toHaveLength(0);
  });
});

describe('the range', () => {
  it('holds the traces whose first span of all starts in it', async () => {
    const at = (trace: number, ...offsets: bigint[]) => offsets.map((offset) => span('range', trace, NOW - offset));
    await insertSpans(store.telemetry, [
      ...at(1, 2n * HOUR + 1n, HOUR), // began before
      ...at(2, 2n * HOUR, HOUR / 2n), // begins with the range, goes on after it
      ...at(3, HOUR + 1n), // the last nanosecond of it
      ...at(4, HOUR), // after it
    ]);
    const found = await list('range', { from: 'now-2h', to: 'now-1h' });
    expect(idsOf(found)).toEqual([traceIdOf(3), traceIdOf(2)]);
    expect(found[1]?.span_count).toBe(2);
    for (const sort of ['duration', '-cost', 'start_time', 'tokens'] as const) {
      expect(new Set(idsOf(await list('range', { from: 'now-2h', to: 'now-1h', sort })))).toEqual(new Set([traceIdOf(2), traceIdOf(3)]));
    }
  });

  it('may end in the future, and be empty', async () => {
    await insertSpans(store.telemetry, [span('future', 1, NOW + HOUR)]);
    expect(await list('future')).toEqual([]);
    expect(await list('future', { to: 'now+2h' })).toHaveLength(1);
    expect(await list('nobody', { from: 'now-999999w', to: 'now+52w' })).toEqual([]);
  });

  it('that is none is refused', async () => {
    expect(await page('range', { from: 'now', to: 'now-1h' })).toMatchObject({
      ok: false,
      error: { code: 'invalid-request', errors: [{ pointer: '?from' }] },
    });
  });
});

describe('filters', () => {
  beforeAll(async () => {
    await insertSpans(store.telemetry, [
      span('filter', 1, NOW - HOUR, {
        agent_id: 'planner',
        user_id: 'ada',
        session_id: 's1',
        department: 'sales',
        endpoint: '/ask',
        environment: 'production',
        trace_type: 'http_request',
        duration_ns: 1_500n * MS,
      }),
      span('filter', 1, NOW - HOUR + SECOND, {
        kind: 'llm',
        agent_id: 'planner',
        provider: 'openai',
        request_model: 'gpt-4o',
        response_model: 'gpt-4o-2024-08-06',
        cost_usd: '0.25',
      }),
      span('filter', 2, NOW - 2n * HOUR, { agent_id: 'answerer', user_id: 'bob', environment: 'staging', trace_type: 'agent_run' }),
      span('filter', 2, NOW - 2n * HOUR + SECOND, { kind: 'llm', provider: 'anthropic', request_model: 'claude', cost_usd: '0.1', superseded: 1 }),
      span('filter', 2, NOW - 2n * HOUR + SECOND, { kind: 'llm', provider: 'openai', request_model: 'gpt-4o', cost_usd: '0.1' }),
      span('filter', 3, NOW - 3n * HOUR, { agent_id: "o'hara, the \\ agent" }),
    ]);
  });

  it.each<[string, Query, number[]]>([
    ['agent', { agent_id: 'planner' }, [1]],
    ['any of several', { agent_id: 'planner,answerer' }, [1, 2]],
    ['user', { user_id: 'bob' }, [2]],
    ['session', { session_id: 's1' }, [1]],
    ['department', { department: 'sales' }, [1]],
    ['endpoint', { endpoint: '/ask' }, [1]],
    ['environment', { environment: 'staging' }, [2]],
    ['trace type', { trace_type: 'agent_run' }, [2]],
    ['provider', { provider: 'anthropic' }, [2]],
    ['model that answered', { model: 'gpt-4o-2024-08-06' }, [1]],
    ['model asked for', { model: 'gpt-4o' }, [1, 2]],
    ['each by a span of its own', { agent_id: 'answerer', provider: 'openai', model: 'claude' }, [2]],
    ['together none', { agent_id: 'planner', user_id: 'bob' }, []],
    ['longer than', { min_duration_ms: '1500' }, [1]],
    ['much longer than', { min_duration_ms: '1501' }, []],
    ['at least this cost', { min_cost_usd: '0.1' }, [1, 2]],
    ['at least more than there is money', { min_cost_usd: '9'.repeat(100) }, []],
    ['at least this cost, with zeros', { min_cost_usd: `${'0'.repeat(60)}0.2` }, [1]],
    ['longer than time itself', { min_duration_ms: '1e300' }, []],
    ['superseded calls cost nothing', { min_cost_usd: '0.100000000001' }, [1]],
    ['case matters in ids', { agent_id: 'Planner' }, []],
    ['nothing of a value is special', { agent_id: "' OR 1=1 --" }, []],
  ])('%s', async (_, query, expected) => {
    expect(idsOf(await list('filter', query))).toEqual(expected.map(traceIdOf));
    expect(new Set(idsOf(await list('filter', { ...query, sort: '-cost' })))).toEqual(new Set(expected.map(traceIdOf)));
  });
});

describe('text search', () => {
  beforeAll(async () => {
    const part = JSON.stringify({ role: 'user', content: 'Refund order "A-77" at 100 % for Zoë,\nplease' });
    const [message = '', answer = '', document = ''] = await insertPayloads(store.telemetry, testWorkspace('search'), '2026-11-20', [
      part,
      'Your parcel left Graz.',
      '{"content":"Terms of return"}',
    ]);
    await insertPayloads(store.telemetry, testWorkspace('other'), '2026-11-20', ['Your parcel left Graz.', 'a secret']);
    await insertSpans(store.telemetry, [
      span('search', 1, NOW - HOUR, {
        name: 'chat GPT_4%o',
        input_format: 'messages',
        input_parts: [message],
        output_format: 'text',
        output_parts: [answer],
      }),
      span('search', 2, NOW - HOUR, { name: 'retrieve', document_parts: [document], user_id: 'ada@example.com' }),
      span('search', 3, NOW - HOUR, {
        name: 'tool',
        kind: 'tool',
        tool_name: 'lookup_order',
        status: 'error',
        status_message: 'Connection reset by peer',
      }),
      span('search', 4, NOW - HOUR, { kind: 'llm', request_model: 'mistral-large', response_model: 'mistral-large-2411', agent_id: 'Buchhaltung' }),
    ]);
  });

  it.each<[string, number[]]>([
    ['chat gpt', [1]],
    ['4%O', [1]],
    ['gpt-4', []],
    ['lookup_order', [3]],
    ['connection RESET', [3]],
    ['mistral-large-24', [4]],
    ['MISTRAL', [4]],
    ['buchhaltung', [4]],
    ['ADA@example', [2]],
    ['parcel left graz', [1]],
    ['terms of', [2]],
    ['order "A-77"', [1]],
    ['zoË', [1]],
    ['100 % for', [1]],
    ['Zoë,\nplease', [1]],
    ['a secret', []],
    ["'", []],
  ])('finds %j', async (q, expected) => {
    expect(new Set(idsOf(await list('search', { q })))).toEqual(new Set(expected.map(traceIdOf)));
  });
});

describe('pages', () => {
  async function allPages(workspace: string, query: Query, between: (pages: number) => Promise<void> = async () => undefined) {
    const items: TraceSummary[] = [];
    let cursor: string | undefined;
    for (let pages = 0; pages < 200; pages++) {
      // Time goes on between pages: relative ranges must not.
      const answer = await page(workspace, { ...query, ...(cursor === undefined ? {} : { cursor }) }, NOW + BigInt(pages) * SECOND);
      if (!answer.ok) throw new Error(JSON.stringify(answer.error));
      items.push(...answer.value.items);
      if (answer.value.next_cursor === null) return items;
      cursor = answer.value.next_cursor;
      await between(pages);
    }
    throw new Error('the pages do not end');
  }

  it('through equal start times show every trace once, both ways', async () => {
    await insertSpans(
      store.telemetry,
      Array.from({ length: 23 }, (_, i) => span('equal', i, NOW - HOUR)),
    );
    const down = idsOf(await allPages('equal', { limit: 5 }));
    expect(down).toEqual(
      Array.from({ length: 23 }, (_, i) => traceIdOf(i))
        .sort()
        .reverse(),
    );
    expect(idsOf(await allPages('equal', { limit: 5, sort: 'start_time' }))).toEqual([...down].reverse());
  });

  it('stay what they are while traces arrive', async () => {
    await insertSpans(
      store.telemetry,
      Array.from({ length: 12 }, (_, i) => span('arriving', i, NOW - BigInt(i + 1) * HOUR)),
    );
    let added = 100;
    const seen = await allPages('arriving', { limit: 3 }, async () => {
      added += 1;
      await insertSpans(store.telemetry, [span('arriving', added, NOW - 1n), span('arriving', 11, NOW - 2n * HOUR, { name: 'late child' })]);
    });
    expect(idsOf(seen)).toEqual(Array.from({ length: 12 }, (_, i) => traceIdOf(i)));
  });

  it.each(TRACE_SORTS)('sorted by %s are the whole list in that order', async (sort) => {
    const workspace = `sort_${sort.replace('-', 'd_')}`;
    await insertSpans(
      store.telemetry,
      Array.from({ length: 17 }, (_, i) =>
        span(workspace, i, NOW - BigInt((i * 7) % 17) * HOUR - HOUR, {
          kind: 'llm',
          duration_ns: BigInt((i * 5) % 17) * SECOND,
          error_origin: i % 3 === 0 ? 1 : 0,
          input_tokens: i % 4 === 0 ? undefined : (i * 3) % 7,
          cost_usd: i % 5 === 0 ? undefined : `0.00000000000${(i * 3) % 8}`,
        }),
      ),
    );
    const items = await allPages(workspace, { sort, limit: 4 });
    expect(new Set(idsOf(items)).size).toBe(17);
    const key = sort.replace('-', '');
    const value = (item: TraceSummary) =>
      key === 'start_time'
        ? Date.parse(item.start_time)
        : key === 'duration'
          ? Number(item.duration_ns)
          : key === 'cost'
            ? Number(item.cost_usd ?? 0)
            : key === 'tokens'
              ? (item.input_tokens ?? 0)
              : item.error_count;
    const expected = [...items].sort((a, b) => (value(a) - value(b) || (a.trace_id < b.trace_id ? -1 : 1)) * (sort.startsWith('-') ? -1 : 1));
    expect(idsOf(items)).toEqual(idsOf(expected));
  });

  it('end without a cursor, even where the last page is full', async () => {
    await insertSpans(
      store.telemetry,
      Array.from({ length: 4 }, (_, i) => span('full', i, NOW - BigInt(i + 1) * HOUR)),
    );
    expect(await page('full', { limit: 4 })).toMatchObject({ value: { next_cursor: null } });
    expect(await page('full', { limit: 3 })).toMatchObject({ value: { next_cursor: expect.any(String) } });
  });

  it('are not asked for with a cursor that was changed, made up, or belongs to another sort', async () => {
    const answer = await page('full', { limit: 1 });
    const cursor = (answer.ok && answer.value.next_cursor) || '';
    const changed = Array.from({ length: cursor.length }, (_, i) => `${cursor.slice(0, i)}${cursor[i] === 'A' ? 'B' : 'A'}${cursor.slice(i + 1)}`);
    for (const bad of [
      ...changed,
      '',
      'x',
      cursor.slice(1),
      `${cursor}A`,
      `${cursor}=`,
      ` ${cursor}`,
      Buffer.from('[]').toString('base64url'),
      'null',
    ]) {
      expect(await page('full', { limit: 1, cursor: bad }), bad).toMatchObject({
        ok: false,
        error: { code: 'invalid-request', errors: [{ pointer: '?cursor' }] },
      });
    }
    expect(await page('full', { limit: 1, cursor, sort: '-cost' })).toMatchObject({
      ok: false,
      error: { errors: [{ message: 'belongs to another sort' }] },
    });
  });

  it('of another workspace are its own, whoever made the cursor', async () => {
    const answer = await page('full', { limit: 1 });
    const cursor = (answer.ok && answer.value.next_cursor) || '';
    expect(await list('nobody', { limit: 1, cursor })).toEqual([]);
  });
});
