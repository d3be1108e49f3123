import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTelemetryReader } from '../../explore/reader.ts';
import { insertSpans, spanIdOf, testWorkspace, traceIdOf } from '../testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../testing/temporaryTelemetry.ts';
import { viewsPage } from './viewsPage.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../../../../../docs/views.md', import.meta.url)), 'utf8');
const EXAMPLES = [...PAGE.matchAll(/```sql\n([^]*?)\n```/g)].map(([, sql]) => sql ?? '');
const mine = testWorkspace('mine');

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
  // Now, because the examples ask for the last hour.
  const span = (id: number, fields: Record<string, unknown>) => ({
    workspace_id: mine,
    trace_id: traceIdOf(1),
    span_id: spanIdOf(id),
    start_time: BigInt(Date.now()) * 1_000_000n,
    ...fields,
  });
  await insertSpans(store.telemetry, [
    span(1, { kind: 'http', otel_kind: 2, status_code: 500, status: 'error' }),
    span(2, { kind: 'http', otel_kind: 2, status_code: 200, status: 'success' }),
    span(3, { kind: 'llm', cost_usd: '0.1', status: 'success' }),
    span(4, { kind: 'llm', cost_usd: '0.2', status: 'success' }),
  ]);
});
afterAll(() => store.remove());

async function ask(sql: string, workspaceId = mine): Promise<Record<string, unknown>[]> {
  const rows = await createTelemetryReader(store.telemetry, workspaceId).query<Record<string, unknown>>({ sql, params: {} });
  if (!rows.ok) throw new Error(rows.error.detail);
  return rows.value;
}

describe('docs/views.md', () => {
  it('tells of the views as they are; print it with node scripts/printMeasures.mjs', () => {
    expect(PAGE).toBe(viewsPage());
  });

  it.each(EXAMPLES)('has an example that runs: %s', async (sql) => {
    expect(await ask(sql)).toBeInstanceOf(Array);
  });

  it('has the examples of the contract, and they are right', async () => {
    const failed = 'SELECT count() FROM request_metrics WHERE timestamp > now() - INTERVAL 15 MINUTE AND status_code >= 500';
    const spent = 'SELECT sum(cost_usd) FROM llm_call_metrics WHERE timestamp > now() - INTERVAL 1 HOUR';
    expect(EXAMPLES).toEqual(expect.arrayContaining([failed, spent]));
    expect(await ask(failed)).toEqual([{ 'count()': 1 }]);
    expect(await ask(spent)).toEqual([{ 'sum(cost_usd)': 0.3 }]);
    expect(await ask(failed, testWorkspace('foreign'))).toEqual([{ 'count()': 0 }]);
    expect(await ask(spent, testWorkspace('foreign'))).toEqual([{ 'sum(cost_usd)': null }]);
  });
});
