/** What a rule asks, of whom, and how the answer is judged. Pure. */
import type { CallSet, NewAlertRule, Operator } from '@sightglass/contract/alertRule';
import type { QueryFilter, QuerySource } from '@sightglass/contract/querySpec';
import { MEASURES } from '../../explore/measures/catalogue.ts';

/** Asked of the measure catalogue over a window that ends now. */
export interface MeasureCondition {
  type: 'measure';
  source: QuerySource;
  measure: string;
  /** A second measure that must reach `min`, or there is no data. */
  atLeast: { measure: string; min: number } | undefined;
  groupBy: readonly string[];
  filters: readonly QueryFilter[];
  /** Minutes, or the calendar day of the workspace's time zone so far. */
  window: number | 'day';
  operator: Operator;
  /** Decimal text, so that money is compared exactly. */
  threshold: string;
}

/** Asked of the agents registry: how long ago each was last heard of. */
export interface SilenceCondition {
  type: 'silence';
  of: 'heartbeats' | 'telemetry';
  agentId: string | undefined;
  filters: readonly QueryFilter[];
  minutes: number;
}

/** The last full hour of a measure against what its past makes one expect. */
export interface AnomalyCondition {
  type: 'anomaly';
  source: QuerySource;
  measure: string;
  sensitivity: number;
  groupBy: readonly string[];
  filters: readonly QueryFilter[];
}

export interface SqlCondition {
  type: 'sql';
  query: string;
  operator: Operator;
  threshold: string;
}

/** How much of a budget is spent, in percent. */
export interface BudgetCondition {
  type: 'budget';
  budgetId: string;
  percent: number;
}

export type Condition = MeasureCondition | SilenceCondition | AnomalyCondition | SqlCondition | BudgetCondition;

const RATE_OF: Readonly<Record<CallSet, string>> = {
  calls: 'error_rate',
  llm: 'llm_error_rate',
  tools: 'tool_error_rate',
  runs: 'run_error_rate',
  requests: 'request_error_rate',
};
const COUNT_OF: Readonly<Record<CallSet, string>> = { calls: 'calls', llm: 'llm_calls', tools: 'tool_calls', runs: 'runs', requests: 'requests' };
const ERRORS_OF: Readonly<Record<CallSet, string>> = {
  calls: 'errors',
  llm: 'llm_errors',
  tools: 'tool_errors',
  runs: 'run_errors',
  requests: 'request_errors',
};
const LATENCY_OF: Readonly<Record<CallSet, string>> = {
  calls: 'latency_ms',
  llm: 'llm_latency_ms',
  tools: 'tool_latency_ms',
  runs: 'run_duration_ms',
  requests: 'request_latency_ms',
};

const equal = (field: string, value: string | null | undefined): QueryFilter[] =>
  value === null || value === undefined ? [] : [{ field, op: '=', value }];

/** What a rule of any kind asks. `rule` has passed its schema; names in it may still be wrong, see `checkCondition`. */
export function conditionOf(rule: NewAlertRule): Condition {
  const { group_by: groupBy, filters } = rule;
  const asked = { type: 'measure', source: 'spans', atLeast: undefined, groupBy, filters, window: rule.evaluation_window_minutes } as const;
  switch (rule.kind) {
    case 'cost_per_day':
      return { ...asked, measure: 'cost_usd', window: 'day', operator: '>', threshold: rule.config.threshold_usd };
    case 'cost_threshold':
      return { ...asked, measure: 'cost_usd', operator: '>', threshold: rule.config.threshold_usd };
    case 'error_rate': {
      const { of, min_count: min, threshold } = rule.config;
      return { ...asked, measure: RATE_OF[of], atLeast: { measure: COUNT_OF[of], min }, operator: '>', threshold: String(threshold) };
    }
    case 'error_count':
      return { ...asked, measure: ERRORS_OF[rule.config.of], operator: '>', threshold: String(rule.config.threshold) };
    case 'latency': {
      const { of, percentile, threshold_ms: threshold } = rule.config;
      return { ...asked, measure: `${LATENCY_OF[of]}_p${percentile}`, operator: '>', threshold: String(threshold) };
    }
    case 'metric_threshold': {
      const { measure, operator, threshold } = rule.config;
      return { ...asked, source: sourceOf(rule, measure), measure, operator, threshold: String(threshold) };
    }
    case 'provider_down':
      return {
        ...asked,
        measure: 'provider_failures_in_a_row',
        groupBy: withFirst('provider', groupBy),
        filters: [...filters, ...equal('provider', rule.config.provider)],
        operator: '>=',
        threshold: String(rule.config.consecutive_failures),
      };
    case 'cache_unavailable':
      return {
        ...asked,
        source: 'metric_points',
        measure: 'caches_unavailable',
        groupBy: withFirst('cache', groupBy),
        filters: [...filters, ...equal('cache', rule.config.cache)],
        operator: '>',
        threshold: '0',
      };
    case 'no_heartbeat': {
      const { of, minutes, agent_id: agentId } = rule.config;
      return { type: 'silence', of, minutes, agentId: agentId ?? undefined, filters };
    }
    case 'anomaly': {
      const { measure, sensitivity } = rule.config;
      return { type: 'anomaly', source: sourceOf(rule, measure), measure, sensitivity, groupBy, filters };
    }
    case 'sql_query': {
      const { query, operator, threshold } = rule.config;
      return { type: 'sql', query, operator, threshold: String(threshold) };
    }
    case 'budget':
      return { type: 'budget', budgetId: rule.config.budget_id, percent: rule.config.percent };
  }
}

const sourceOf = (rule: NewAlertRule, measure: string): QuerySource => MEASURES.get(measure)?.source ?? rule.source ?? 'spans';
const withFirst = (field: string, fields: readonly string[]) => [field, ...fields.filter((name) => name !== field)];
