/** What measures declare of their rollups, put to the test: parts of a window give the same answer as the whole. */
import type { RollupKind } from '@sightglass/contract/querySpec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nsOf, testWorkspace } from '../../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { compileQuery } from '../compileQuery.ts';
import { QUERY_SOURCES } from '../querySources.ts';
import { createTelemetryReader, type TelemetryReader } from '../reader.ts';
import { MEASURES } from './catalogue.ts';
import type { MeasureDefinition } from './measure.ts';
import { alike } from './testing/alike.ts';
import { storeMeasured } from './testing/measuredStore.ts';

const WHOLE = { fromNs: nsOf('2026-11-20T09:00:00Z'), toNs: nsOf('2026-11-20T11:00:00Z') };
/** Metrics come at 9:01 and 9:02, spans from 10:00 on. */
const CUTS = ['2026-11-20T09:01:30Z', '2026-11-20T10:00:08Z', '2026-11-20T10:01:30Z'].map(nsOf);
const PARTS = [WHOLE.fromNs, ...CUTS].map((fromNs, i) => ({ fromNs, toNs: CUTS[i] ?? WHOLE.toNs }));

let store: TemporaryTelemetry;
let reader: TelemetryReader;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
  await storeMeasured(store.telemetry, testWorkspace('mine'));
  reader = createTelemetryReader(store.telemetry, testWorkspace('mine'));
});
afterAll(() => store.remove());

type Range = typeof WHOLE;
type Numbers = Map<string, number | null>;

/** More aggregates in one query take the engine longer to plan than several queries. */
const AT_ONCE = 25;

/** One aggregate of each measure over a range. */
async function numbersOf(
  measures: readonly MeasureDefinition[],
  aggregateOf: (measure: MeasureDefinition) => string,
  { fromNs, toNs }: Range,
): Promise<Numbers> {
  const numbers: Numbers = new Map();
  for (const [first, ...rest] of alike(measures, ({ source, needs }) => `${source} ${needs}`).values()) {
    if (first === undefined) continue;
    const from = QUERY_SOURCES[first.source].rows(new Set(), { conditions: [], overTime: false, needs: new Set([first.needs]) });
    const all = [first, ...rest];
    for (let i = 0; i < all.length; i += AT_ONCE) {
      const some = all.slice(i, i + AT_ONCE);
      const sql = `SELECT ${some.map((measure) => `${aggregateOf(measure)} AS ${measure.name}_`).join(', ')} FROM ${from}`;
      const rows = await reader.query<Record<string, unknown>>({ sql, params: { from: fromNs, to: toNs } });
      if (!rows.ok) throw new Error(rows.error.detail);
      for (const { name } of some) {
        const value = rows.value[0]?.[`${name}_`];
        numbers.set(name, value === null ? null : Number(value));
      }
    }
  }
  return numbers;
}

const rounded = (value: number | null) => (value === null ? null : Number(value.toPrecision(9)));
const plain = (numbers: Numbers) => Object.fromEntries([...numbers].map(([name, value]) => [name, rounded(value)]));

const numberSql = ({ orderSql, sql }: MeasureDefinition) => orderSql ?? sql;
const weighedSql = ({ weightedOrderSql, weightedSql }: MeasureDefinition) => weightedOrderSql ?? weightedSql ?? '';
const of = (...kinds: RollupKind[]) => [...MEASURES.values()].filter(({ rollup }) => kinds.includes(rollup.kind));

/** What each part gives, put together by `combine`. */
async function fromParts(
  measures: readonly MeasureDefinition[],
  aggregateOf: (measure: MeasureDefinition) => string,
  combine: (values: number[]) => number,
): Promise<Numbers> {
  const parts: Numbers[] = [];
  for (const part of PARTS) parts.push(await numbersOf(measures, aggregateOf, part));
  return new Map(measures.map(({ name }) => [name, combine(parts.map((numbers) => numbers.get(name) ?? null).filter((value) => value !== null))]));
}
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('the parts of a window', () => {
  it.each([
    ['sum', sum],
    ['min', (values: number[]) => Math.min(...values)],
    ['max', (values: number[]) => Math.max(...values)],
  ] as const)('give the %s of the whole', async (kind, combine) => {
    const measures = of(kind);
    expect(measures.length).toBeGreaterThan(0);
    expect(plain(await fromParts(measures, numberSql, combine))).toEqual(plain(await numbersOf(measures, numberSql, WHOLE)));
  });

  it('give both sums of a ratio', async () => {
    const measures = of('ratio');
    const side = (which: 'of' | 'by') => fromParts(measures, ({ rollup }) => (rollup.kind === 'ratio' ? rollup[which].sql : ''), sum);
    const [above, below] = [await side('of'), await side('by')];
    const ratios = new Map(measures.map(({ name }) => [name, (above.get(name) ?? Number.NaN) / (below.get(name) ?? Number.NaN)]));
    expect(plain(ratios)).toEqual(plain(await numbersOf(measures, ({ sql }) => sql, WHOLE)));
  });

  it('have the values of a quantile', async () => {
    const measures = of('quantile');
    const again = ({ rollup }: MeasureDefinition) =>
      rollup.kind === 'quantile' ? `quantileExactInclusiveIf(${rollup.level})(${rollup.value}, ${rollup.condition})` : '';
    expect(plain(await numbersOf(measures, again, WHOLE))).toEqual(plain(await numbersOf(measures, ({ sql }) => sql, WHOLE)));
  });

  it('have what is counted once', async () => {
    const measures = of('distinct');
    const again = ({ rollup }: MeasureDefinition) =>
      rollup.kind === 'distinct' ? `length(groupUniqArrayIf(${rollup.column}, ${rollup.condition}))` : '';
    expect(plain(await numbersOf(measures, again, WHOLE))).toEqual(plain(await numbersOf(measures, ({ sql }) => sql, WHOLE)));
  });
});

describe('weights', () => {
  const weighed = of('sum', 'ratio').filter(({ weightedSql }) => weightedSql !== undefined);

  it('stand in every sum and ratio of spans and logs, except where rows are told apart', () => {
    const bare = of('sum', 'ratio').filter(({ source, weightedSql }) => (source === 'spans' || source === 'logs') && weightedSql === undefined);
    expect(bare.map(({ name }) => name)).toEqual(['provider_uptime']);
  });

  it('of 1 change nothing', async () => {
    expect(plain(await numbersOf(weighed, weighedSql, WHOLE))).toEqual(plain(await numbersOf(weighed, numberSql, WHOLE)));
  });

  it('of 4 make four times the sum, and the same ratio', async () => {
    const ofSpans = weighed.filter(({ source }) => source === 'spans');
    const one = await numbersOf(ofSpans, numberSql, WHOLE);
    const expected = new Map(ofSpans.map(({ name, rollup }) => [name, (one.get(name) ?? 0) * (rollup.kind === 'sum' ? 4 : 1)]));
    const four = (measure: MeasureDefinition) => weighedSql(measure).replaceAll(/\bweight\b/g, '(weight * 4)');
    expect(plain(await numbersOf(ofSpans, four, WHOLE))).toEqual(plain(expected));
  });
});

it('a question about named metrics reads those alone', () => {
  const question = { source: 'metric_points' as const, group_by: [], filters: [], time_zone: 'UTC', limit: 10 };
  const sqlOf = (measures: string[]) => {
    const compiled = compileQuery({ ...question, measures }, WHOLE);
    return compiled.ok ? compiled.value.sql : '';
  };
  const only = `metric_name IN ('nodejs.eventloop.utilization', 'process.runtime.nodejs.event_loop.utilization')`;
  const whereRowsAreRead = 'no_value = 0\n      AND ';
  expect(sqlOf(['event_loop_utilization'])).toContain(`${whereRowsAreRead}${only}`);
  expect(sqlOf(['event_loop_utilization', 'points'])).not.toContain(whereRowsAreRead);
});
