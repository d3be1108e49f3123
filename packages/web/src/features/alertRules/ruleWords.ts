/** Rules in words: what a kind watches, and a condition as a sentence. */
import type { CallSet, NoDataMode, Operator, RuleCondition, RuleKind, Severity } from '@sightglass/contract/alertRule';
import type { Measure, QueryFilter } from '@sightglass/contract/querySpec';
import { formatMeasure } from '../../measures/formatMeasure.ts';
import { formatCount } from '../../ui/formatCount.ts';
import { formatDurationMs } from '../../ui/formatDuration.ts';
import { formatMoney } from '../../ui/formatMoney.ts';

const MINUTE_MS = 60_000;

/** In the order in which they are offered; `asks` is what one wants to know. */
export const KIND_WORDS: Readonly<Record<RuleKind, { label: string; asks: string }>> = {
  error_rate: { label: 'Error rate', asks: 'Does too large a share of calls fail?' },
  error_count: { label: 'Errors', asks: 'Do more calls fail than I accept?' },
  latency: { label: 'Latency', asks: 'Do calls take too long?' },
  cost_per_day: { label: 'Cost of a day', asks: 'Is more spent today than I want?' },
  cost_threshold: { label: 'Cost over a window', asks: 'Is money spent too fast?' },
  no_heartbeat: { label: 'Silence', asks: 'Has an agent stopped?' },
  provider_down: { label: 'Provider down', asks: 'Does a model provider fail again and again?' },
  cache_unavailable: { label: 'Cache unavailable', asks: 'Can a cache not be reached?' },
  metric_threshold: { label: 'Any measure', asks: 'Is any figure of the catalogue above or below a value?' },
  anomaly: { label: 'Anomaly', asks: 'Is a figure unusual for its hour of the week?' },
  budget: { label: 'Budget', asks: 'Is a budget used up?' },
  sql_query: { label: 'SQL', asks: 'Is what my own query answers above or below a value?' },
};
export const KINDS = Object.keys(KIND_WORDS) as readonly RuleKind[];

export const CALL_SET_WORDS: Readonly<Record<CallSet, string>> = {
  calls: 'calls',
  llm: 'model calls',
  tools: 'tool calls',
  runs: 'runs',
  requests: 'requests',
};

export const OPERATOR_WORDS: Readonly<Record<Operator, string>> = {
  '>': 'above',
  '>=': 'at or above',
  '<': 'below',
  '<=': 'at or below',
  '==': 'equal to',
  '!=': 'other than',
};

export const NO_DATA_WORDS: Readonly<Record<NoDataMode, { label: string; happens: string }>> = {
  keep: { label: 'Stay as it was', happens: 'everything stays as it was' },
  ok: { label: 'Take it for well', happens: 'the condition counts as not met' },
  alert: { label: 'Alert', happens: 'the condition counts as met' },
  resolve: { label: 'Resolve the alert', happens: 'an open alert ends at once' },
};

export const SEVERITY_WORDS: Readonly<Record<Severity, { label: string; tone: 'info' | 'warn' | 'crit' }>> = {
  info: { label: 'Info', tone: 'info' },
  warning: { label: 'Warning', tone: 'warn' },
  critical: { label: 'Critical', tone: 'crit' },
};

/** What a rule evaluates: its kind with its config, over which window, told apart and narrowed by what. */
export interface WatchedCondition {
  condition: RuleCondition;
  evaluation_window_minutes: number;
  group_by: readonly string[];
  filters: readonly QueryFilter[];
}
export type MeasuresByName = ReadonlyMap<string, Pick<Measure, 'title' | 'unit' | 'dimensions'>>;

/** The server has checked the config by the kind when the rule was saved, and promises that they belong together. */
export const watchedBy = (rule: Omit<WatchedCondition, 'condition'> & { kind: RuleKind; config: unknown }): WatchedCondition => ({
  ...rule,
  condition: { kind: rule.kind, config: rule.config } as RuleCondition,
});

const RATES: Readonly<Record<CallSet, string>> = {
  calls: 'error_rate',
  llm: 'llm_error_rate',
  tools: 'tool_error_rate',
  runs: 'run_error_rate',
  requests: 'request_error_rate',
};
const CACHE_MEASURE = 'caches_unavailable';

/** The measure whose dimensions a condition can be told apart by; undefined where it is no measure. */
export function measureBehind(condition: Pick<RuleCondition, 'kind'> & { of?: CallSet; measure?: string }): string | undefined {
  switch (condition.kind) {
    case 'metric_threshold':
    case 'anomaly':
      return condition.measure;
    case 'cost_per_day':
    case 'cost_threshold':
      return 'cost_usd';
    case 'error_rate':
    case 'error_count':
    case 'latency':
      return RATES[condition.of ?? 'calls'];
    case 'provider_down':
      return 'provider_failures_in_a_row';
    case 'cache_unavailable':
      return CACHE_MEASURE;
    case 'no_heartbeat':
    case 'budget':
    case 'sql_query':
      return undefined;
  }
}

/** Whether the evaluation window is part of what a kind asks. */
export const hasWindow = (kind: RuleKind): boolean => !['cost_per_day', 'no_heartbeat', 'anomaly', 'budget', 'sql_query'].includes(kind);

/** Fields by which the silence of agents is narrowed; they are watched one by one anyway. */
export const SILENCE_FIELDS: readonly string[] = ['agent_id', 'department', 'owner'];
export const takesGroups = (kind: RuleKind): boolean => !['no_heartbeat', 'budget', 'sql_query'].includes(kind);
export const takesFilters = (kind: RuleKind): boolean => !['budget', 'sql_query'].includes(kind);

/** A dimension as a person says it: `agent_id` → `agent`. */
export const fieldWords = (field: string): string =>
  field.startsWith('attributes.') ? field.slice('attributes.'.length) : field.replace(/_id$/, '').replaceAll('_', ' ');

export const minutesWords = (minutes: number): string => formatDurationMs(minutes * MINUTE_MS);

/** `error rate of model calls above 5 % over 15 min, per agent, where model is gpt-4o`. */
export function conditionWords(watched: WatchedCondition, measures: MeasuresByName): string {
  const { condition, group_by: groups, filters, evaluation_window_minutes: windowMinutes } = watched;
  const over = hasWindow(condition.kind) ? ` over ${minutesWords(windowMinutes)}` : '';
  return [
    `${coreWords(condition, measures)}${over}`,
    ...(condition.kind === 'error_rate' && condition.config.min_count > 0
      ? [`of at least ${formatCount(condition.config.min_count)} ${CALL_SET_WORDS[condition.config.of]}`]
      : []),
    ...(groups.length === 0 ? [] : [`per ${listWords(groups.map(fieldWords))}`]),
    ...(filters.length === 0 ? [] : [`where ${listWords(filters.map(filterWords))}`]),
  ].join(', ');
}

function coreWords(condition: RuleCondition, measures: MeasuresByName): string {
  switch (condition.kind) {
    case 'cost_per_day':
      return `cost of the day above ${formatMoney(condition.config.threshold_usd)}`;
    case 'cost_threshold':
      return `cost above ${formatMoney(condition.config.threshold_usd)}`;
    case 'error_rate':
      return `error rate of ${CALL_SET_WORDS[condition.config.of]} above ${formatMeasure(condition.config.threshold, 'ratio')}`;
    case 'error_count':
      return `more than ${formatCount(condition.config.threshold)} failed ${CALL_SET_WORDS[condition.config.of]}`;
    case 'latency':
      return `p${condition.config.percentile} latency of ${CALL_SET_WORDS[condition.config.of]} above ${formatDurationMs(condition.config.threshold_ms)}`;
    case 'no_heartbeat': {
      const { of, agent_id: agentId, minutes } = condition.config;
      const whose = agentId ?? 'an agent';
      return `${of === 'heartbeats' ? `no heartbeat of ${whose}` : `nothing heard of ${whose}`} for ${minutesWords(minutes)}`;
    }
    case 'provider_down': {
      const { provider, consecutive_failures: failures } = condition.config;
      return `${formatCount(failures)} or more failures in a row of ${provider ?? 'a provider'}`;
    }
    case 'cache_unavailable':
      return `${condition.config.cache ?? 'a cache'} cannot be reached`;
    case 'budget':
      return `${condition.config.percent} % of the budget ${condition.config.budget_id} spent`;
    case 'metric_threshold': {
      const { measure, operator, threshold } = condition.config;
      const known = measures.get(measure);
      return `${titleWords(measure, known)} ${OPERATOR_WORDS[operator]} ${formatMeasure(threshold, known?.unit ?? 'none')}`;
    }
    case 'anomaly':
      return `${titleWords(condition.config.measure, measures.get(condition.config.measure))} unusual for its hour of the week (sensitivity ${condition.config.sensitivity})`;
    case 'sql_query':
      return `the answer of its query ${OPERATOR_WORDS[condition.config.operator]} ${formatMeasure(condition.config.threshold, 'score')}`;
  }
}

/** Within a sentence: `Error rate` → `error rate`, `RAG searches` stays. */
function titleWords(name: string, known: { title: string } | undefined): string {
  if (known === undefined) return name;
  return /^[A-Z][^A-Z]/.test(known.title) ? known.title.charAt(0).toLowerCase() + known.title.slice(1) : known.title;
}

export const FILTER_OP_WORDS: Readonly<Record<QueryFilter['op'], string>> = {
  '=': 'is',
  '!=': 'is not',
  in: 'is one of',
  not_in: 'is none of',
  contains: 'contains',
  exists: 'is there',
  '>': 'is above',
  '>=': 'is at least',
  '<': 'is below',
  '<=': 'is at most',
};

function filterWords({ field, op, value }: QueryFilter): string {
  const name = fieldWords(field);
  if (op === 'exists') return `${name} is ${value === false ? 'not ' : ''}there`;
  const values = Array.isArray(value) ? value : [value ?? ''];
  return `${name} ${FILTER_OP_WORDS[op]} ${values.join(' or ')}`;
}

function listWords(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
