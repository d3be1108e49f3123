import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEAM_AGENTS_MAX } from '@sightglass/contract/routes/teams';
import { EVENT_NAME_CHARS_MAX } from '@sightglass/contract/event';
import { insertSpans, spanIdOf, testWorkspace, traceIdOf } from '../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { VIEWS } from '../telemetry/views/all.ts';
import { hiddenAgentFilters } from './hiddenAgentFilters.ts';
import { createTelemetryReader } from './reader.ts';

const mine = testWorkspace('mine');
const START = '2026-11-20T10:00:00Z';
/** Whatever a sender may call an agent. */
const ODD_NAMES = [
  "it's",
  'a\\b',
  '\\',
  "'; DROP TABLE spans --",
  'Übersetzer 翻訳 🦆',
  'line\nbreak',
  '{x:String}',
  ' ',
  'x'.repeat(EVENT_NAME_CHARS_MAX),
];
let store: TemporaryTelemetry;

beforeAll(async () => {
  store = await openTemporaryTelemetry();
  const span = (n: number, agent_id: string, more: object = {}) => ({
    workspace_id: mine,
    trace_id: traceIdOf(n),
    span_id: spanIdOf(n),
    start_time: START,
    kind: 'llm',
    agent_id,
    service_name: 'shop',
    ...more,
  });
  await insertSpans(store.telemetry, [span(1, 'open'), span(2, 'hidden'), ...ODD_NAMES.map((name, i) => span(10 + i, name))]);
  // The same span again: first nobody knew whose it is, then its trace was settled.
  await insertSpans(store.telemetry, [span(3, 'shop', { version: 0 })]);
  await insertSpans(store.telemetry, [span(3, 'hidden', { version: 5 })]);
});
afterAll(() => store.remove());

const readerFor = (hiddenAgents: readonly string[]) => createTelemetryReader(store.telemetry, mine, { hiddenAgents });
async function rowsOf<Row>(hiddenAgents: readonly string[], sql: string): Promise<Row[]> {
  const rows = await readerFor(hiddenAgents).query<Row>({ sql, params: {} });
  if (!rows.ok) throw new Error(rows.error.detail);
  return rows.value;
}
const agentsSeen = async (hiddenAgents: readonly string[], from = 'spans FINAL') =>
  (await rowsOf<{ agent_id: string }>(hiddenAgents, `SELECT DISTINCT agent_id FROM ${from}`)).map(({ agent_id }) => agent_id);

describe('a reader from which agents are hidden', () => {
  it('sees the spans of all others, and of a span that was written again only what it has become', async () => {
    expect((await agentsSeen(['hidden'])).sort()).toEqual(['open', ...ODD_NAMES].sort());
    expect(await agentsSeen([])).toContain('hidden');
  });

  it.each(ODD_NAMES)('hides the agent %j and no other', async (name) => {
    const seen = await agentsSeen([name]);
    expect(seen).not.toContain(name);
    expect(seen).toHaveLength((await agentsSeen([])).length - 1);
  });

  it('hides as many as teams may have, by their whole names', async () => {
    const many = Array.from({ length: TEAM_AGENTS_MAX - 1 }, (_, i) => `${i} ${'x'.repeat(500)}`);
    expect(await agentsSeen(['hidden', ...many])).not.toContain('hidden');
    expect(await rowsOf(['hidden', ...many], 'SELECT count() AS n FROM logs FINAL')).toEqual([{ n: 0 }]);
    expect(await rowsOf(['hidden', ...many], 'SELECT count() AS n FROM metric_points FINAL')).toEqual([{ n: 0 }]);
  });

  it('sees nothing of them in any view', async () => {
    const all = [...ODD_NAMES, 'hidden', 'open', 'shop'];
    const countOf = async (hiddenAgents: readonly string[], name: string) =>
      Number((await rowsOf<{ n: number }>(hiddenAgents, `SELECT count() AS n FROM ${name}`))[0]?.n);
    for (const { name } of VIEWS) expect(await countOf(all, name), name).toBe(0);
    const withRows = await Promise.all(VIEWS.map(({ name }) => countOf([], name)));
    expect(withRows.filter((n) => n > 0).length).toBeGreaterThan(0);
  });

  it('has a name of its own for what is remembered of its rows', () => {
    const keys = [[], ['a'], ['b'], ['a', 'b']].map((hidden) => readerFor(hidden).rowsKey);
    expect(new Set(keys).size).toBe(4);
    expect(readerFor(['b', 'a']).rowsKey).toBe(keys[3]);
  });
});

it('a table that nobody has thought of shows nothing while agents are hidden, one with agents is filtered by them', () => {
  const table = (name: string, ...columns: string[]) => ({
    name,
    columns: columns.map((column) => ({ name: column, store: 'String' })),
    engine: { family: 'MergeTree' as const },
    partitionBy: 'tuple()',
    orderBy: 'tuple()',
  });
  const tables = [table('thoughtless', 'workspace_id'), table('scores', 'workspace_id', 'agent_id')];
  expect(hiddenAgentFilters(tables, mine, [])).toEqual(new Map());
  const filters = hiddenAgentFilters(tables, mine, ['hidden']);
  expect(filters.get('thoughtless')).toBe('0');
  expect(filters.get('scores')).toMatch(/^halfMD5\(agent_id\) NOT IN \(\d+\)$/);
});
