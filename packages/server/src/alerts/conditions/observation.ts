/** What a condition tells of the groups of a rule at one moment. Pure. */
import { GROUPS_OF_RULE_MAX } from '@sightglass/contract/alertRule';
import type { QueryFilter } from '@sightglass/contract/querySpec';
import { MEASURES } from '../../explore/measures/catalogue.ts';
import type { QueryRow } from '../../explore/runQuery.ts';
import type { MeasureCondition } from './condition.ts';
import { fingerprintOf } from './fingerprint.ts';
import { holds } from './judge.ts';

export type Outcome = 'breach' | 'clear' | 'no_data';

export interface Observation {
  labels: Readonly<Record<string, string>>;
  fingerprint: string;
  outcome: Outcome;
  /** Null when there is no data. */
  value: number | null;
  /** What else the alert should tell. */
  details: Readonly<Record<string, unknown>>;
}

export interface Observations {
  groups: Observation[];
  /** What is said of a known group that is not among them. */
  absent: Pick<Observation, 'outcome' | 'value'>;
  /** There were more groups than a rule may have: the rest was not looked at. */
  isCut: boolean;
}

export const observe = (labels: Readonly<Record<string, string>>, seen: Omit<Observation, 'labels' | 'fingerprint'>): Observation => ({
  labels,
  fingerprint: fingerprintOf(labels),
  ...seen,
});

/** Labels that follow from filters on one value: what a rule is about, though it is not grouped by it. */
export function labelsOfFilters(filters: readonly QueryFilter[]): Record<string, string> {
  return Object.fromEntries(filters.flatMap(({ field, op, value }) => (op === '=' && typeof value === 'string' ? [[field, value]] : [])));
}

/** Rows of the catalogue, one for each group, for `condition.measure` and `condition.atLeast`. */
export function observeRows(condition: MeasureCondition, rows: readonly QueryRow[]): Observations {
  const { measure, groupBy, operator, threshold, filters } = condition;
  const empty = MEASURES.get(measure)?.empty ?? null;
  const fixed = labelsOfFilters(filters);
  const judged = (value: string | number | null) =>
    value === null
      ? ({ outcome: 'no_data', value: null } as const)
      : ({ outcome: holds(value, operator, threshold) ? 'breach' : 'clear', value: Number(value) } as const);
  const groups = rows.slice(0, GROUPS_OF_RULE_MAX).map((row) => {
    const labels = { ...fixed, ...Object.fromEntries(groupBy.map((name) => [name, textOf(row[name])])) };
    return observe(labels, { ...judged(tooFew(condition, row) ? null : valueOf(row[measure])), details: detailsOf(condition, row) });
  });
  return { groups, absent: judged(empty === null ? null : empty), isCut: rows.length > GROUPS_OF_RULE_MAX };
}

const textOf = (value: QueryRow[string] | undefined) => (value === null || value === undefined ? '' : String(value));
const valueOf = (value: QueryRow[string] | undefined): string | number | null =>
  value === null || value === undefined || typeof value === 'boolean' || (typeof value === 'string' && !Number.isFinite(Number(value)))
    ? null
    : value;

function tooFew({ atLeast }: MeasureCondition, row: QueryRow): boolean {
  return atLeast !== undefined && Number(row[atLeast.measure] ?? 0) < Math.max(1, atLeast.min);
}

function detailsOf({ measure, atLeast, operator, window }: MeasureCondition, row: QueryRow): Record<string, unknown> {
  const count = atLeast === undefined ? {} : { [atLeast.measure]: row[atLeast.measure] ?? 0 };
  return { measure, operator, window_minutes: window === 'day' ? null : window, ...count };
}
