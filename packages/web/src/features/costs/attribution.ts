/** Sums by group, and the same of the period before → the lines of the table. Money is exact: pico-dollars from text to text. */
import { formatUsd, parseUsd } from '@sightglass/contract/money';
import { numberOf, type QueryRow, textOf } from '../../api/metrics.ts';
import { type Change, changeOfAmount } from '../overview/change.ts';
import type { Dimension } from './costDimensions.ts';
import type { CostMeasure } from './costQuestion.ts';

/** What some calls came to. */
export interface Sums {
  costPicoUsd: bigint;
  tokens: number;
  calls: number;
  errors: number;
  /** Calls that no price was found for: the cost does not include them. */
  unpricedCalls: number;
  /** The part of the cost that rests on estimates, and how many calls that is. */
  estimatedPicoUsd: bigint;
  estimatedCalls: number;
}

/**
 * `new`: nothing in the period before. `gone`: nothing in this one. `none`: nothing in either. `from-zero`: there were calls, which
 * came to 0. `unknown`: more groups in the period before than could be read. `unpriced`: the calls of one of them have no price.
 */
export type Comparison = { kind: 'new' | 'gone' | 'none' | 'from-zero' | 'unknown' | 'unpriced' } | { kind: 'change'; change: Change };

export interface CostLine {
  /** Unique among the lines. */
  key: string;
  /** One for each dimension; null where the calls did not say. */
  groups: readonly (string | null)[];
  sums: Sums;
  /** Part of the whole, 0 to 1; null of nothing, and where no price is known. */
  share: number | null;
  comparison: Comparison;
}

/** What a line says, whatever it is of. */
export type Amount = Omit<CostLine, 'key' | 'groups'>;

export interface Attribution {
  total: Amount;
  lines: CostLine[];
  /** What the lines leave of the whole; null when they are all, or when groups overlap. */
  rest: Amount | null;
  /** Groups of the period before of which nothing is left, the costliest first. */
  gone: CostLine[];
  /** Whether there are more groups than lines. */
  hasMore: boolean;
}

export interface CostAnswers {
  /** In the order asked for; may be more than the lines to be shown. */
  groups: readonly QueryRow[];
  /** Whether `groups` holds every group there is. */
  isComplete: boolean;
  total: QueryRow | undefined;
  groupsBefore: readonly QueryRow[];
  isCompleteBefore: boolean;
  totalBefore: QueryRow | undefined;
}

interface Wanted {
  dimensions: readonly Dimension[];
  measure: CostMeasure;
  /** Groups that hold a call several times do not add up to the whole. */
  overlapping: boolean;
  linesMax: number;
}

/** Fewer are told apart than lines: what is gone explains a fall, it is not what the page is about. */
const GONE_MAX = 20;

export function attribute(answers: CostAnswers, { dimensions, measure, overlapping, linesMax }: Wanted): Attribution {
  const total = sumsOf(answers.total);
  const totalBefore = sumsOf(answers.totalBefore);
  const read = (row: QueryRow) => {
    const groups = dimensions.map((name) => textOf(row, name));
    return { key: JSON.stringify(groups), groups, sums: sumsOf(row) };
  };
  const now = answers.groups.map(read).filter(({ sums }) => !isNothing(sums));
  const before = answers.groupsBefore.map(read).filter(({ sums }) => !isNothing(sums));
  const beforeByKey = new Map(before.map((group) => [group.key, group.sums]));
  const absent = answers.isCompleteBefore ? NOTHING : undefined;

  const shown = now.slice(0, linesMax);
  const hasMore = now.length > shown.length || !answers.isComplete;
  const lines = shown.map((group): CostLine => {
    const earlier = beforeByKey.get(group.key) ?? absent;
    return { ...group, share: shareOf(group.sums, total, measure), comparison: compare(group.sums, earlier, measure) };
  });

  const keysNow = new Set(now.map(({ key }) => key));
  // A group that is not among those read may still be one of the rest.
  const vanished = answers.isComplete ? before.filter(({ key }) => !keysNow.has(key)) : [];
  const gone = vanished
    .filter(({ sums }) => amountOf(sums, measure) > 0n)
    .sort((a, b) => (amountOf(b.sums, measure) > amountOf(a.sums, measure) ? 1 : -1))
    .slice(0, GONE_MAX)
    .map(({ key, groups }): CostLine => ({ key, groups, sums: NOTHING, share: shareOf(NOTHING, total, measure), comparison: { kind: 'gone' } }));

  let rest: Attribution['rest'] = null;
  if (hasMore && !overlapping) {
    const sums = minus(
      total,
      shown.map((group) => group.sums),
    );
    const ofShown = shown.map(({ key }) => beforeByKey.get(key) ?? absent);
    // The same groups then: those that are gone are told of by themselves.
    const others = [...ofShown, ...vanished.map((group) => group.sums)];
    const earlier = ofShown.includes(undefined)
      ? undefined
      : minus(
          totalBefore,
          others.filter((each) => each !== undefined),
        );
    rest = { sums, share: shareOf(sums, total, measure), comparison: compare(sums, earlier, measure) };
  }
  return {
    total: { sums: total, share: shareOf(total, total, measure), comparison: compare(total, totalBefore, measure) },
    lines,
    rest,
    gone,
    hasMore,
  };
}

const NOTHING: Sums = { costPicoUsd: 0n, tokens: 0, calls: 0, errors: 0, unpricedCalls: 0, estimatedPicoUsd: 0n, estimatedCalls: 0 };

export function sumsOf(row: QueryRow | undefined): Sums {
  if (row === undefined) return NOTHING;
  return {
    costPicoUsd: picoOf(row, 'cost_usd'),
    tokens: numberOf(row, 'total_tokens') ?? 0,
    calls: numberOf(row, 'calls') ?? 0,
    errors: numberOf(row, 'errors') ?? 0,
    unpricedCalls: numberOf(row, 'unpriced_calls') ?? 0,
    estimatedPicoUsd: picoOf(row, 'estimated_cost_usd'),
    estimatedCalls: numberOf(row, 'estimated_calls') ?? 0,
  };
}

const picoOf = (row: QueryRow, name: string): bigint => parseUsd(textOf(row, name) ?? '0') ?? 0n;

/** What parts leave of a whole. Never below nothing: a call that comes in between two answers is in one of them only. */
function minus(whole: Sums, parts: readonly Sums[]): Sums {
  const left = (count: (sums: Sums) => number) =>
    Math.max(
      0,
      parts.reduce((rest, part) => rest - count(part), count(whole)),
    );
  const money = (amount: (sums: Sums) => bigint) => {
    const rest = parts.reduce((left, part) => left - amount(part), amount(whole));
    return rest < 0n ? 0n : rest;
  };
  return {
    costPicoUsd: money(({ costPicoUsd }) => costPicoUsd),
    tokens: left(({ tokens }) => tokens),
    calls: left(({ calls }) => calls),
    errors: left(({ errors }) => errors),
    unpricedCalls: left(({ unpricedCalls }) => unpricedCalls),
    estimatedPicoUsd: money(({ estimatedPicoUsd }) => estimatedPicoUsd),
    estimatedCalls: left(({ estimatedCalls }) => estimatedCalls),
  };
}

const isNothing = ({ costPicoUsd, tokens, calls, errors, unpricedCalls }: Sums): boolean =>
  costPicoUsd === 0n && tokens === 0 && calls === 0 && errors === 0 && unpricedCalls === 0;

/** Whether the cost says nothing because no price is known: that is not the same as nothing. */
const isUnpriced = ({ costPicoUsd, unpricedCalls }: Sums): boolean => costPicoUsd === 0n && unpricedCalls > 0;

const amountOf = (sums: Sums, measure: CostMeasure): bigint => (measure === 'cost' ? sums.costPicoUsd : BigInt(sums[measure]));

const SHARE_STEPS = 1_000_000n;

/** Divided exactly; to a millionth, which is more than is shown. Something that is not nothing never becomes nothing. */
function shareOf(part: Sums, whole: Sums, measure: CostMeasure): number | null {
  const of = amountOf(whole, measure);
  if (of === 0n || (measure === 'cost' && isUnpriced(part))) return null;
  const amount = amountOf(part, measure);
  const steps = (amount * SHARE_STEPS) / of;
  return steps === 0n && amount > 0n ? 1 / Number(SHARE_STEPS) : Number(steps) / Number(SHARE_STEPS);
}

const BETTER = { cost: 'lower', errors: 'lower', tokens: 'neither', calls: 'neither' } as const;

/** `before` is undefined where it could not be read. */
export function compare(now: Sums, before: Sums | undefined, measure: CostMeasure): Comparison {
  if (before === undefined) return { kind: 'unknown' };
  if (isNothing(before)) return { kind: isNothing(now) ? 'none' : 'new' };
  if (measure === 'cost' && (isUnpriced(now) || isUnpriced(before))) return { kind: 'unpriced' };
  const amount = amountOf(now, measure);
  const amountBefore = amountOf(before, measure);
  if (amountBefore === 0n) return { kind: amount === 0n ? 'none' : 'from-zero' };
  // Only the percentage passes through a double.
  const change = changeOfAmount(Number(amount), Number(amountBefore), BETTER[measure]);
  return change === null ? { kind: 'none' } : { kind: 'change', change };
}

export const costUsdOf = ({ costPicoUsd }: Sums): string => formatUsd(costPicoUsd);
export const estimatedUsdOf = ({ estimatedPicoUsd }: Sums): string => formatUsd(estimatedPicoUsd);
