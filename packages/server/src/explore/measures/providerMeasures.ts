/** Model providers: whether they answer (B6). */
import { IS_PROVIDER_CALL, IS_RATE_LIMITED } from '../attributeSql.ts';
import { ENDS_AT_NS, FAILED } from '../spanSql.ts';
import { letting } from './letting.ts';
import { countOf, type MeasureDefinition, shareOf } from './measure.ts';
import { NOT_AT_ALL, ratioOf } from './rollup.ts';

/** This many failures in a row, and a provider counts as down. */
const DOWN_AFTER = 3;

/**
 * Every call of a provider in the order in which their outcomes were known, cut before each success and at each
 * provider: a part is one success, or none, and the failures that followed it. Ties are settled by the span id, so that
 * the answer is always the same. On two busy cores 400 000 calls of a day took 0.6 s, the 4 000 of a quarter of an hour 0.05 s.
 */
const CALLS = `arraySort(groupArrayIf((cityHash64(provider), ${ENDS_AT_NS}, span_id, toUInt8(${FAILED})), ${IS_PROVIDER_CALL}))`;
const BEFORE = 'arrayPopBack(arrayPushFront(calls, calls[1]))';
const PARTS = `arraySplit((call, before) -> call.4 = 0 OR call.1 != before.1, calls, ${BEFORE})`;

/** `body` over `parts`; NULL where no provider was called. */
const overParts = (body: string) => `if(countIf(${IS_PROVIDER_CALL}) = 0, NULL, ${letting({ calls: CALLS }, letting({ parts: PARTS }, body))})`;
const FAILURES_OF_PART = 'arraySum(call -> call.4, part)';
/**
 * The last part of each provider: what has been going on since its last success. Neighbours are handed in as arrays of their
 * own, because the engine copies an array that a lambda refers to once for every element.
 */
const NEXT_PARTS = 'arrayPushBack(arrayPopFront(parts), arrayResize(parts[1], 0))';
const LAST_PARTS = `arrayFilter((part, next) -> empty(next) OR next[1].1 != part[1].1, parts, ${NEXT_PARTS})`;
const streaksIn = (parts: string) => `arrayMap(part -> ${FAILURES_OF_PART}, ${parts})`;

type Words = Pick<MeasureDefinition, 'name' | 'title' | 'description'>;
const ofStreaks = (words: Words, body: string): MeasureDefinition => ({
  ...words,
  source: 'spans',
  unit: 'count',
  type: 'integer',
  better: 'lower',
  sql: overParts(body),
  empty: null,
  rollup: NOT_AT_ALL,
});

const minutesIf = (condition: string) => ({ sql: `uniqExactIf((provider, toStartOfMinute(start_time)), ${condition})` });

export const PROVIDER_MEASURES: readonly MeasureDefinition[] = [
  countOf(
    { name: 'rate_limited_calls', title: 'Rate-limited calls', description: 'Model calls that a provider refused as too many', better: 'lower' },
    IS_RATE_LIMITED,
  ),
  shareOf(
    {
      name: 'provider_availability',
      title: 'Provider availability',
      description: 'Calls of model providers that succeeded ÷ calls that succeeded or failed',
      better: 'higher',
    },
    `NOT ${FAILED}`,
    IS_PROVIDER_CALL,
  ),
  {
    name: 'provider_uptime',
    title: 'Provider uptime',
    description: 'Minutes in which at least one call of a provider succeeded ÷ minutes in which it was called',
    source: 'spans',
    unit: 'ratio',
    type: 'number',
    better: 'higher',
    ...ratioOf(minutesIf(`${IS_PROVIDER_CALL} AND NOT ${FAILED}`), minutesIf(IS_PROVIDER_CALL)),
    empty: null,
  },
  ofStreaks(
    {
      name: 'provider_failures_in_a_row',
      title: 'Failures in a row',
      description: 'Calls that failed since the last success, of the provider that has most of them; in order of the calls’ ends',
    },
    `arrayMax(${streaksIn(LAST_PARTS)})`,
  ),
  ofStreaks(
    {
      name: 'provider_failures_in_a_row_max',
      title: 'Most failures in a row',
      description: 'The longest series of failed calls without a success between them, of any one provider',
    },
    `arrayMax(${streaksIn('parts')})`,
  ),
  ofStreaks(
    { name: 'provider_outages', title: 'Outages', description: `Series of ${DOWN_AFTER} or more failed calls without a success between them` },
    `arrayCount(failures -> failures >= ${DOWN_AFTER}, ${streaksIn('parts')})`,
  ),
  ofStreaks(
    { name: 'providers_down', title: 'Providers down', description: `Providers whose last ${DOWN_AFTER} calls or more all failed` },
    `arrayCount(failures -> failures >= ${DOWN_AFTER}, ${streaksIn(LAST_PARTS)})`,
  ),
];
