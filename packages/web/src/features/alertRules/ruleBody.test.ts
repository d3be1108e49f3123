import { type AlertRule, AlertRuleSchema, type NewAlertRule, NewAlertRuleSchema, type RuleKind } from '@sightglass/contract/alertRule';
import { describe, expect, it } from 'vitest';
import { ruleBody, ruleChanges } from './ruleBody.ts';
import { draftOfRule, EMPTY_RULE, newFilter, newTag, type RuleDraft } from './ruleDraft.ts';
import { prefilledRule } from './rulePrefill.ts';
import { KINDS } from './ruleWords.ts';

const unitOf = (measure: string) => ({ error_rate: 'ratio', latency_ms_p99: 'ms', cost_usd: 'usd', calls: 'count' })[measure] as 'ratio' | undefined;
const body = (changes: Partial<RuleDraft>) => ruleBody({ ...EMPTY_RULE, ...changes }, 'Suggested', unitOf);
const parsed = (changes: Partial<RuleDraft>): NewAlertRule => {
  const result = body(changes);
  if ('errors' in result) throw new Error(JSON.stringify(result.errors));
  return NewAlertRuleSchema.parse(result.body);
};

const AT = '2026-11-20T09:00:00Z';
const saved = (rule: NewAlertRule): AlertRule =>
  AlertRuleSchema.parse({
    ...rule,
    id: 'rul_1',
    builtin: null,
    created_by: null,
    created_at: AT,
    updated_at: AT,
    last_evaluated_at: null,
    next_evaluation_at: null,
    evaluation: 'ok',
    last_error: null,
    state: 'inactive',
    open_alerts: 0,
  });

const WHOLE: Readonly<Record<RuleKind, Partial<RuleDraft>>> = {
  cost_per_day: { thresholdUsd: '$0.25' },
  cost_threshold: { thresholdUsd: '50', windowMinutes: '60' },
  error_rate: { ratePercent: '7', minCount: '', of: 'llm' },
  error_count: { errorCount: '0' },
  no_heartbeat: { silenceMinutes: '2.5', agentId: ' planner ', silenceOf: 'telemetry' },
  latency: { percentile: '99', latency: '1.5s' },
  metric_threshold: { measure: 'error_rate', operator: '<=', threshold: '12.5' },
  provider_down: { failures: '4', provider: 'openai' },
  cache_unavailable: { cache: '' },
  budget: { budgetId: 'bud_1', budgetPercent: '80' },
  anomaly: { measure: 'calls', sensitivity: '10' },
  sql_query: { query: 'SELECT 1', operator: '>', threshold: '-3' },
};

describe('a rule that is typed', () => {
  it.each(KINDS)('of kind %s is one that the server takes, and comes back the same', (kind) => {
    const rule = parsed({
      ...WHOLE[kind],
      kind,
      name: 'Mine',
      filters: kind === 'budget' || kind === 'sql_query' ? [] : [newFilter('agent_id', 'a')],
    });
    const again = ruleBody(draftOfRule(saved(rule), unitOf), 'Suggested', unitOf);
    expect('body' in again && NewAlertRuleSchema.parse(again.body)).toEqual(rule);
  });

  it.each<[string, Partial<RuleDraft>, unknown]>([
    ['percent is a share', { kind: 'error_rate', ratePercent: '7' }, { threshold: 0.07, min_count: 20, of: 'calls' }],
    ['a duration is milliseconds', { kind: 'latency', latency: '2m' }, { percentile: 95, threshold_ms: 120_000, of: 'calls' }],
    [
      'a measure of time takes one, too',
      { kind: 'metric_threshold', measure: 'latency_ms_p99', threshold: '5s' },
      { measure: 'latency_ms_p99', operator: '>', threshold: 5_000 },
    ],
    ['money stays exact', { kind: 'cost_per_day', thresholdUsd: '0.000000000001' }, { threshold_usd: '0.000000000001' }],
    ['any provider is none', { kind: 'provider_down', provider: ' ' }, { consecutive_failures: 3 }],
  ])('%s', (_, changes, config) => {
    expect(parsed(changes).config).toEqual(config);
  });

  it.each<[string, Partial<RuleDraft>, string]>([
    ['no threshold', { kind: 'cost_per_day', thresholdUsd: '' }, '/config/threshold_usd'],
    ['commas', { kind: 'error_rate', ratePercent: '7,5' }, '/config/threshold'],
    ['more than all', { kind: 'error_rate', ratePercent: '100.1' }, '/config/threshold'],
    ['hexadecimal', { kind: 'error_count', errorCount: '0x10' }, '/config/threshold'],
    ['no measure', { kind: 'anomaly' }, '/config/measure'],
    ['no query', { kind: 'sql_query', query: ' ', threshold: '1' }, '/config/query'],
    ['no budget', { kind: 'budget' }, '/config/budget_id'],
    ['a duration that is none', { kind: 'latency', latency: 'long' }, '/config/threshold_ms'],
    ['a window that is none', { windowMinutes: '' }, '/evaluation_window_minutes'],
    ['a filter of nothing', { filters: [newFilter('', 'x')] }, '/filters/0/field'],
    ['a filter without a value', { filters: [newFilter('model', 'a'), newFilter('model', ' ')] }, '/filters/1/value'],
    ['a tag twice', { tags: [newTag('team', 'a'), newTag('team', 'b')] }, '/tags/1'],
  ])('with %s is not sent', (_, changes, pointer) => {
    const result = body(changes);
    expect('errors' in result && result.errors.map((error) => error.pointer)).toEqual([pointer]);
  });

  it('has several values for one of, and none for is not there', () => {
    const filters = [
      { ...newFilter('model', 'a, b'), op: 'in' as const },
      { ...newFilter('user_id'), op: 'not_exists' as const },
    ];
    expect(parsed({ filters }).filters).toEqual([
      { field: 'model', op: 'in', value: ['a', 'b'] },
      { field: 'user_id', op: 'exists', value: false },
    ]);
  });

  it('leaves out what its kind does not take', () => {
    const rule = parsed({ kind: 'sql_query', query: 'SELECT 1', threshold: '1', groupBy: ['model'], filters: [newFilter('model', 'a')] });
    expect([rule.group_by, rule.filters]).toEqual([[], []]);
  });

  it('is called what its condition says when it has no name', () => {
    expect([parsed({}).name, parsed({ name: ' Mine ' }).name]).toEqual(['Suggested', 'Mine']);
  });
});

it('takes away what a changed rule no longer has', () => {
  const before = saved(parsed({ kind: 'no_heartbeat', agentId: 'planner', tags: [newTag('team', 'a')] }));
  const after = body({ kind: 'no_heartbeat', tags: [newTag('owner', 'b')] });
  expect('body' in after && ruleChanges(before, after.body)).toMatchObject({
    config: { agent_id: null, minutes: 10, of: 'heartbeats' },
    tags: { team: null, owner: 'b' },
  });
  expect('body' in after && 'kind' in ruleChanges(before, after.body)).toBe(false);
});

describe('a link to a new rule', () => {
  it('says what it is about, in the units of the API', () => {
    const draft = prefilledRule(
      {
        kind: 'metric_threshold',
        measure: 'error_rate',
        threshold: '0.05',
        operator: '>=',
        agent_id: 'a,b',
        group_by: 'model,agent_id',
        window: '60',
      },
      unitOf,
    );
    expect(draft).toMatchObject({ kind: 'metric_threshold', measure: 'error_rate', threshold: '5', operator: '>=', windowMinutes: '60' });
    expect(draft.groupBy).toEqual(['model', 'agent_id']);
    expect(draft.filters).toMatchObject([{ field: 'agent_id', op: '=', value: 'a,b' }]);
  });

  it.each<[string, Record<string, string>, Partial<RuleDraft>]>([
    ['a measure alone is watched against a value', { measure: 'calls' }, { kind: 'metric_threshold', measure: 'calls' }],
    ['an unusual measure', { kind: 'anomaly', measure: 'calls', sensitivity: '7' }, { kind: 'anomaly', sensitivity: '7' }],
    ['the silence of an agent is no filter', { kind: 'no_heartbeat', agent_id: 'a' }, { agentId: 'a', filters: [] }],
    ['an error rate', { kind: 'error_rate', threshold: '0.1' }, { ratePercent: '10' }],
    ['what nobody knows', { kind: 'toString', operator: 'constructor', threshold: 'x' }, { kind: 'error_rate', operator: '>', ratePercent: '5' }],
  ])('%s', (_, search, expected) => {
    expect(prefilledRule(search, unitOf)).toMatchObject(expected);
  });
});
