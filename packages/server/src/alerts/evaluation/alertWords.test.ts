import { NewAlertRuleSchema, type NewAlertRuleInput } from '@sightglass/contract/alertRule';
import { expect, test } from 'vitest';
import { alertMessage, MESSAGE_CHARS_MAX } from './alertWords.ts';

const say = (
  rule: Pick<NewAlertRuleInput, 'kind' | 'config'> & Partial<NewAlertRuleInput>,
  value: number | null,
  threshold: number | null,
  labels = {},
) => alertMessage({ rule: NewAlertRuleSchema.parse({ name: 'rule', severity: 'critical', ...rule }), labels, value, threshold });

test.each<[string, string]>([
  ['Error rate: 12.5 %, above 5 % over 15 min', say({ kind: 'error_rate', config: { threshold: 0.05 } }, 0.125, 0.05)],
  ['Cost today: $51.2, above $50', say({ kind: 'cost_per_day', config: { threshold_usd: 50 } }, 51.2, 50)],
  ['Cost: $0.0075, above $0 over 60 min', say({ kind: 'cost_threshold', config: { threshold_usd: 0 }, evaluation_window_minutes: 60 }, 0.0075, 0)],
  [
    'Model latency, p99: 12.3 s, above 5000 ms over 15 min (provider openai)',
    say({ kind: 'latency', config: { percentile: 99, threshold_ms: 5000, of: 'llm' } }, 12_345, 5_000, { provider: 'openai', model: '' }),
  ],
  ['No heartbeat for 3 h, expected every 10 min (agent_id a)', say({ kind: 'no_heartbeat', config: { minutes: 10 } }, 180, 10, { agent_id: 'a' })],
  ['No telemetry for 30 s, expected every 30 s', say({ kind: 'no_heartbeat', config: { minutes: 0.5, of: 'telemetry' } }, 0.5, 0.5)],
  ['The query answers 3 (at or above 2)', say({ kind: 'sql_query', config: { query: 'SELECT 3', operator: '>=', threshold: 2 } }, 3, 2)],
  ['No data for rule', say({ kind: 'error_rate', config: { threshold: 0.05 } }, null, 0.05)],
])('%s', (words, said) => {
  expect(said).toBe(words);
});

test('a template is filled with what is known, and keeps what is not', () => {
  const rule = {
    kind: 'error_rate',
    config: { threshold: 0.05 },
    message: '{{name}} [{{ severity }}] {{value}}>{{threshold}} {{window}} {{labels.agent_id}} {{labels.nope}}|{{nope}}',
  } as const;
  expect(say(rule, 0.5, 0.05, { agent_id: 'a\u0000b\nc' })).toBe('rule [critical] 50 %>5 % 15 min a b c |{{nope}}');
});

test('hostile labels neither fill templates nor grow the message', () => {
  const said = say({ kind: 'error_rate', config: { threshold: 0.05 }, message: '{{labels.a}} {{labels.b}}' }, 1, 0.05, {
    a: '{{value}}',
    b: '😀'.repeat(5_000),
  });
  expect(said.startsWith('{{value}} 😀')).toBe(true);
  expect(said.length).toBeLessThanOrEqual(MESSAGE_CHARS_MAX);
  expect(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/.test(said)).toBe(false);
});
