import { expect, test } from 'vitest';
import { spanRollupsTable } from '../../telemetry/tables/spanRollups.ts';
import { ROLLED_MEASURES, ROLLUP_COLUMNS, ROLLUP_DIMENSIONS } from './rollupColumns.ts';

test('the table has every column that a measure is put together of, and no other: a new one needs a migration', () => {
  const bookkeeping = new Set(['workspace_id', 'grain', 'start', 'generation']);
  const declared = spanRollupsTable.columns.filter(({ name }) => !bookkeeping.has(name));
  const dimensions = declared.slice(0, ROLLUP_DIMENSIONS.length).map(({ name }) => name);
  expect(dimensions).toEqual([...ROLLUP_DIMENSIONS]);
  const stored = Object.fromEntries(declared.slice(ROLLUP_DIMENSIONS.length).map(({ name, store }) => [name, store]));
  expect(stored).toEqual(Object.fromEntries(ROLLUP_COLUMNS.map(({ name, store }) => [name, store])));
});

test('what the overview and the pages of agents show can be answered from windows', () => {
  const shown = [
    'cost_usd',
    'llm_calls',
    'runs',
    'errors',
    'error_rate',
    'input_tokens',
    'active_agents',
    'latency_ms_p99',
    'cache_hit_rate',
    'run_duration_ms_p95',
  ];
  expect(shown.filter((name) => !ROLLED_MEASURES.has(name))).toEqual([]);
});
