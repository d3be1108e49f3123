import { SAMPLING_PRESETS, SamplingSchema } from '@sightglass/contract/sampling';
import { expect, it } from 'vitest';
import { lastAskedRule, matchesEveryLog, matchesEveryTrace, newLogRule, newTraceRule, samplingBody, samplingDraft } from './samplingDraft.ts';

const SAVED = SamplingSchema.parse({
  enabled: true,
  traces: {
    keep_one_in: 5,
    slow_ms: 2_000,
    rules: [
      { endpoint: '/health*', keep_one_in: 100 },
      { agent_id: 'cron', without_calls: true, keep_one_in: 10 },
    ],
  },
  logs: {
    keep_one_in: 2,
    rules: [
      { max_level: 'DEBUG', logger: 'urllib3*', keep_one_in: 50 },
      { endpoint: '/x', keep_one_in: 1 },
    ],
  },
});

it.each([
  ['saved rules', SAVED],
  ['the light preset', SamplingSchema.parse(SAMPLING_PRESETS.light)],
  ['the defaults', SamplingSchema.parse({})],
])('%s go through the form unchanged', (_, sampling) => {
  const result = samplingBody(samplingDraft(sampling));
  expect('body' in result && SamplingSchema.parse(result.body)).toEqual(sampling);
});

it('what is no number in range is told at its field, and nothing is sent', () => {
  const draft = samplingDraft(SAVED);
  const result = samplingBody({
    ...draft,
    traces: { ...draft.traces, keep_one_in: '', slow_ms: '86400001', rules: [{ ...newTraceRule(), keep_one_in: '0' }] },
    logs: { keep_one_in: '10001', rules: [{ ...newLogRule(), keep_one_in: '2.5' }] },
  });
  expect('errors' in result && result.errors.map(({ pointer }) => pointer)).toEqual([
    '/traces/keep_one_in',
    '/traces/slow_ms',
    '/traces/rules/0/keep_one_in',
    '/logs/keep_one_in',
    '/logs/rules/0/keep_one_in',
  ]);
});

it('a rule without any condition matches everything', () => {
  expect(matchesEveryTrace(newTraceRule())).toBe(true);
  expect(matchesEveryTrace({ ...newTraceRule(), without_calls: true })).toBe(false);
  expect(matchesEveryLog({ ...newLogRule(), logger: ' ' })).toBe(true);
  expect(matchesEveryLog({ ...newLogRule(), max_level: 'DEBUG' })).toBe(false);
});

it.each([
  [[false, true, false], 1],
  [[true], null],
  [[false, true], null],
  [[], null],
])('of %j the last rule that is asked is %s', (matchesAll, place) => {
  expect(lastAskedRule(matchesAll)).toBe(place);
});
