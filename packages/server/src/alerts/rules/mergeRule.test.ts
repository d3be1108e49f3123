import { type NewAlertRule, NewAlertRuleSchema, RULE_CONFIGS, RULE_KINDS, type RuleKind } from '@sightglass/contract/alertRule';
import { describe, expect, it } from 'vitest';
import { mergeRule, readRule } from './mergeRule.ts';

const rule = NewAlertRuleSchema.parse({
  name: 'Errors',
  severity: 'critical',
  kind: 'error_rate',
  config: { threshold: 0.05, min_count: 20 },
  tags: { team: 'search', tier: '1' },
  source: 'spans',
});

const merged = (changes: Record<string, unknown>, before: NewAlertRule = rule): NewAlertRule => {
  const result = mergeRule(before, changes);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};

describe('a change of a rule', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['of nothing leaves all', {}, {}],
    ['of a field leaves the others', { severity: 'info' }, { severity: 'info' }],
    ['of a key of the config leaves the others', { config: { threshold: 0.1 } }, { config: { threshold: 0.1, min_count: 20, of: 'calls' } }],
    ['of a key to null gives it what holds by default', { config: { min_count: null } }, { config: { threshold: 0.05, min_count: 0, of: 'calls' } }],
    ['of a tag leaves the others', { tags: { tier: '2', region: 'eu' } }, { tags: { team: 'search', tier: '2', region: 'eu' } }],
    ['of a tag to null takes it away', { tags: { tier: null } }, { tags: { team: 'search' } }],
    ['of a list takes the whole list', { group_by: ['model'] }, { group_by: ['model'] }],
    ['that names its own kind is one like others', { kind: 'error_rate', name: 'Other' }, { name: 'Other' }],
    ['of the source to null takes it away', { source: null }, { source: undefined }],
    [
      'reads values as a new rule does',
      { name: '  Spaced  ', config: { threshold: '0.2' } },
      { name: 'Spaced', config: { threshold: 0.2, min_count: 20, of: 'calls' } },
    ],
  ])('%s', (_what, changes, expected) => {
    expect(merged(changes)).toEqual({ ...rule, ...expected });
  });

  it('lets the unit of a percentile and of money stand as it was read', () => {
    const latency = NewAlertRuleSchema.parse({ name: 'x', severity: 'info', kind: 'latency', config: { percentile: 'p95', threshold_ms: 10 } });
    expect(merged({ name: 'y' }, latency).config).toEqual({ percentile: 95, threshold_ms: 10, of: 'calls' });
    const cost = NewAlertRuleSchema.parse({ name: 'x', severity: 'info', kind: 'cost_per_day', config: { threshold_usd: 12.5 } });
    expect(merged({ name: 'y' }, cost).config).toEqual({ threshold_usd: '12.5' });
  });

  it.each<[string, unknown, string[]]>([
    ['an unknown field', { colour: 'red', size: 1 }, ['/colour', '/size']],
    ['a field that is only read', { id: 'rul_1', created_at: '2026-01-01T00:00:00Z' }, ['/id', '/created_at']],
    ['a field of no object', { toString: 'x' }, ['/toString']],
    ['another kind', { kind: 'error_count' }, ['/kind']],
    ['a key that the kind does not have', { config: { minutes: 5 } }, ['/config/minutes']],
    ['no threshold', { config: { threshold: null } }, ['/config/threshold']],
    ['a config that is none', { config: 'all' }, ['/config']],
    ['a config of null', { config: null }, ['/config']],
    ['tags that are none', { tags: [] }, ['/tags']],
    ['a name of null', { name: null }, ['/name']],
    ['a switch of null', { enabled: null }, ['/enabled']],
    ['too long a window', { evaluation_window_minutes: 44_641 }, ['/evaluation_window_minutes']],
    ['a zero character', { description: 'a\0b' }, ['/description']],
    ['half of a surrogate pair', { tags: { team: '\uD800' } }, ['/tags/team']],
    ['a zero character in the key of a tag', { tags: { 'a\0b': 'x' } }, ['/tags']],
    ['a zero character in a filter', { filters: [{ field: 'model', op: 'in', value: ['a', 'b\0'] }] }, ['/filters/0/value/1']],
  ])('to %s is refused by pointer', (_what, changes, pointers) => {
    const refused = mergeRule(rule, changes as Record<string, unknown>);
    if (refused.ok) throw new Error('was not refused');
    expect(refused.error.code).toBe('invalid-request');
    expect(refused.error.errors?.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it('cannot reach what every object inherits', () => {
    const changes = JSON.parse('{ "tags": { "__proto__": { "polluted": "yes" } }, "config": { "__proto__": { "min_count": 1 } } }') as Record<
      string,
      unknown
    >;
    expect(mergeRule(rule, changes)).toMatchObject({ ok: false });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

/** By kind: configs at the edge of what is taken, and ones just beyond, with the key that is refused. */
const EDGES: Readonly<Record<RuleKind, { taken: object[]; refused: [object, string][] }>> = {
  cost_per_day: {
    taken: [{ threshold_usd: 0 }, { threshold_usd: '0.000000000001' }],
    refused: [
      [{ threshold_usd: -0.01 }, '/threshold_usd'],
      [{ threshold_usd: 'ten' }, '/threshold_usd'],
    ],
  },
  cost_threshold: {
    taken: [{ threshold_usd: 0 }, { threshold_usd: '50' }],
    refused: [
      [{ threshold_usd: '-1' }, '/threshold_usd'],
      [{}, '/threshold_usd'],
    ],
  },
  error_rate: {
    taken: [{ threshold: 0 }, { threshold: 1, min_count: 0 }],
    refused: [
      [{ threshold: 1.01 }, '/threshold'],
      [{ threshold: -0.01 }, '/threshold'],
      [{ threshold: 0.1, min_count: -1 }, '/min_count'],
      [{ threshold: 0.1, min_count: 0.5 }, '/min_count'],
      [{ threshold: 0.1, of: 'spans' }, '/of'],
    ],
  },
  error_count: {
    taken: [{ threshold: 0, of: 'runs' }],
    refused: [
      [{ threshold: -1 }, '/threshold'],
      [{ threshold: 'many' }, '/threshold'],
    ],
  },
  no_heartbeat: {
    taken: [{ minutes: 0.5 }, { minutes: 43_200, agent_id: null }, { minutes: 1, agent_id: 'a'.repeat(1_000) }],
    refused: [
      [{ minutes: 0 }, '/minutes'],
      [{ minutes: 43_201 }, '/minutes'],
      [{ minutes: 1, agent_id: '' }, '/agent_id'],
      [{ minutes: 1, agent_id: 'a'.repeat(1_001) }, '/agent_id'],
    ],
  },
  latency: {
    taken: [
      { percentile: 99, threshold_ms: 0 },
      { percentile: 'p50', threshold_ms: '250' },
      { percentile: 0.95, threshold_ms: 1 },
    ],
    refused: [
      [{ percentile: 90, threshold_ms: 1 }, '/percentile'],
      [{ percentile: 100, threshold_ms: 1 }, '/percentile'],
      [{ percentile: 99, threshold_ms: -1 }, '/threshold_ms'],
    ],
  },
  metric_threshold: {
    taken: [{ measure: 'calls', operator: '!=', threshold: -1 }],
    refused: [
      [{ measure: '', operator: '>', threshold: 1 }, '/measure'],
      [{ measure: 'm'.repeat(101), operator: '>', threshold: 1 }, '/measure'],
      [{ measure: 'calls', operator: '=>', threshold: 1 }, '/operator'],
    ],
  },
  provider_down: {
    taken: [{}, { consecutive_failures: 1_000, provider: 'openai' }],
    refused: [
      [{ consecutive_failures: 0 }, '/consecutive_failures'],
      [{ consecutive_failures: 1_001 }, '/consecutive_failures'],
      [{ provider: ' ' }, '/provider'],
    ],
  },
  cache_unavailable: { taken: [{}, { cache: 'c'.repeat(300) }], refused: [[{ cache: 'c'.repeat(301) }, '/cache']] },
  budget: {
    taken: [{ budget_id: 'b', percent: 1_000 }],
    refused: [
      [{ budget_id: 'b', percent: 0 }, '/percent'],
      [{ budget_id: 'b', percent: 1_000.5 }, '/percent'],
      [{ percent: 50 }, '/budget_id'],
    ],
  },
  anomaly: {
    taken: [{ measure: 'calls' }, { measure: 'calls', sensitivity: 10 }],
    refused: [
      [{ measure: 'calls', sensitivity: 0.5 }, '/sensitivity'],
      [{ measure: 'calls', sensitivity: 11 }, '/sensitivity'],
    ],
  },
  sql_query: {
    taken: [{ query: 'q'.repeat(10_000), operator: '>', threshold: 0 }],
    refused: [
      [{ query: 'q'.repeat(10_001), operator: '>', threshold: 0 }, '/query'],
      [{ query: ' ', operator: '>', threshold: 0 }, '/query'],
      [{ query: 'SELECT 1', operator: '>' }, '/threshold'],
    ],
  },
};

describe('the config', () => {
  const ruleOf = (kind: RuleKind, config: object) => readRule({ name: 'x', severity: 'info', kind, config });

  it.each(RULE_KINDS.flatMap((kind) => EDGES[kind].taken.map((config) => [kind, config] as const)))(
    'of %s is taken at the edge (%#)',
    (kind, config) => {
      expect(ruleOf(kind, config)).toMatchObject({ ok: true, value: { kind } });
    },
  );

  it.each(RULE_KINDS.flatMap((kind) => EDGES[kind].refused.map(([config, key]) => [kind, config, key] as const)))(
    'of %s is refused beyond it (%#)',
    (kind, config, key) => {
      const refused = ruleOf(kind, config);
      if (refused.ok) throw new Error('was not refused');
      expect(new Set(refused.error.errors?.map(({ pointer }) => pointer))).toEqual(new Set([`/config${key}`]));
    },
  );

  it.each(RULE_KINDS)('of %s knows no other keys', (kind) => {
    const [config] = EDGES[kind].taken;
    expect(RULE_CONFIGS[kind].safeParse({ ...config, extra: 1 }).success).toBe(false);
    expect(ruleOf(kind, { ...config, extra: 1 })).toMatchObject({ ok: false, error: { errors: [{ pointer: '/config/extra' }] } });
  });
});

describe('what every rule has', () => {
  const sent = { name: 'x', severity: 'info', kind: 'cost_per_day', config: { threshold_usd: 1 } };

  it.each<[string, object, object]>([
    ['name', { name: 'n'.repeat(120) }, { name: 'n'.repeat(121) }],
    ['name', { name: 'n' }, { name: '  ' }],
    ['description', { description: 'd'.repeat(2_000) }, { description: 'd'.repeat(2_001) }],
    ['message', { message: 'm'.repeat(1_000) }, { message: 'm'.repeat(1_001) }],
    ['check_interval_minutes', { check_interval_minutes: 1 }, { check_interval_minutes: 0 }],
    ['check_interval_minutes', { check_interval_minutes: 1_440 }, { check_interval_minutes: 1_441 }],
    ['evaluation_window_minutes', { evaluation_window_minutes: 44_640 }, { evaluation_window_minutes: 44_641 }],
    ['pending_minutes', { pending_minutes: 1_440 }, { pending_minutes: -1 }],
    ['keep_firing_minutes', { keep_firing_minutes: 1_440 }, { keep_firing_minutes: 1_441 }],
    ['cooldown_minutes', { cooldown_minutes: 10_080 }, { cooldown_minutes: 10_081 }],
    ['group_by', { group_by: ['a', 'b', 'c'] }, { group_by: ['a', 'b', 'c', 'd'] }],
    ['group_by', { group_by: ['a'] }, { group_by: ['a', 'a'] }],
    [
      'channel_ids',
      { channel_ids: Array.from({ length: 50 }, (_, i) => `chn_${i}`) },
      { channel_ids: Array.from({ length: 51 }, (_, i) => `chn_${i}`) },
    ],
    ['tags', { tags: { team: 't'.repeat(200) } }, { tags: { team: 't'.repeat(201) } }],
    ['severity', { severity: 'critical' }, { severity: 'fatal' }],
    ['no_data', { no_data: 'resolve' }, { no_data: 'zero' }],
    ['config', { kind: 'cost_threshold' }, { kind: 'error_rate' }],
  ])('%s is taken up to its limit and refused beyond it', (field, taken, refused) => {
    expect(readRule({ ...sent, ...taken })).toMatchObject({ ok: true });
    const answer = readRule({ ...sent, ...refused });
    if (answer.ok) throw new Error('was not refused');
    expect(answer.error.errors?.every(({ pointer }) => pointer.startsWith(`/${field}`))).toBe(true);
  });
});
