/** What is typed in the form → what the API takes, or why it cannot be sent. The server judges the rest. */
import type { AlertRule, NewAlertRuleInput } from '@sightglass/contract/alertRule';
import type { FieldError } from '@sightglass/contract/errors';
import type { QueryFilter } from '@sightglass/contract/querySpec';
import { readLeast, splitValues } from '../../filters/facets.ts';
import { type FilterRow, ratioOfPercent, type RuleDraft, type UnitOf } from './ruleDraft.ts';
import { hasWindow, takesFilters, takesGroups } from './ruleWords.ts';

export type RuleBody = { body: NewAlertRuleInput } | { errors: readonly FieldError[] };

/** `name` is what a rule without a name is called. */
export function ruleBody(draft: RuleDraft, name: string, unitOf: UnitOf): RuleBody {
  const errors: FieldError[] = [];
  const read: Reading = {
    refuse: (pointer, message) => void errors.push({ pointer, message }),
    number: (text, pointer) => {
      const value = readNumber(text);
      if (value === undefined) errors.push({ pointer, message: numberProblem(text) });
      return value ?? 0;
    },
    unitOf,
  };
  const config = configOf(draft, read);
  const names = draft.tags.map((tag) => tag.name.trim());
  names.forEach((tag, index) => {
    if (tag === '') read.refuse(`/tags/${index}`, 'is missing');
    else if (names.indexOf(tag) !== index) read.refuse(`/tags/${index}`, 'stands here twice');
  });
  const body = {
    name: draft.name.trim() === '' ? name : draft.name.trim(),
    kind: draft.kind,
    config,
    severity: draft.severity,
    description: draft.description.trim(),
    message: draft.message.trim(),
    enabled: draft.enabled,
    ...(hasWindow(draft.kind) ? { evaluation_window_minutes: read.number(draft.windowMinutes, '/evaluation_window_minutes') } : {}),
    check_interval_minutes: read.number(draft.checkIntervalMinutes, '/check_interval_minutes'),
    pending_minutes: read.number(draft.pendingMinutes, '/pending_minutes'),
    keep_firing_minutes: read.number(draft.keepFiringMinutes, '/keep_firing_minutes'),
    cooldown_minutes: read.number(draft.cooldownMinutes, '/cooldown_minutes'),
    no_data: draft.noData,
    ...(draft.source !== undefined && (draft.kind === 'metric_threshold' || draft.kind === 'anomaly') ? { source: draft.source } : {}),
    group_by: takesGroups(draft.kind) ? [...draft.groupBy] : [],
    filters: takesFilters(draft.kind) ? draft.filters.map((row, index) => filterOf(row, index, read)) : [],
    channel_ids: [...draft.channelIds],
    tags: Object.fromEntries(draft.tags.map(({ value }, index) => [names[index] ?? '', value.trim()])),
  };
  // Which config belongs to which kind is told by `configOf`; a union of pairs cannot follow that.
  return errors.length > 0 ? { errors } : { body: body as NewAlertRuleInput };
}

/** As a change of a rule: what the new config and tags no longer have is taken away. */
export function ruleChanges({ config, tags }: Pick<AlertRule, 'config' | 'tags'>, body: NewAlertRuleInput): Record<string, unknown> {
  const { kind: _, ...rest } = body;
  return { ...rest, config: { ...gone(config), ...body.config }, tags: { ...gone(tags), ...body.tags } };
}

const gone = (before: Readonly<Record<string, unknown>>) => Object.fromEntries(Object.keys(before).map((name) => [name, null]));

interface Reading {
  refuse: (pointer: string, message: string) => void;
  /** 0 for what is no number; it is refused. */
  number: (text: string, pointer: string) => number;
  unitOf: UnitOf;
}

function configOf(draft: RuleDraft, read: Reading): Record<string, unknown> {
  const optional = (name: string, text: string) => (text.trim() === '' ? {} : { [name]: text.trim() });
  switch (draft.kind) {
    case 'cost_per_day':
    case 'cost_threshold':
      return { threshold_usd: dollars(draft.thresholdUsd, '/config/threshold_usd', read) };
    case 'error_rate':
      return {
        threshold: share(draft.ratePercent, '/config/threshold', read),
        min_count: draft.minCount.trim() === '' ? 0 : read.number(draft.minCount, '/config/min_count'),
        of: draft.of,
      };
    case 'error_count':
      return { threshold: read.number(draft.errorCount, '/config/threshold'), of: draft.of };
    case 'latency':
      return {
        percentile: Number(draft.percentile),
        threshold_ms: Number(milliseconds(draft.latency, '/config/threshold_ms', read)),
        of: draft.of,
      };
    case 'no_heartbeat':
      return { minutes: read.number(draft.silenceMinutes, '/config/minutes'), of: draft.silenceOf, ...optional('agent_id', draft.agentId) };
    case 'provider_down':
      return { consecutive_failures: read.number(draft.failures, '/config/consecutive_failures'), ...optional('provider', draft.provider) };
    case 'cache_unavailable':
      return optional('cache', draft.cache);
    case 'budget':
      if (draft.budgetId.trim() === '') read.refuse('/config/budget_id', 'is needed');
      return { budget_id: draft.budgetId.trim(), percent: read.number(draft.budgetPercent, '/config/percent') };
    case 'metric_threshold':
      return { measure: measureOf(draft, read), operator: draft.operator, threshold: thresholdOf(draft, read) };
    case 'anomaly':
      return { measure: measureOf(draft, read), sensitivity: Number(draft.sensitivity) };
    case 'sql_query':
      if (draft.query.trim() === '') read.refuse('/config/query', 'is needed');
      return { query: draft.query, operator: draft.operator, threshold: read.number(draft.threshold, '/config/threshold') };
  }
}

/** Said as it is typed: to the server a share is 0 to 1. */
function share(text: string, pointer: string, { number, refuse }: Reading): number {
  const percent = number(text, pointer);
  if (percent < 0 || percent > 100) refuse(pointer, 'must be from 0 to 100 %');
  return ratioOfPercent(percent);
}

function measureOf({ measure }: RuleDraft, read: Reading): string {
  if (measure.trim() === '') read.refuse('/config/measure', 'is needed');
  return measure.trim();
}

/** In the unit of the measure; a ratio is typed as percent, a duration as `5s` too. */
function thresholdOf({ measure, threshold }: RuleDraft, read: Reading): number {
  const pointer = '/config/threshold';
  switch (read.unitOf(measure.trim())) {
    case 'ratio':
      return ratioOfPercent(read.number(threshold, pointer));
    case 'ms':
      return Number(milliseconds(threshold, pointer, read));
    case 'usd':
      return Number(dollars(threshold, pointer, read));
    default:
      return read.number(threshold, pointer);
  }
}

function dollars(text: string, pointer: string, read: Reading): string {
  const usd = readLeast(text, 'usd');
  if (usd === undefined) read.refuse(pointer, text.trim() === '' ? 'is needed' : 'write dollars, such as 0.25, without commas');
  return usd ?? '0';
}

function milliseconds(text: string, pointer: string, read: Reading): string {
  const ms = readLeast(text, 'ms');
  if (ms === undefined) read.refuse(pointer, text.trim() === '' ? 'is needed' : 'write milliseconds, or 1.5s, or 2m');
  return ms ?? '0';
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i;

/** A number as it is typed; undefined when it is none. */
export function readNumber(text: string): number | undefined {
  const value = NUMBER.test(text.trim()) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

function numberProblem(text: string): string {
  if (text.trim() === '') return 'is needed';
  return text.includes(',') ? 'write a point before the decimals, and no commas' : 'must be a number';
}

function filterOf({ field, op, value }: FilterRow, index: number, { refuse }: Reading): QueryFilter {
  if (field.trim() === '') refuse(`/filters/${index}/field`, 'is needed');
  if (op === 'exists' || op === 'not_exists') return { field: field.trim(), op: 'exists', value: op === 'exists' };
  if (value.trim() === '') refuse(`/filters/${index}/value`, 'is needed');
  return { field: field.trim(), op, value: op === 'in' || op === 'not_in' ? splitValues(value) : value.trim() };
}
