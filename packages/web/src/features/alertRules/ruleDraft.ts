/** A rule as it stands in the form: what is typed stays text until it is sent. */
import type { AlertRule, CallSet, NoDataMode, Operator, RuleConfigs, RuleKind, Severity } from '@sightglass/contract/alertRule';
import type { FilterOperator, Measure, QueryFilter, QuerySource } from '@sightglass/contract/querySpec';
import { newRowId, type Row } from '../settings/rows.ts';
import { watchedBy } from './ruleWords.ts';

/** `not_exists` is written as `exists` with the value false. */
export type FilterChoice = FilterOperator | 'not_exists';
export interface FilterRow extends Row {
  field: string;
  op: FilterChoice;
  /** Several with commas for `in` and `not_in`. */
  value: string;
}
export interface TagRow extends Row {
  name: string;
  value: string;
}

export interface RuleDraft {
  kind: RuleKind;
  name: string;
  severity: Severity;
  description: string;
  message: string;
  enabled: boolean;
  /** Dollars. */
  thresholdUsd: string;
  ratePercent: string;
  minCount: string;
  of: CallSet;
  errorCount: string;
  silenceMinutes: string;
  /** Empty: every agent. */
  agentId: string;
  silenceOf: RuleConfigs['no_heartbeat']['of'];
  percentile: string;
  /** `1500`, `1.5s`, `2m`. */
  latency: string;
  measure: string;
  operator: Operator;
  /** In the unit in which people write the measure: percent for a ratio. */
  threshold: string;
  failures: string;
  provider: string;
  cache: string;
  budgetId: string;
  budgetPercent: string;
  sensitivity: string;
  query: string;
  source: QuerySource | undefined;
  groupBy: readonly string[];
  filters: readonly FilterRow[];
  windowMinutes: string;
  checkIntervalMinutes: string;
  pendingMinutes: string;
  keepFiringMinutes: string;
  cooldownMinutes: string;
  noData: NoDataMode;
  channelIds: readonly string[];
  tags: readonly TagRow[];
}

export const EMPTY_RULE: RuleDraft = {
  kind: 'error_rate',
  name: '',
  severity: 'warning',
  description: '',
  message: '',
  enabled: true,
  thresholdUsd: '50',
  ratePercent: '5',
  minCount: '20',
  of: 'calls',
  errorCount: '10',
  silenceMinutes: '10',
  agentId: '',
  silenceOf: 'heartbeats',
  percentile: '95',
  latency: '5s',
  measure: '',
  operator: '>',
  threshold: '',
  failures: '3',
  provider: '',
  cache: '',
  budgetId: '',
  budgetPercent: '80',
  sensitivity: '5',
  query: '',
  source: undefined,
  groupBy: [],
  filters: [],
  windowMinutes: '15',
  checkIntervalMinutes: '5',
  pendingMinutes: '0',
  keepFiringMinutes: '0',
  cooldownMinutes: '30',
  noData: 'keep',
  channelIds: [],
  tags: [],
};

export type UnitOf = (measure: string) => Measure['unit'] | undefined;

export const newFilter = (field = '', value = ''): FilterRow => ({ rowId: newRowId(), field, op: '=', value });
export const newTag = (name = '', value = ''): TagRow => ({ rowId: newRowId(), name, value });

export function draftOfRule(rule: AlertRule, unitOf: UnitOf): RuleDraft {
  const { kind, name, severity, description, message, enabled, source, group_by: groupBy, channel_ids: channelIds, tags } = rule;
  return {
    ...EMPTY_RULE,
    ...configDraft(rule, unitOf),
    kind,
    name,
    severity,
    description,
    message,
    enabled,
    source,
    groupBy,
    channelIds,
    filters: rule.filters.map(filterRow),
    windowMinutes: String(rule.evaluation_window_minutes),
    checkIntervalMinutes: String(rule.check_interval_minutes),
    pendingMinutes: String(rule.pending_minutes),
    keepFiringMinutes: String(rule.keep_firing_minutes),
    cooldownMinutes: String(rule.cooldown_minutes),
    noData: rule.no_data,
    tags: Object.entries(tags).map(([tag, value]) => newTag(tag, value)),
  };
}

function configDraft(rule: AlertRule, unitOf: UnitOf): Partial<RuleDraft> {
  const { condition } = watchedBy(rule);
  switch (condition.kind) {
    case 'cost_per_day':
    case 'cost_threshold':
      return { thresholdUsd: condition.config.threshold_usd };
    case 'error_rate': {
      const { threshold, min_count, of } = condition.config;
      return { ratePercent: typedThreshold(threshold, 'ratio'), minCount: String(min_count), of };
    }
    case 'error_count':
      return { errorCount: String(condition.config.threshold), of: condition.config.of };
    case 'no_heartbeat':
      return {
        silenceMinutes: String(condition.config.minutes),
        agentId: condition.config.agent_id ?? '',
        silenceOf: condition.config.of,
      };
    case 'latency':
      return { percentile: String(condition.config.percentile), latency: String(condition.config.threshold_ms), of: condition.config.of };
    case 'metric_threshold': {
      const { measure, operator, threshold } = condition.config;
      return { measure, operator, threshold: typedThreshold(threshold, unitOf(measure)) };
    }
    case 'provider_down':
      return { failures: String(condition.config.consecutive_failures), provider: condition.config.provider ?? '' };
    case 'cache_unavailable':
      return { cache: condition.config.cache ?? '' };
    case 'budget':
      return { budgetId: condition.config.budget_id, budgetPercent: String(condition.config.percent) };
    case 'anomaly':
      return { measure: condition.config.measure, sensitivity: String(condition.config.sensitivity) };
    case 'sql_query': {
      const { query, operator, threshold } = condition.config;
      return { query, operator, threshold: String(threshold) };
    }
  }
}

const PERCENT_DIGITS = 12;

/** A threshold as it is typed: a ratio as percent, anything else as it is. */
export const typedThreshold = (value: number, unit: Measure['unit'] | undefined): string =>
  // Ten times a tenth is not always one to a computer: digits beyond the twelfth are noise.
  unit === 'ratio' ? String(Number((value * 100).toPrecision(PERCENT_DIGITS))) : String(value);

export const ratioOfPercent = (percent: number): number => Number((percent / 100).toPrecision(PERCENT_DIGITS));

function filterRow({ field, op, value }: QueryFilter): FilterRow {
  const row = { ...newFilter(field), op };
  if (op === 'exists') return { ...row, op: value === false ? 'not_exists' : 'exists' };
  return { ...row, value: Array.isArray(value) ? value.join(', ') : String(value ?? '') };
}
