import type { QueryResult } from '@sightglass/contract/querySpec';
import type { Scope } from '@sightglass/contract/permissions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTelemetryReader } from '../../explore/reader.ts';
import { insertSpans, nsOf, spanIdOf, testWorkspace, traceIdOf } from '../../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { appOfCaller } from '../testing/appOfCaller.ts';
import { queryRoutes } from './query.ts';

const NOW = nsOf('2026-11-20T12:00:00Z');
const mine = testWorkspace('mine');
const million = testWorkspace('million');
const sampled = testWorkspace('sampled');
const CALLS = 1_000_000;
const MILLION_MS_MAX = 60_000;
let store: TemporaryTelemetry;

beforeAll(async () => {
  store = await openTemporaryTelemetry();
  const span = (workspace: typeof mine, i: number, fields: Record<string, unknown>) => ({
    workspace_id: workspace,
    trace_id: traceIdOf(i),
    span_id: spanIdOf(i),
    start_time: '2026-11-20T11:00:00Z',
    kind: 'llm',
    status: 'success',
    ...fields,
  });
  await insertSpans(store.telemetry, [
    span(mine, 1, { agent_id: '=cmd|"/c calc"!A0', cost_usd: '0.25', response_model: 'gpt-4o', tags: ['night', 'batch'] }),
    span(mine, 2, { agent_id: 'zoë, the planner', cost_usd: '0.000000000001', response_model: 'gpt-4o', tags: ['night'] }),
    span(mine, 3, { cost_usd: '0.5', response_model: 'claude' }),
    span(mine, 4, { response_model: 'unheard-of' }),
  ]);
  await insertSpans(store.telemetry, [span(sampled, 5, { agent_id: 'planner', cost_usd: '0.000000123', weight: 1000 })]);
  // Two agents, a million calls in all, each of $0.000000123.
  await store.telemetry.run(
    `INSERT INTO spans (workspace_id, start_time, trace_id, span_id, kind, status, agent_id, cost_usd)
     SELECT {workspace:String}, toDateTime64('2026-11-20 11:00:00', 9, 'UTC') + toIntervalMillisecond(number % 1000000),
       reinterpretAsFixedString(toUInt128(number + 1)), reinterpretAsFixedString(toUInt64(number + 1)), 'llm', 'success',
       if(number % 4 = 0, 'planner', 'writer'), toDecimal128('0.000000123', 12)
     FROM numbers({calls:UInt64})`,
    { workspace: million, calls: BigInt(CALLS) },
  );
}, MILLION_MS_MAX);
afterAll(() => store.remove());

const BY_AGENT = { measures: ['cost_usd', 'calls'], group_by: ['agent_id'], from: 'now-24h' };

const readerOf = ({ workspaceId }: { workspaceId: typeof mine }) =>
  createTelemetryReader(store.telemetry, workspaceId, { isSampled: workspaceId === sampled });

interface Asked {
  workspace?: typeof mine;
  query?: string;
  accept?: string;
  scopes?: readonly Scope[];
}

function ask(question: unknown, { workspace = mine, query = '?format=csv', accept, scopes = ['read'] }: Asked = {}) {
  const app = appOfCaller(workspace, scopes);
  queryRoutes(app, { readerOf, now: () => NOW });
  return app.request(`/api/obs/query${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(accept === undefined ? {} : { accept }) },
    body: JSON.stringify(question),
  });
}

describe('POST /api/obs/query as CSV', () => {
  it('holds the rows of the JSON answer: quoted, guarded, null as an empty cell', async () => {
    const answer = await ask(BY_AGENT);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="query.csv"');
    expect(await answer.text()).toBe(
      ['agent_id,cost_usd,calls', ',0.5,2', `"'=cmd|""/c calc""!A0",0.25,1`, '"zoë, the planner",0.000000000001,1', ''].join('\r\n'),
    );
  });

  it('with an interval has a line for each group and bucket', async () => {
    const answer = await ask({ measures: ['cost_usd'], from: '2026-11-20T10:00:00Z', to: '2026-11-20T12:00:00Z', interval: '1h' });
    expect(await answer.text()).toBe('time,cost_usd\r\n2026-11-20T10:00:00Z,0\r\n2026-11-20T11:00:00Z,0.750000000001\r\n');
  });

  it.each([
    ['', 'text/csv', 'text/csv'],
    ['', 'text/csv;q=0.9, application/json;q=0.1', 'text/csv'],
    ['', 'text/csv;q=0.1, application/json', 'application/json'],
    ['', '*/*', 'application/json'],
    ['', undefined, 'application/json'],
    ['?format=json', 'text/csv', 'application/json'],
    ['?format=csv', 'application/json', 'text/csv'],
  ])('the query %j with Accept %j is answered as %s', async (query, accept, type) => {
    const answer = await ask(BY_AGENT, { query, ...(accept === undefined ? {} : { accept }) });
    expect(answer.headers.get('content-type')).toContain(type);
    expect(answer.headers.get('vary')?.toLowerCase()).toContain('accept');
  });

  it('a format that does not exist is 400 and says where', async () => {
    const answer = await ask(BY_AGENT, { query: '?format=xls' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ pointer: '?format' }] });
  });

  it('a wrong question is problem+json, whatever was accepted', async () => {
    const answer = await ask({ measures: ['costs'] });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('needs the scope to read', async () => {
    expect((await ask(BY_AGENT, { scopes: ['ingest'] })).status).toBe(403);
  });
});

describe('a million calls of $0.000000123', () => {
  const total = { measures: ['cost_usd', 'calls'], from: 'now-24h' };

  it('cost $0.123 in JSON and in CSV', async () => {
    const json = (await (await ask(total, { workspace: million, query: '' })).json()) as QueryResult;
    expect(json.rows).toEqual([{ cost_usd: '0.123', calls: CALLS }]);
    expect(await (await ask(total, { workspace: million })).text()).toBe(`cost_usd,calls\r\n0.123,${CALLS}\r\n`);
  });

  it('are split by agent without losing a digit', async () => {
    expect(await (await ask(BY_AGENT, { workspace: million })).text()).toBe(
      'agent_id,cost_usd,calls\r\nwriter,0.09225,750000\r\nplanner,0.03075,250000\r\n',
    );
  });

  it('of which one in a thousand was kept cost as much as that one stands for', async () => {
    expect(await (await ask(total, { workspace: sampled })).text()).toBe('cost_usd,calls\r\n0.000123,1000\r\n');
  });
});

it('a call with two tags is counted under each, and once in the whole', async () => {
  const byTag = await ask({ measures: ['cost_usd'], group_by: ['tag'], from: 'now-24h' });
  expect(await byTag.text()).toBe('tag,cost_usd\r\n,0.5\r\nnight,0.250000000001\r\nbatch,0.25\r\n');
  const whole = await ask({ measures: ['cost_usd'], from: 'now-24h' });
  expect(await whole.text()).toBe('cost_usd\r\n0.750000000001\r\n');
});
