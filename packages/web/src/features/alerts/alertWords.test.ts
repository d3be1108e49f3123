import { describe, expect, it } from 'vitest';
import { eventWords, formatAlertValue, openFor, thresholdWords, unitOfAlert } from './alertWords.ts';

const plain = (text: string) => text.replaceAll('\u202f', ' ');
const measures = new Map([['reasoning_tokens', { title: 'Reasoning tokens', unit: 'tokens' as const, dimensions: [] }]]);

describe('a value against its threshold', () => {
  it.each([
    ['error_rate', {}, 0.123, 0.05, '12 %', 'above 5.0 %'],
    ['latency', {}, 12_340, 5_000, '12.3 s', 'above 5.00 s'],
    ['cost_per_day', {}, 61.128, 50, '$61.13', 'above $50.00'],
    ['cost_threshold', {}, 1e-7, 0, '$0.0000001', 'above $0.00'],
    ['error_count', {}, 41, 10, '41', 'above 10'],
    ['no_heartbeat', {}, 42, 10, '42 min', 'at or above 10 min'],
    ['provider_down', { operator: '>=' }, 5, 3, '5', 'at or above 3'],
    ['budget', {}, 82, 80, '82 %', 'at or above 80 %'],
    ['cache_unavailable', { operator: '>' }, 1, 0, '1', ''],
    ['metric_threshold', { measure: 'reasoning_tokens', operator: '<=' }, 12, 100, '12', 'at or below 100'],
    ['metric_threshold', { measure: 'gone', operator: 'like' }, 1.25, 1, '1.25', 'above 1'],
    ['anomaly', { measure: 'reasoning_tokens' }, 12_000, 800, '12,000', 'against 800'],
    ['sql_query', { operator: '==' }, 3, 3, '3', 'equal to 3'],
  ])('of %s %o', (rule_kind, details, value, threshold, is, limit) => {
    const unit = unitOfAlert({ rule_kind, details }, measures);
    expect(plain(formatAlertValue(value, unit))).toBe(is);
    expect(plain(thresholdWords({ rule_kind, details, value, threshold }, unit))).toBe(limit);
  });

  it('is a dash and nothing where none was measured', () => {
    expect(formatAlertValue(null, 'ms')).toBe('–');
    expect(thresholdWords({ rule_kind: 'latency', details: {}, value: null, threshold: null }, 'ms')).toBe('');
  });
});

it('what happened says who did it, and when nobody did', () => {
  expect(eventWords({ kind: 'acknowledged', by: 'Ada' })).toBe('Acknowledged by Ada');
  expect(eventWords({ kind: 'resolved', by: null })).toBe('Resolved by itself');
  expect(eventWords({ kind: 'triggered', by: null })).toBe('Triggered');
});

it('an open alert has been open until now, a resolved one until its end', () => {
  const triggered_at = '2026-11-20T12:00:00Z';
  expect(openFor({ triggered_at, resolved_at: null }, Date.parse('2026-11-20T12:14:02.400Z'))).toBe('14 min 2 s');
  expect(openFor({ triggered_at, resolved_at: null }, Date.parse('2026-11-20T12:00:45.400Z'))).toBe('45 s');
  expect(openFor({ triggered_at, resolved_at: '2026-11-20T12:03:00Z' }, Date.parse('2026-11-21T00:00:00Z'))).toBe('3 min');
});
