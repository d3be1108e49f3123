import { type Log, LogSchema } from '@sightglass/contract/log';
import type { Scope } from '@sightglass/contract/permissions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTelemetryReader } from '../../explore/reader.ts';
import { logRequest, type MadeLog, processLogs, storeProcessed } from '../../receive/testing/logRequests.ts';
import { START_MS } from '../../receive/testing/traceRequests.ts';
import { insertSpans, nsOf, type SpanFields, spanIdOf, testWorkspace, traceIdOf } from '../../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { appOfCaller } from '../testing/appOfCaller.ts';
import { logRoutes } from './logs.ts';

/** An hour after the logs. */
const NOW = nsOf('2026-11-20T10:00:00Z');
const START = new Date(START_MS).toISOString();
const mine = testWorkspace('mine');
const foreign = testWorkspace('foreign');
let store: TemporaryTelemetry;

beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
afterAll(() => store.remove());

const send = (workspace: string, logs: readonly MadeLog[], resource?: Record<string, string>, scope?: string) =>
  storeProcessed(store.telemetry, processLogs(workspace, logRequest(logs, resource, scope)));

function request(query: string, workspace = mine, scopes: readonly Scope[] = ['read']) {
  const app = appOfCaller(workspace, scopes);
  logRoutes(app, { readerOf: ({ workspaceId }) => createTelemetryReader(store.telemetry, workspaceId), now: () => NOW });
  return app.request(`/api/obs/logs?${query}`);
}

async function list(query: string, workspace = mine): Promise<{ items: Log[]; next_cursor: string | null }> {
  const answer = await request(query, workspace);
  expect(answer.status, await answer.clone().text()).toBe(200);
  const body = (await answer.json()) as { items: unknown[]; next_cursor: string | null };
  return { items: body.items.map((item) => LogSchema.parse(item)), next_cursor: body.next_cursor };
}

const messages = async (query: string, workspace = mine) => (await list(query, workspace)).items.map(({ message }) => message);

function span(i: number, fields: Record<string, unknown>): SpanFields {
  return { workspace_id: mine, trace_id: traceIdOf(1), span_id: spanIdOf(i), start_time: START, duration_ns: 5_000_000_000, kind: 'llm', ...fields };
}

describe('the list', () => {
  const workspace = testWorkspace('list');
  beforeAll(async () => {
    await send(
      workspace,
      [
        { atMs: 1, message: 'first', severity: 5, attributes: { 'logger.name': 'app.boot' } },
        { atMs: 2, message: 'Payment 50% off', severity: 9, attributes: { 'logger.name': 'app.pay', sku: 'A-1' } },
        { atMs: 2, message: 'second of its moment', severity: 13 },
        { atMs: 3, message: 'it failed', severity: 17, attributes: { 'exception.type': 'KeyError', 'exception.message': 'no Order' } },
        {
          atMs: 4,
          message: '',
          severity: 21,
          fields: { body: { kvlistValue: { values: [{ key: 'n', value: { intValue: '1' } }] } }, eventName: 'sys.down' },
        },
      ],
      { 'service.name': 'shop', 'deployment.environment.name': 'prod' },
    );
    await send(foreign, [{ atMs: 2, message: 'of another workspace', severity: 21 }]);
  });

  it('is newest first, and records of one moment stand as they were sent', async () => {
    expect(await messages('', workspace)).toEqual(['{"n":1}', 'it failed', 'second of its moment', 'Payment 50% off', 'first']);
  });

  it('tells everything of a log', async () => {
    const [down, failed] = (await list('', workspace)).items;
    expect(down).toMatchObject({ level: 'CRITICAL', severity_number: 21, body: { n: 1 }, event_name: 'sys.down', logger: 'app', exception: null });
    expect(failed).toMatchObject({
      timestamp: '2026-11-20T09:00:00.003Z',
      level: 'ERROR',
      trace_id: null,
      span_id: null,
      agent_id: 'shop',
      run_id: null,
      user_id: null,
      environment: 'prod',
      exception: 'KeyError: no Order',
      exception_type: 'KeyError',
      attributes: { 'exception.type': 'KeyError', 'exception.message': 'no Order' },
      body: null,
      service_name: 'shop',
      resource: { 'service.name': 'shop', 'deployment.environment.name': 'prod' },
    });
  });

  it.each([
    ['level=ERROR', ['it failed']],
    ['level=error,FATAL', ['{"n":1}', 'it failed']],
    ['min_level=warn', ['{"n":1}', 'it failed', 'second of its moment']],
    ['min_level=error&level=INFO', []],
    ['logger=app.pay', ['Payment 50% off']],
    ['logger=app.pay,app.boot', ['Payment 50% off', 'first']],
    ['q=pAYMENT%2050%25', ['Payment 50% off']],
    ['q=no%20order', ['it failed']],
    ['q=APP.BOOT', ['first']],
    ['q=_', []],
    ["q='%20OR%201%3D1%20--", []],
    ['event_name=sys.down', ['{"n":1}']],
    ['environment=prod&limit=1', ['{"n":1}']],
    ['environment=test', []],
    ['service_name=shop&level=DEBUG', ['first']],
    ['agent_id=shop&level=DEBUG', ['first']],
    ['agent_id=other', []],
    ['trace_id=nonsense', []],
    [`trace_id=${'0'.repeat(32)}`, []],
    [`span_id=${'0'.repeat(16)}`, []],
    ['from=2026-11-20T09:00:00.003Z', ['{"n":1}', 'it failed']],
    ['from=2026-11-20T08:00:00Z&to=2026-11-20T09:00:00.002Z', ['first']],
    ['from=now-10m', []],
  ])('with %s holds %j', async (query, expected) => {
    expect(await messages(query, workspace)).toEqual(expected);
  });

  it('counts a request that is sent again once, whatever its encoding for the way', async () => {
    const twice = testWorkspace('twice');
    const sent = logRequest([{ message: 'a' }, { message: 'a' }, { message: 'b' }]);
    await storeProcessed(store.telemetry, processLogs(twice, sent, START_MS));
    await storeProcessed(store.telemetry, processLogs(twice, sent, START_MS + 5_000));
    expect(await messages('', twice)).toEqual(['b', 'a', 'a']);
  });
});

describe('paging', () => {
  const workspace = testWorkspace('paging');
  beforeAll(async () => {
    // Far apart and close together, several at one moment.
    const logs = Array.from({ length: 60 }, (_, i) => ({ atMs: -(Math.floor(i / 4) ** 6), message: `log ${i}` }));
    await send(workspace, logs);
  });

  async function allPages(query: string, limit: number, between?: () => Promise<void>): Promise<string[]> {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await list(`${query}&limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`, workspace);
      expect(page.items.length).toBeGreaterThan(0);
      seen.push(...page.items.map(({ message }) => message));
      cursor = page.next_cursor;
      await between?.();
    } while (cursor !== null);
    return seen;
  }

  it.each([1, 7, 60, 500])('shows every log once with %i a page', async (limit) => {
    const whole = await messages('limit=500', workspace);
    expect(whole).toHaveLength(60);
    expect(await allPages('', limit)).toEqual(whole);
  });

  it('shows what was there once while more arrives', async () => {
    const before = await messages('limit=500&q=log', workspace);
    let round = 0;
    const seen = await allPages('q=log', 9, async () => {
      round += 1;
      await send(workspace, [
        { atMs: 10_000 + round, message: `late log ${round}, newer than all` },
        { atMs: 0, message: `late log ${round}, in the middle` },
      ]);
    });
    expect(seen.filter((message) => !message.startsWith('late'))).toEqual(before);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.some((message) => message.includes('newer'))).toBe(false);
  });

  it('stops a page before its texts are too long to answer', async () => {
    const long = testWorkspace('long');
    await send(
      long,
      Array.from({ length: 5 }, (_, i) => ({ atMs: i, message: String(i).repeat(3_000_000) })),
    );
    const first = await list('', long);
    expect(first.items.map(({ message }) => message[0])).toEqual(['4', '3']);
    const second = await list(`cursor=${first.next_cursor}`, long);
    expect(second.items.map(({ message }) => message[0])).toEqual(['2', '1']);
  });
});

describe('context', () => {
  const names = async (query: string) => (await messages(query)).sort();
  beforeAll(async () => {
    await send(
      mine,
      [
        { message: 'in the call', traceId: traceIdOf(1), spanId: spanIdOf(2) },
        { message: 'in the request', traceId: traceIdOf(1), spanId: spanIdOf(1) },
        { message: 'in a lost span', traceId: traceIdOf(1), spanId: spanIdOf(99) },
        { message: 'in the trace', traceId: traceIdOf(1) },
        {
          message: 'with its own',
          traceId: traceIdOf(1),
          spanId: spanIdOf(2),
          attributes: { 'user.id': 'own user', department: 'own department', 'http.route': '/own' },
        },
        { message: 'in no known trace', traceId: traceIdOf(7), spanId: spanIdOf(7) },
        { message: 'in no trace' },
      ],
      { 'service.name': 'logging-service' },
    );
  });

  it('is the service where no span has come', async () => {
    expect((await list('')).items.map(({ agent_id, user_id, run_id }) => [agent_id, user_id, run_id])).toContainEqual([
      'logging-service',
      null,
      null,
    ]);
    expect(await messages('user_id=ada')).toEqual([]);
  });

  describe('when the spans have come, after the logs', () => {
    beforeAll(async () => {
      const spans = [
        span(1, { kind: 'http', agent_id: '', endpoint: '/orders', method: 'POST', environment: 'prod' }),
        span(2, {
          parent_span_id: spanIdOf(1),
          is_run: 1,
          agent_id: 'planner',
          run_id: 'run-1',
          session_id: 's-1',
          user_id: 'ada',
          department: 'sales',
          endpoint: '/orders',
          method: 'POST',
        }),
      ];
      await insertSpans(store.telemetry, spans);
      await insertSpans(store.telemetry, spans);
      await insertSpans(store.telemetry, [span(2, { workspace_id: foreign, user_id: 'foreign user', agent_id: 'foreign agent' })]);
    });

    it('is told by the span, else by the trace, and never over what the log says itself', async () => {
      const found = new Map((await list('')).items.map((log) => [log.message, log]));
      const ofTrace = {
        agent_id: 'planner',
        run_id: 'run-1',
        session_id: 's-1',
        user_id: 'ada',
        department: 'sales',
        endpoint: '/orders',
        method: 'POST',
        environment: 'prod',
      };
      expect(found.get('in the call')).toMatchObject(ofTrace);
      expect(found.get('in the request')).toMatchObject(ofTrace);
      expect(found.get('in a lost span')).toMatchObject({ ...ofTrace, span_id: spanIdOf(99) });
      expect(found.get('in the trace')).toMatchObject({ ...ofTrace, span_id: null });
      expect(found.get('with its own')).toMatchObject({ ...ofTrace, user_id: 'own user', department: 'own department', endpoint: '/own' });
      expect(found.get('in no known trace')).toMatchObject({ agent_id: 'logging-service', user_id: null, trace_id: traceIdOf(7) });
      expect(found.size).toBe(7);
    });

    const OF_TRACE = ['in a lost span', 'in the call', 'in the request', 'in the trace'];
    it.each([
      ['user_id=ada', OF_TRACE],
      ['user_id=own%20user', ['with its own']],
      ['user_id=ada,own%20user', [...OF_TRACE, 'with its own']],
      ['department=sales', OF_TRACE],
      ['endpoint=/orders', OF_TRACE],
      ['endpoint=/own', ['with its own']],
      ['agent_id=planner', [...OF_TRACE, 'with its own']],
      ['agent_id=logging-service', ['in no known trace', 'in no trace']],
      ['session_id=s-1&run_id=run-1&environment=prod', [...OF_TRACE, 'with its own']],
      ['session_id=s-2', []],
      ['user_id=foreign%20user', []],
      ['agent_id=foreign%20agent', []],
      [`trace_id=${traceIdOf(1).toUpperCase()}`, [...OF_TRACE, 'with its own']],
      [`trace_id=${traceIdOf(1)}&span_id=${spanIdOf(2)}`, ['in the call', 'with its own']],
      [`trace_id=${traceIdOf(1)}&user_id=ada&q=CALL`, ['in the call']],
    ])('%s finds %j', async (query, expected) => {
      expect(await names(query)).toEqual(expected);
    });

    it('is paged like everything else', async () => {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await list(`user_id=ada&limit=1${cursor === null ? '' : `&cursor=${cursor}`}`);
        seen.push(...page.items.map(({ message }) => message));
        cursor = page.next_cursor;
      } while (cursor !== null);
      expect(seen.sort()).toEqual(OF_TRACE);
    });
  });
});

describe('400', () => {
  it.each([
    ['level=loud', '?level'],
    ['level=info,loud', '?level'],
    ['min_level=', '?min_level'],
    ['limit=501', '?limit'],
    ['q=', '?q'],
    ['from=yesterday', '?from'],
    ['from=now&to=now-1h', '?from'],
    ['cursor=abc', '?cursor'],
  ])('%s names %s', async (query, pointer) => {
    const answer = await request(query);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { errors: { pointer: string }[] }).errors.map((error) => error.pointer)).toEqual([pointer]);
  });
});

it('403: a key that may only send reads nothing', async () => {
  expect((await request('', mine, ['ingest'])).status).toBe(403);
});
