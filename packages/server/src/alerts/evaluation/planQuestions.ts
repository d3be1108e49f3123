/** Rules that ask the same thing share a question, across workspaces where the source allows it. Pure. */
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { QueryFilter, QuerySource } from '@sightglass/contract/querySpec';
import { MEASURES } from '../../explore/measures/catalogue.ts';
import type { TimeRange } from '../../explore/timeRange.ts';
import { dateIn, startOfDate } from '../../explore/timeZone.ts';
import type { MeasureCondition } from '../conditions/condition.ts';

/** More aggregates than these in one query cost more than a second look at the rows. */
const MEASURES_PER_QUESTION_MAX = 40;
const NS_PER_MS = 1_000_000n;
const MINUTE_MS = 60_000;

export interface AskingRule {
  id: string;
  workspaceId: WorkspaceId;
  /** IANA name. */
  timeZone: string;
  /** Whether rows of the workspace may stand for several. */
  isSampled: boolean;
  condition: MeasureCondition;
}

export interface Question {
  source: QuerySource;
  measures: string[];
  groupBy: readonly string[];
  filters: readonly QueryFilter[];
  direction: 'asc' | 'desc';
  range: TimeRange;
  isSampled: boolean;
  workspaceIds: WorkspaceId[];
  /** Whether all its workspaces are asked at once. */
  isShared: boolean;
  rules: AskingRule[];
}

export function planQuestions(rules: readonly AskingRule[], nowMs: number): Question[] {
  const open = new Map<string, Question>();
  const planned: Question[] = [];
  for (const rule of rules) {
    const { condition, isSampled, workspaceId } = rule;
    const measures = [condition.measure, ...(condition.atLeast === undefined ? [] : [condition.atLeast.measure])];
    const isShared = condition.source === 'spans' && measures.every((name) => MEASURES.get(name)?.needs === undefined);
    const range = rangeOf(rule, nowMs);
    // Which groups come first matters only where there are more than a rule may have.
    const direction = condition.operator === '<' || condition.operator === '<=' ? 'asc' : 'desc';
    const key = JSON.stringify([
      condition.source,
      [range.fromNs, range.toNs].map(String),
      condition.groupBy,
      condition.filters.map((filter) => JSON.stringify(filter)).toSorted(),
      condition.groupBy.length === 0 ? '' : direction,
      isSampled,
      isShared ? '' : workspaceId,
    ]);
    let question = open.get(key);
    if (
      question === undefined ||
      (!measures.every((name) => question?.measures.includes(name)) && question.measures.length >= MEASURES_PER_QUESTION_MAX)
    ) {
      const { source, groupBy, filters } = condition;
      question = { source, measures: [], groupBy, filters, direction, range, isSampled, workspaceIds: [], isShared, rules: [] };
      open.set(key, question);
      planned.push(question);
    }
    for (const name of measures) if (!question.measures.includes(name)) question.measures.push(name);
    if (!question.workspaceIds.includes(workspaceId)) question.workspaceIds.push(workspaceId);
    question.rules.push(rule);
  }
  return planned;
}

function rangeOf({ condition: { window }, timeZone }: AskingRule, nowMs: number): TimeRange {
  const fromMs = window === 'day' ? startOfDate(timeZone, dateIn(timeZone, nowMs)) : nowMs - window * MINUTE_MS;
  return { fromNs: BigInt(fromMs) * NS_PER_MS, toNs: BigInt(nowMs) * NS_PER_MS };
}
