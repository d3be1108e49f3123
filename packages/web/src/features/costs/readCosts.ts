import type { QueryResult } from '@sightglass/contract/querySpec';
import { askCatalogue, type QueryRow } from '../../api/metrics.ts';
import { type Interval, intervalFor } from '../../time/interval.ts';
import { resolveRange, type TimeRange, utcText } from '../../time/timeRange.ts';
import type { TimeZone } from '../../ui/formatTime.ts';
import { SERIES_MAX } from '../overview/chartQuestion.ts';
import type { CostAnswers } from './attribution.ts';
import { type CostQuestion, MEASURE_FIELDS, queryFilters } from './costQuestion.ts';
import { type Period, periodBefore } from './periodBefore.ts';

/** More lines than anyone reads; what is beyond them is summed up. */
export const GROUPS_MAX = 1_000;
/** As many as the API answers at once. */
export const GROUPS_BEFORE_MAX = 10_000;
const POINTS_MAX = 100;

const SUMS = ['cost_usd', 'total_tokens', 'calls', 'errors', 'unpriced_calls', 'estimated_cost_usd', 'estimated_calls'];

export interface Costs {
  period: Period;
  before: Period;
  interval: Interval;
  answers: CostAnswers;
  /** The foremost groups over time, and the whole. */
  series: { groups: readonly QueryRow[]; whole: readonly QueryRow[] };
}

interface Asking {
  question: CostQuestion;
  range: TimeRange;
  /** Of the calendar that days are taken from. */
  workspaceZone: TimeZone;
  /** Of the clock on which the chart is read. */
  zone: TimeZone;
  nowMs: number;
  signal: AbortSignal;
}

/** The part of a question that table, chart and file share. */
export function specOf({ dimensions, sort, active }: CostQuestion, period: Period) {
  return {
    ...wholeOf(active, period),
    group_by: [...dimensions],
    order_by: { field: MEASURE_FIELDS[sort.by], direction: sort.descending ? ('desc' as const) : ('asc' as const) },
  };
}

const wholeOf = (active: CostQuestion['active'], { fromMs, toMs }: Period) => ({
  measures: SUMS,
  filters: queryFilters(active),
  from: utcText(fromMs),
  to: utcText(toMs),
});

/** Everything that the page shows, asked of one moment: parts and whole must belong together. */
export async function readCosts({ question, range, workspaceZone, zone, nowMs, signal }: Asking): Promise<Costs> {
  const period = resolveRange(range, nowMs);
  const before = periodBefore(period, workspaceZone);
  const interval = intervalFor(period.toMs - period.fromMs, POINTS_MAX);
  const ask = (spec: Parameters<typeof askCatalogue>[0]): Promise<QueryResult> => askCatalogue(spec, signal);
  const now = specOf(question, period);
  const whole = wholeOf(question.active, period);
  const measures = [MEASURE_FIELDS[question.measure]];
  const overTime = { interval: interval.text, time_zone: zone, measures };
  const [groups, total, groupsBefore, totalBefore, seriesGroups, seriesWhole] = await Promise.all([
    ask({ ...now, limit: GROUPS_MAX }),
    ask(whole),
    ask({ ...specOf(question, before), limit: GROUPS_BEFORE_MAX }),
    ask(wholeOf(question.active, before)),
    ask({ ...whole, ...overTime, group_by: now.group_by, limit: SERIES_MAX }),
    ask({ ...whole, ...overTime }),
  ]);
  return {
    period,
    before,
    interval,
    answers: {
      groups: groups.rows,
      isComplete: groups.rows.length < GROUPS_MAX,
      total: total.rows[0],
      groupsBefore: groupsBefore.rows,
      isCompleteBefore: groupsBefore.rows.length < GROUPS_BEFORE_MAX,
      totalBefore: totalBefore.rows[0],
    },
    series: { groups: seriesGroups.rows, whole: seriesWhole.rows },
  };
}

/** The groups of a row in one text, as the chart names its series. */
export const GROUP_FIELD = 'group';
export function withGroupName(rows: readonly QueryRow[], dimensions: readonly string[]): QueryRow[] {
  return rows.map((row) => ({ ...row, [GROUP_FIELD]: dimensions.map((name) => row[name] ?? NONE).join(' · ') }));
}

/** What stands for a group of calls that did not say. */
export const NONE = '(none)';
