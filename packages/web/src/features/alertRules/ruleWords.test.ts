import type { RuleKind } from '@sightglass/contract/alertRule';
import { describe, expect, it } from 'vitest';
import { conditionWords, type MeasuresByName, watchedBy } from './ruleWords.ts';
import { timingWords } from './timingWords.ts';

const MEASURES: MeasuresByName = new Map([
  ['cache_hit_rate', { title: 'Cache hit rate', unit: 'ratio', dimensions: [] }],
  ['rag_queries', { title: 'RAG searches', unit: 'count', dimensions: [] }],
]);

const words = (kind: RuleKind, config: unknown, rest: Partial<Parameters<typeof watchedBy>[0]> = {}) =>
  conditionWords(watchedBy({ kind, config, evaluation_window_minutes: 15, group_by: [], filters: [], ...rest }), MEASURES).replaceAll('\u202f', ' ');

describe('a condition as a sentence', () => {
  it.each<[string, string]>([
    ['cost of the day above $50.00', words('cost_per_day', { threshold_usd: '50' })],
    ['cost above $0.25 over 1 d', words('cost_threshold', { threshold_usd: '0.25' }, { evaluation_window_minutes: 1_440 })],
    ['error rate of calls above 5.0 % over 15 min', words('error_rate', { threshold: 0.05, min_count: 0, of: 'calls' })],
    [
      'error rate of model calls above 5.0 % over 15 min, of at least 20 model calls, per agent and model, where environment is production',
      words(
        'error_rate',
        { threshold: 0.05, min_count: 20, of: 'llm' },
        { group_by: ['agent_id', 'model'], filters: [{ field: 'environment', op: '=', value: 'production' }] },
      ),
    ],
    ['more than 10 failed requests over 15 min', words('error_count', { threshold: 10, of: 'requests' })],
    ['p99 latency of runs above 10.0 s over 15 min', words('latency', { percentile: 99, threshold_ms: 10_000, of: 'runs' })],
    ['no heartbeat of an agent for 10 min', words('no_heartbeat', { minutes: 10, of: 'heartbeats' })],
    ['nothing heard of planner for 1 h 30 min', words('no_heartbeat', { minutes: 90, of: 'telemetry', agent_id: 'planner' })],
    ['3 or more failures in a row of a provider over 15 min', words('provider_down', { consecutive_failures: 3 })],
    ['3 or more failures in a row of openai over 15 min', words('provider_down', { consecutive_failures: 3, provider: 'openai' })],
    ['a cache cannot be reached over 1 min', words('cache_unavailable', {}, { evaluation_window_minutes: 1 })],
    ['80 % of the budget bud_1 spent', words('budget', { budget_id: 'bud_1', percent: 80 })],
    ['cache hit rate below 20 % over 15 min', words('metric_threshold', { measure: 'cache_hit_rate', operator: '<', threshold: 0.2 })],
    ['RAG searches unusual for its hour of the week (sensitivity 5)', words('anomaly', { measure: 'rag_queries', sensitivity: 5 })],
    ['unheard_of equal to 1 over 15 min', words('metric_threshold', { measure: 'unheard_of', operator: '==', threshold: 1 })],
    ['the answer of its query at or above 5', words('sql_query', { query: 'SELECT 5', operator: '>=', threshold: 5 })],
  ])('%s', (expected, said) => {
    expect(said).toBe(expected);
  });

  it('says what filters do', () => {
    const filters = [
      { field: 'model', op: 'in', value: ['a', 'b'] },
      { field: 'attributes.team', op: 'exists', value: false },
    ] as const;
    expect(
      words('error_count', { threshold: 1, of: 'calls' }, { filters: filters.map((filter) => ({ ...filter, value: filter.value as never })) }),
    ).toBe('more than 1 failed calls over 15 min, where model is one of a or b and team is not there');
  });
});

describe('what will happen', () => {
  it('is told with what a new rule has', () => {
    expect(timingWords({ checkIntervalMinutes: 5, pendingMinutes: 0, keepFiringMinutes: 0, cooldownMinutes: 30, noData: 'keep' })).toBe(
      'Looked at every 5 min. An alert opens as soon as the condition holds, but not within 30 min of the last one, and resolves by itself at the first look that no longer finds it. Where there is no data, everything stays as it was.',
    );
  });

  it('is told with everything set', () => {
    expect(timingWords({ checkIntervalMinutes: 1, pendingMinutes: 10, keepFiringMinutes: 5, cooldownMinutes: 0, noData: 'alert' })).toBe(
      'Looked at every 1 min. An alert opens once the condition has held for 10 min, however soon after the last one, and resolves by itself once the condition has been over for 5 min. Where there is no data, the condition counts as met.',
    );
  });
});
