import { describe, expect, it } from 'vitest';
import { checkCondition } from '../conditions/checkCondition.ts';
import { builtInRules } from './builtInRules.ts';

const rules = builtInRules({ errorRate: 0.05, latencyP99Ms: 5_000, llmCostHourlyUsd: '50' });

describe('the rules that come with Sightglass', () => {
  it('are the nine of the product, disabled', () => {
    expect(rules.map(({ builtin, rule }) => [builtin, rule.name, rule.severity, rule.kind, rule.enabled])).toEqual([
      ['high_error_rate', 'high_error_rate', 'critical', 'error_count', false],
      ['error_rate', 'error_rate', 'critical', 'error_rate', false],
      ['high_p99_latency', 'high_p99_latency', 'warning', 'latency', false],
      ['llm_cost_spike', 'llm_cost_spike', 'warning', 'cost_threshold', false],
      ['cache_unavailable', 'cache_unavailable', 'critical', 'cache_unavailable', false],
      ['provider_down', 'provider_down', 'critical', 'provider_down', false],
      ['provider_latency', 'provider_latency', 'warning', 'latency', false],
      ['rate_limited', 'rate_limited', 'warning', 'metric_threshold', false],
      ['agent_silent', 'agent_silent', 'warning', 'no_heartbeat', false],
    ]);
  });

  it('look every 5 minutes at the last 15 unless the product says otherwise', () => {
    const others = rules.flatMap(({ builtin, rule: { check_interval_minutes: every, evaluation_window_minutes: window } }) =>
      every === 5 && window === 15 ? [] : [[builtin, every, window]],
    );
    expect(others).toEqual([
      ['llm_cost_spike', 15, 60],
      ['cache_unavailable', 1, 15],
    ]);
  });

  it('have the thresholds of the product', () => {
    expect(Object.fromEntries(rules.map(({ builtin, rule }) => [builtin, rule.config]))).toEqual({
      high_error_rate: { threshold: 10, of: 'requests' },
      error_rate: { threshold: 0.05, min_count: 0, of: 'calls' },
      high_p99_latency: { percentile: 99, threshold_ms: 5_000, of: 'requests' },
      llm_cost_spike: { threshold_usd: '50' },
      cache_unavailable: {},
      provider_down: { consecutive_failures: 3 },
      provider_latency: { percentile: 99, threshold_ms: 10_000, of: 'llm' },
      rate_limited: { measure: 'rate_limited_calls', operator: '>', threshold: 0 },
      agent_silent: { minutes: 60, of: 'telemetry' },
    });
  });

  it.each(rules)('$builtin can be evaluated', ({ rule }) => {
    expect(checkCondition(rule)).toEqual([]);
  });
});
