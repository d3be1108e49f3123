/** What of a measure matters to tell noise from change: how its values scatter, and in which direction a change is worth a word. */
import type { MeasureDefinition } from '../explore/measures/measure.ts';

/**
 * `count`: things that happen; `sum`: amounts that they add up to (dollars, tokens); `share`: a part of them, 0 to 1; `duration`: how
 * long they take; `level`: anything else.
 */
export type SeriesKind = 'count' | 'sum' | 'share' | 'duration' | 'level';

export interface SeriesShape {
  kind: SeriesKind;
  /** Only what is worse is told: nobody is called because errors or costs are fewer. */
  sides: 'both' | 'above' | 'below';
  /** A smaller change is no anomaly, however unlikely; in the unit of the measure. */
  leastChange: number;
}

/** An hour with fewer things more or less is not worth a word; nor a cent, two points of a share, ten milliseconds. */
const LEAST_CHANGE: Readonly<Partial<Record<MeasureDefinition['unit'], number>>> = { count: 5, tokens: 1_000, usd: 0.01, ratio: 0.02, ms: 10 };

export const ANY_SHAPE: SeriesShape = { kind: 'level', sides: 'both', leastChange: 0 };

export function shapeOf(measure: Pick<MeasureDefinition, 'unit' | 'better' | 'empty'>): SeriesShape {
  const sides = measure.better === 'lower' ? 'above' : measure.better === 'higher' ? 'below' : 'both';
  return { kind: kindOf(measure), sides, leastChange: LEAST_CHANGE[measure.unit] ?? 0 };
}

function kindOf({ unit, empty }: Pick<MeasureDefinition, 'unit' | 'empty'>): SeriesKind {
  // A count of nothing is 0; a number of things that was not reported is null, and a level.
  if (unit === 'count' && empty === 0) return 'count';
  if ((unit === 'usd' || unit === 'tokens') && empty !== null) return 'sum';
  return unit === 'ratio' ? 'share' : unit === 'ms' ? 'duration' : 'level';
}

const CALLS_BY_PREFIX: readonly [string, string][] = [
  ['llm_', 'llm_calls'],
  ['ttft_', 'llm_calls'],
  ['cache_hit_rate', 'llm_calls'],
  ['tool_', 'tool_calls'],
  ['run_', 'runs'],
  ['request_', 'requests'],
  ['external_', 'external_calls'],
  ['latency_', 'calls'],
  ['error_rate', 'calls'],
];

/**
 * The measure that tells of how many things an hour's value is made: a share of three calls says less than one of three thousand. Ask it
 * in the same question. Undefined: nothing tells it.
 */
export function companionOf({ name, source, unit, empty }: Pick<MeasureDefinition, 'name' | 'source' | 'unit' | 'empty'>): string | undefined {
  if (source !== 'spans') return undefined;
  const kind = kindOf({ unit, empty });
  if (kind === 'sum') return 'llm_calls';
  if (kind === 'count') return undefined;
  return CALLS_BY_PREFIX.find(([prefix]) => name.startsWith(prefix))?.[1];
}
