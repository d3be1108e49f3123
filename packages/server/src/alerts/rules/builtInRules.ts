/** The rules that come with Sightglass (F6), as data. Every workspace has them, disabled until somebody enables them. */
import { type NewAlertRule, type NewAlertRuleInput, NewAlertRuleSchema } from '@sightglass/contract/alertRule';
import type { AlertThresholds } from '../alertEnvironment.ts';

/** Under the name of each: the rule, and the key of its config that the environment sets, if any. */
export interface BuiltInRule {
  /** Its name, and what it is known by whatever people call it. */
  builtin: string;
  rule: NewAlertRule;
  /** Follows the environment for as long as nobody has set it. */
  thresholdKey: 'threshold' | 'threshold_ms' | 'threshold_usd' | undefined;
}

/** In the order in which they are shown. */
export function builtInRules({ errorRate, latencyP99Ms, llmCostHourlyUsd }: AlertThresholds): BuiltInRule[] {
  return [
    builtIn({
      name: 'high_error_rate',
      severity: 'critical',
      description: 'Too many requests were answered with status 500 or above.',
      kind: 'error_count',
      config: { threshold: 10, of: 'requests' },
      filters: [{ field: 'status_code', op: '>=', value: 500 }],
    }),
    builtIn(
      {
        name: 'error_rate',
        severity: 'critical',
        description: 'Too large a share of calls failed.',
        kind: 'error_rate',
        config: { threshold: errorRate },
      },
      'threshold',
    ),
    builtIn(
      {
        name: 'high_p99_latency',
        severity: 'warning',
        description: 'The slowest hundredth of requests took too long.',
        kind: 'latency',
        config: { percentile: 99, threshold_ms: latencyP99Ms, of: 'requests' },
      },
      'threshold_ms',
    ),
    builtIn(
      {
        name: 'llm_cost_spike',
        severity: 'warning',
        description: 'Calls cost more within an hour than they should.',
        kind: 'cost_threshold',
        config: { threshold_usd: llmCostHourlyUsd },
        evaluation_window_minutes: 60,
        check_interval_minutes: 15,
      },
      'threshold_usd',
    ),
    builtIn({
      name: 'cache_unavailable',
      severity: 'critical',
      description: 'A cache does not answer.',
      kind: 'cache_unavailable',
      config: {},
      check_interval_minutes: 1,
    }),
    builtIn({
      name: 'provider_down',
      severity: 'critical',
      description: 'The last calls of a model provider all failed.',
      kind: 'provider_down',
      config: { consecutive_failures: 3 },
    }),
    builtIn({
      name: 'provider_latency',
      severity: 'warning',
      description: 'The slowest hundredth of a provider’s model calls took too long.',
      kind: 'latency',
      config: { percentile: 99, threshold_ms: 10_000, of: 'llm' },
      group_by: ['provider'],
    }),
    builtIn({
      name: 'rate_limited',
      severity: 'warning',
      description: 'A model provider refused calls because there were too many.',
      kind: 'metric_threshold',
      config: { measure: 'rate_limited_calls', operator: '>', threshold: 0 },
      group_by: ['provider'],
    }),
    builtIn({
      name: 'agent_silent',
      severity: 'warning',
      description: 'An agent has sent nothing of any kind for too long: no heartbeat, no span, no event.',
      kind: 'no_heartbeat',
      config: { minutes: 60, of: 'telemetry' },
    }),
  ];
}

const builtIn = (rule: NewAlertRuleInput, thresholdKey?: BuiltInRule['thresholdKey']): BuiltInRule => ({
  builtin: rule.name,
  rule: NewAlertRuleSchema.parse({ ...rule, enabled: false }),
  thresholdKey,
});
