/** Prices of a workspace, recompute and unpriced models, through the built program. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatUsd, parseUsd } from '@sightglass/contract/money';
import type { Overview } from '@sightglass/contract/routes/query';
import type { PriceItem } from '@sightglass/contract/price';
import type { PriceList, RecomputeJob, RecomputeResult, UnpricedModel } from '@sightglass/contract/routes/pricing';
import { type MadeSpan, START_MS } from '../../src/receive/testing/traceRequests.ts';
import { type Client, createClient, eventually, everythingSettled, RANGE } from './apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from './startProgram.ts';

const env = { ...HEADLESS, SIGHTGLASS_AUTH: 'required' };
let program: Program;
let client: Client;

beforeAll(async () => {
  program = await startProgram({ env });
  client = createClient(program, OWNER.key);
}, START_MS_MAX);
afterAll(() => program.kill());

let made = 0;
const idOf = (n: number, digits: number) => n.toString(16).padStart(digits, '0');

/** Calls of one model, each a trace of its own. */
function calls(
  model: string,
  count: number,
  more: { provider?: string; agent?: string; attributes?: MadeSpan['attributes']; atMs?: number } = {},
): MadeSpan[] {
  return Array.from({ length: count }, () => {
    made += 1;
    return {
      traceId: idOf(made, 32),
      spanId: idOf(made, 16),
      name: `chat ${model}`,
      ...(more.atMs === undefined ? {} : { atMs: more.atMs }),
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': more.provider ?? 'acme',
        'gen_ai.request.model': model,
        'gen_ai.response.model': model,
        'gen_ai.usage.input_tokens': 1000,
        'gen_ai.usage.output_tokens': 100,
        'gen_ai.agent.name': more.agent ?? 'clerk',
        ...more.attributes,
      },
    };
  });
}

async function send(spans: readonly MadeSpan[]): Promise<void> {
  for (let i = 0; i < spans.length; i += 500) expect((await client.sendSpans(spans.slice(i, i + 500))).status).toBe(200);
}

const costOf = async (model: string) =>
  (await client.query({ measures: ['cost_usd', 'llm_calls'], filters: [{ field: 'model', op: '=', value: model }] }))[0] as {
    cost_usd: string;
    llm_calls: number;
  };
const recompute = (more: Record<string, unknown> = {}) => client.post<RecomputeResult>('/api/obs/pricing/recompute', { ...RANGE, ...more });
const price = (more: Record<string, unknown>) => client.post<PriceItem>('/api/obs/pricing', more);

test('the book has prices of every provider on its first page, and more behind it', async () => {
  const first = await client.get<PriceList>('/api/obs/pricing');
  const providers = new Set(first.items.map(({ provider }) => provider));
  for (const name of ['openai', 'anthropic', 'google', 'groq', 'mistral', 'ollama', 'together', 'xai', 'openrouter', 'cohere', 'azure', 'deepinfra'])
    expect(providers).toContain(name);
  expect(first.providers.map(({ provider }) => provider)).toContain('custom');
  expect(first.next_cursor).not.toBeNull();
  const second = await client.get<PriceList>(`/api/obs/pricing?cursor=${first.next_cursor}`);
  expect(second.items.filter(({ id }) => first.items.some((item) => item.id === id))).toEqual([]);
  expect((await client.send('/api/obs/pricing?cursor=x')).status).toBe(400);
});

test('an unpriced model is listed, gets a price, and its history is priced with it: previewed, applied, and no more', async () => {
  await send(calls('acme-large', 30));
  await send(calls('acme-large', 10, { agent: 'other' }));
  await everythingSettled(client);
  expect(await costOf('acme-large')).toEqual({ cost_usd: '0', llm_calls: 40 });
  const unpriced = async () =>
    (await client.get<{ items: UnpricedModel[] }>(`/api/obs/pricing/unpriced?${new URLSearchParams(RANGE)}`)).items.filter(
      ({ model }) => model === 'acme-large',
    );
  expect(await unpriced()).toMatchObject([{ provider: 'acme', calls: 40, input_tokens: 40_000, agents: ['clerk', 'other'], reason: 'no-price' }]);

  const set = await price({ provider: 'Acme', model: 'Acme-Large', input_per_mtok: 1.25, output_per_mtok: '10' });
  expect(set).toMatchObject({
    origin: 'override',
    provider: 'acme',
    model: 'acme-large',
    input_per_mtok: '1.25',
    cache_read_per_mtok: null,
    effective_from: null,
  });
  expect((await client.get<PriceList>('/api/obs/pricing')).items[0]).toEqual(set);
  expect(await unpriced()).toMatchObject([{ reason: 'stale' }]);

  // 1000 × $1.25/M + 100 × $10/M = $0.00225 a call.
  const expected = {
    spans: 40,
    changed: 40,
    before_usd: '0',
    after_usd: '0.09',
  };
  const filters = [{ field: 'provider', op: '=', value: 'acme' }];
  expect(await recompute({ filters })).toMatchObject({
    ...expected,
    dry_run: true,
    by_model: [{ provider: 'acme', model: 'acme-large', ...expected }],
    by_agent: [
      { agent_id: 'clerk', spans: 30, after_usd: '0.0675' },
      { agent_id: 'other', spans: 10, after_usd: '0.0225' },
    ],
  });
  expect(await costOf('acme-large')).toEqual({ cost_usd: '0', llm_calls: 40 });
  expect(await recompute({ filters, dry_run: false })).toMatchObject({ ...expected, dry_run: false });
  expect(await costOf('acme-large')).toEqual({ cost_usd: '0.09', llm_calls: 40 });
  expect(await unpriced()).toEqual([]);
  expect(await recompute({ filters, dry_run: false })).toMatchObject({ spans: 40, changed: 0, before_usd: '0.09', after_usd: '0.09' });
  expect(await costOf('acme-large')).toEqual({ cost_usd: '0.09', llm_calls: 40 });
});

test('a price holds for everything received after its 201, and for calls that start while it is in force', async () => {
  await price({ provider: 'acme', model: 'acme-dated', input_per_mtok: '1', output_per_mtok: '1' });
  await price({ provider: 'acme', model: 'acme-dated', input_per_mtok: '2', output_per_mtok: '2', effective_from: '2026-11-20T09:10:00Z' });
  const [first, second] = [...calls('acme-dated', 1, { atMs: 599_999 }), ...calls('acme-dated', 1, { atMs: 600_000 })] as [MadeSpan, MadeSpan];
  await send([first, second]);
  await everythingSettled(client);
  const costs = await Promise.all([first, second].map(async ({ traceId }) => (await client.trace(traceId)).spans[0]?.cost_usd));
  expect(costs).toEqual(['0.0011', '0.0022']);
  const { items } = await client.get<PriceList>('/api/obs/pricing?model=acme-dated');
  expect(items.map(({ effective_from, effective_to }) => [effective_from, effective_to])).toEqual([
    ['2026-11-20T09:10:00Z', null],
    [null, '2026-11-20T09:10:00Z'],
  ]);
});

test('a price of the workspace goes before the bundled one under every name the book knows, and explains the cost', async () => {
  const own = await price({ provider: 'openai', model: 'gpt-4o', input_per_mtok: '1', output_per_mtok: '2', cache_read_per_mtok: '0.5' });
  const [call] = calls('gpt-4o-2024-08-06', 1, { provider: 'openai', attributes: { 'gen_ai.usage.cache_read.input_tokens': 400 } }) as [MadeSpan];
  const [mini] = calls('gpt-4o-mini-2024-07-18', 1, { provider: 'openai' }) as [MadeSpan];
  await send([call, mini]);
  await everythingSettled(client);
  const detail = await client.get<{ cost_source: string; cost_breakdown: { price_id: string; total_usd: string } }>(
    `/api/obs/traces/${call.traceId}/spans/${call.spanId}`,
  );
  // 600 × $1/M + 400 × $0.5/M + 100 × $2/M
  expect(detail).toMatchObject({ cost_source: 'override', cost_breakdown: { price_id: own.id, total_usd: '0.001' } });
  expect((await client.trace(mini.traceId)).spans[0]).toMatchObject({ cost_source: 'price_book' });
  expect((await client.send(`/api/obs/pricing/${own.id}`, { method: 'DELETE' })).status).toBe(204);
  // What it made is explained for ever.
  expect(await client.get(`/api/obs/traces/${call.traceId}/spans/${call.spanId}`)).toMatchObject({ cost_breakdown: { price_id: own.id } });
  const result = await recompute({ filters: [{ field: 'model', op: '=', value: 'gpt-4o-2024-08-06' }], dry_run: false });
  expect(result).toMatchObject({ changed: 1, before_usd: '0.001' });
  expect((await client.trace(call.traceId)).spans[0]).toMatchObject({ cost_source: 'price_book', cost_usd: result.after_usd });
  expect((await client.send(`/api/obs/pricing/${own.id}`, { method: 'DELETE' })).status).toBe(404);
});

test('costs that the sender reported are left alone unless asked for', async () => {
  await price({ provider: 'acme', model: 'acme-reported', input_per_mtok: '1', output_per_mtok: '1' });
  const event = {
    event_type: 'llm_call',
    agent_id: 'clerk',
    timestamp: '2026-11-20T09:00:00Z',
    provider: 'acme',
    model: 'acme-reported',
    input_tokens: 1000,
    output_tokens: 100,
    cost_usd: 0.5,
  };
  expect(await client.post('/api/obs/ingest/events', { events: [event, event] })).toMatchObject({ accepted: 2 });
  await everythingSettled(client);
  const filters = [{ field: 'model', op: '=', value: 'acme-reported' }];
  expect(await recompute({ filters, dry_run: false })).toMatchObject({ spans: 2, changed: 0, before_usd: '1', after_usd: '1' });
  expect(await recompute({ filters, dry_run: false, include_reported: true })).toMatchObject({ changed: 2, before_usd: '1', after_usd: '0.0022' });
  expect((await costOf('acme-reported')).cost_usd).toBe('0.0022');
  const { items } = await client.get<{ items: { model: string; cost_usd: string }[] }>(`/api/obs/events?${new URLSearchParams(RANGE)}`);
  expect(items.filter(({ model }) => model === 'acme-reported').map(({ cost_usd }) => cost_usd)).toEqual(['0.0011', '0.0011']);
});

test('prices go out as a file and come in again, all or none', async () => {
  const file = await client.get<{ prices: Record<string, unknown>[] }>('/api/obs/pricing/export');
  expect(file.prices.length).toBeGreaterThan(2);
  const load = (more: Record<string, unknown>) => client.post('/api/obs/pricing/import', { ...file, ...more });
  expect(await load({})).toEqual({ added: 0, replaced: 0, unchanged: file.prices.length, removed: 0 });
  const [first, ...rest] = file.prices;
  const prices = [{ ...first, input_per_mtok: '7' }, ...rest.slice(1), { provider: 'acme', model: 'acme-new', input_per_mtok: '3' }];
  const expected = { added: 1, replaced: 1, unchanged: rest.length - 1, removed: 1 };
  expect(await load({ prices, mode: 'replace', dry_run: true })).toEqual(expected);
  expect(await client.get('/api/obs/pricing/export')).toEqual(file);
  expect(await load({ prices, mode: 'replace' })).toEqual(expected);
  const broken = await client.postJson('/api/obs/pricing/import', {
    ...file,
    prices: [...prices, { provider: 'acme', model: 'x', input_per_mtok: '-1' }],
  });
  expect(broken.status).toBe(400);
});

test('what makes no sense is refused, with the place', async () => {
  const refused = async (path: string, body: unknown) => {
    const answer = await client.postJson(path, body);
    return { status: answer.status, pointers: ((await answer.json()) as { errors?: { pointer: string }[] }).errors?.map(({ pointer }) => pointer) };
  };
  const sent = { provider: 'acme', model: 'm', input_per_mtok: '1' };
  expect(await refused('/api/obs/pricing', { ...sent, input_per_mtok: undefined })).toEqual({ status: 400, pointers: ['/input_per_mtok'] });
  expect(await refused('/api/obs/pricing', { ...sent, output_per_mtok: 'lots' })).toEqual({ status: 400, pointers: ['/output_per_mtok'] });
  expect(await refused('/api/obs/pricing', { ...sent, effective_from: 'soon' })).toEqual({ status: 400, pointers: ['/effective_from'] });
  expect(await refused('/api/obs/pricing/recompute', { ...RANGE, filters: [{ field: 'no_such', op: '=', value: 'x' }] })).toMatchObject({
    status: 400,
  });
  expect(await refused('/api/obs/pricing/recompute', { from: 'now', to: 'now-1h' })).toMatchObject({ status: 400 });
  expect((await client.send('/api/obs/pricing/recompute/rcp_none')).status).toBe(404);
});

test('an estimate shows the sum, or why there is none', async () => {
  const estimate = (more: Record<string, unknown>) => client.post('/api/obs/pricing/estimate', { provider: 'openai', model: 'gpt-4o', ...more });
  // $2.50/M input, $1.25/M cached, $10/M output: openai.com/api/pricing
  expect(await estimate({ input_tokens: 2000, cache_read_tokens: 1280, output_tokens: 100, at: '2026-01-01T00:00:00Z' })).toMatchObject({
    cost_usd: '0.0044',
    matched_by: 'exact',
    breakdown: { lines: [{ class: 'input', quantity: 720 }, { class: 'cache_read', quantity: 1280, usd_per_million: '1.25' }, { class: 'output' }] },
  });
  expect(await estimate({ model: 'no-such-model', input_tokens: 1, output_tokens: 1 })).toMatchObject({ cost_usd: null, price: null });
  expect(await estimate({ total_tokens: 100 })).toMatchObject({ cost_usd: null, reason: expect.stringContaining('total') });
});

test('days that are over and were looked at follow a recompute', async () => {
  const yesterdayMs = Date.now() - 24 * 3_600_000;
  await send(calls('acme-yesterday', 4, { atMs: yesterdayMs - START_MS }));
  await everythingSettled(client);
  const costOfYesterday = async () => {
    const { last_7_days } = await client.get<Overview>('/api/obs/metrics/overview');
    return last_7_days.find(({ date }) => date === new Date(yesterdayMs).toISOString().slice(0, 10))?.cost_usd ?? '';
  };
  const before = await costOfYesterday();
  expect(await costOfYesterday()).toBe(before);
  await price({ provider: 'acme', model: 'acme-yesterday', input_per_mtok: '1', output_per_mtok: '1', effective_from: '2020-01-01' });
  const range = { from: 'now-3d', to: 'now', dry_run: false };
  expect(await client.post<RecomputeResult>('/api/obs/pricing/recompute', { ...range, filters: { model: 'acme-yesterday' } })).toMatchObject({
    spans: 4,
    changed: 4,
    after_usd: '0.0044',
  });
  expect(formatUsd((parseUsd(await costOfYesterday()) ?? 0n) - (parseUsd(before) ?? 0n))).toBe('0.0044');
});

test('tiny costs of many events add up exactly', async () => {
  const event = {
    event_type: 'llm_call',
    agent_id: 'tiny',
    timestamp: '2026-11-20T09:00:00Z',
    provider: 'acme',
    model: 'acme-tiny',
    cost_usd: '0.000000123',
  };
  for (let i = 0; i < 10; i++) {
    const answer = await client.post('/api/obs/ingest/events', { events: Array.from({ length: 1_000 }, () => event) });
    expect(answer).toMatchObject({ accepted: 1_000 });
  }
  await everythingSettled(client);
  expect(await costOf('acme-tiny')).toEqual({ cost_usd: '0.00123', llm_calls: 10_000 });
});

test('a recompute that was killed half way and runs again ends like one that was not, while more calls arrive', async () => {
  await send(calls('acme-many', 20_000));
  await everythingSettled(client);
  await price({ provider: 'acme', model: 'acme-many', input_per_mtok: '3', output_per_mtok: '5' });
  const lastJob = (await client.get<{ items: RecomputeJob[] }>('/api/obs/pricing/recompute?limit=1')).items[0]?.job_id;
  const late = send(calls('acme-many', 2_000));
  const asked = client.postJson('/api/obs/pricing/recompute', { ...RANGE, dry_run: false }).catch(() => undefined);
  // Caught as soon as it is there: on a machine that is done by then, it is still killed and asked again.
  const begunJob = () =>
    eventually(async () => {
      const { items } = await client.get<{ items: RecomputeJob[] }>('/api/obs/pricing/recompute?limit=1');
      expect(items[0]?.job_id).not.toBe(lastJob);
      return items[0] as RecomputeJob;
    });
  const { job_id } = await begunJob();
  await late.catch(() => undefined);
  await program.kill();
  await asked;
  program = await startProgram({ env, dataDir: program.dataDir });
  client = createClient(program, OWNER.key);
  const job = await eventually(async () => {
    const found = await client.get<RecomputeJob>(`/api/obs/pricing/recompute/${job_id}`);
    expect(found.state).toBe('done');
    return found;
  }, 60_000);
  expect(job).toMatchObject({ remaining: 0 });
  await everythingSettled(client);
  // 1000 × $3/M + 100 × $5/M = $0.0035 a call.
  const { cost_usd, llm_calls } = await costOf('acme-many');
  expect(llm_calls).toBe(22_000);
  expect(cost_usd).toBe('77');
  expect(await recompute({ dry_run: false })).toMatchObject({ changed: 0 });
}, 180_000);
