import type { Problem } from '@sightglass/contract/routes/defineRoute';
import { RecommendationsSchema } from '@sightglass/contract/routes/costRecommendations';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundledPriceBook } from '../../cost/bundledPrices.ts';
import { createTelemetryReader } from '../../explore/reader.ts';
import { insertSpans, nsOf, spanIdOf, testWorkspace, traceIdOf } from '../../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { appOfCaller } from '../testing/appOfCaller.ts';
import { costRecommendationRoutes } from './costRecommendations.ts';

const NOW = nsOf('2026-11-20T12:00:00Z');
const prices = bundledPriceBook();
const mine = testWorkspace('mine');

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
  await insertSpans(
    store.telemetry,
    Array.from({ length: 12 }, (_, i) => ({
      workspace_id: mine,
      trace_id: traceIdOf(i),
      span_id: spanIdOf(i),
      start_time: NOW - BigInt(i + 1) * 1_000_000_000n,
      kind: 'llm',
      status: 'timeout',
      agent_id: 'a, b',
      provider: 'openai',
      response_model: 'gpt-4o-2024-08-06',
      input_tokens: 1_000,
      output_tokens: 0,
      cost_usd: '0.0025',
    })),
  );
});
afterAll(() => store.remove());

async function ask(
  query = '',
  { workspace = mine, scopes = ['read'] as const }: { workspace?: typeof mine; scopes?: Parameters<typeof appOfCaller>[1] } = {},
) {
  const app = appOfCaller(workspace, scopes);
  costRecommendationRoutes(app, {
    readerOf: ({ workspaceId }) => createTelemetryReader(store.telemetry, workspaceId),
    pricesOf: () => prices,
    now: () => NOW,
  });
  const answer = await app.request(`/api/obs/costs/recommendations${query}`);
  return { status: answer.status, body: (await answer.json()) as unknown };
}

describe('GET /api/obs/costs/recommendations', () => {
  it('answers what the contract says; a name that the trace list cannot filter by is left out of the link', async () => {
    const { status, body } = await ask();
    expect(status).toBe(200);
    const { items, looked_at } = RecommendationsSchema.strict().parse(body);
    expect(looked_at).toMatchObject({ from: '2026-10-21T12:00:00Z', to: '2026-11-20T12:00:00Z', days: 30, calls: 12, spent_usd: '0.03' });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      kind: 'failed_calls',
      agent_id: 'a, b',
      saving_usd_per_month: '0.03',
      traces_query: { model: 'gpt-4o-2024-08-06', provider: 'openai', status: 'error' },
    });
    expect(items[0]?.traces_query).not.toHaveProperty('agent_id');
  });

  it('does not count days to come', async () => {
    const { body } = await ask('?from=now-15d&to=now%2B15d');
    expect(RecommendationsSchema.parse(body)).toMatchObject({ looked_at: { days: 15, saving_usd_per_month: '0.06' } });
  });

  it('tells nothing of another workspace', async () => {
    const { body } = await ask('', { workspace: testWorkspace('foreign') });
    expect(RecommendationsSchema.parse(body)).toMatchObject({ items: [], looked_at: { calls: 0 } });
  });

  it.each(['?from=now-1h', '?from=now-93d', '?from=yesterday', '?from=now&to=now-2d'])('%s is 400 and says where', async (query) => {
    const { status, body } = await ask(query);
    expect([status, (body as Problem).errors?.[0]?.pointer]).toEqual([400, '?from']);
  });

  it('is 403 without the scope to read', async () => {
    expect((await ask('', { scopes: ['ingest'] })).status).toBe(403);
  });
});
