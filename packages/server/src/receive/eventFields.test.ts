import { EVENT_STATUSES, EVENT_TYPES, NewEventSchema } from '@sightglass/contract/event';
import { describe, expect, it } from 'vitest';
import { readEventBatch } from './eventBatch.ts';
import { readEvent } from './eventFields.ts';
import { MONTHS_MAX, TEXT_CHARS_MAX } from './limits.ts';
import { createRequestClock } from './requestClock.ts';

/** 2026-11-20T09:00:00Z */
const NOW = 1_795_165_200_000_000_000n;
const CLOCK = createRequestClock(Number(NOW / 1_000_000n));
const least = { event_type: 'custom', agent_id: 'planner' };

const read = (fields: object) => {
  const reading = readEvent({ ...least, ...fields }, NOW, CLOCK);
  if (!reading.ok) throw new Error(reading.problem.message);
  return reading.event;
};
const refused = (value: unknown) => {
  const reading = readEvent(value, NOW, CLOCK);
  return reading.ok ? undefined : reading.problem;
};

describe('texts of an event', () => {
  it('are whole up to the limit and cut with a marker above it, in its payload too', () => {
    const whole = 'x'.repeat(TEXT_CHARS_MAX);
    const marked = `${whole}…[truncated 1 characters]`;
    const kept = read({ message: whole, error_message: `${whole}y`, payload: { a: [`${whole}y`], b: whole } });
    expect([kept.message === whole, kept.errorMessage === marked]).toEqual([true, true]);
    expect(JSON.stringify(kept.payload) === JSON.stringify({ a: [marked], b: whole })).toBe(true);
  });

  it('have no half characters', () => {
    expect(read({ agent_id: 'a\ud800', tags: { 'k\ud800': 'v\udc00' }, payload: { p: '\ud800' } })).toMatchObject({
      agentId: 'a\ufffd',
      tags: { 'k\ufffd': 'v\ufffd' },
      payload: { p: '\ufffd' },
    });
  });
});

it('events of one request lie in so many months', () => {
  const events = Array.from({ length: MONTHS_MAX + 1 }, (_, month) => ({ ...least, timestamp: new Date(Date.UTC(2023, month, 3)).toISOString() }));
  const readings = readEventBatch(Buffer.from(JSON.stringify({ events })))(NOW);
  expect(readings.map(({ ok }) => ok)).toEqual([...Array(MONTHS_MAX).fill(true), false]);
});

describe('an event', () => {
  it('needs a type and an agent, and has defaults for status and time', () => {
    expect(read({})).toMatchObject({ eventType: 'custom', agentId: 'planner', status: 'success', timestampNs: NOW, inputTokens: null, tags: null });
  });

  it.each(EVENT_TYPES)('may be of type %s', (event_type) => {
    expect(read({ event_type }).eventType).toBe(event_type);
  });

  it.each(EVENT_STATUSES)('may have status %s', (status) => {
    expect(read({ status }).status).toBe(status);
  });

  it('counts null and an empty text as not sent, and ignores what it does not know', () => {
    expect(
      read({ status: null, run_id: '', input_tokens: null, timestamp: null, payload: null, colour: 'blue', __proto__: { run_id: 'x' } }),
    ).toMatchObject({
      status: 'success',
      runId: null,
      inputTokens: null,
      payload: null,
    });
  });

  it.each([
    ['2026-11-20T09:00:00Z', 1_795_165_200_000_000_000n],
    ['2026-11-20T10:00:00.123456789+01:00', 1_795_165_200_123_456_789n],
  ])('takes the time %s', (timestamp, ns) => {
    expect(read({ timestamp }).timestampNs).toBe(ns);
  });

  it.each([
    ['0.0025', 2_500_000_000n],
    [0.0025, 2_500_000_000n],
    [1e-7, 100_000n],
    ['1000000', 10n ** 18n],
    [0, 0n],
  ])('takes the cost %s exactly', (cost_usd, picoUsd) => {
    expect(read({ cost_usd }).costPicoUsd).toBe(picoUsd);
  });

  it('lowers the case of its ids', () => {
    const ids = { trace_id: 'AB'.repeat(16), span_id: 'CD'.repeat(8), event_id: '0190163D-8694-739B-AEA5-966C26F8AD90' };
    expect(read(ids)).toMatchObject({ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), eventId: '0190163d-8694-739b-aea5-966c26f8ad90' });
  });

  it.each([
    ['a list', [], 'not-an-object'],
    ['a text', 'run_started', 'not-an-object'],
    ['null', null, 'not-an-object'],
    ['no type', { agent_id: 'a' }, 'missing-field'],
    ['no agent', { event_type: 'log' }, 'missing-field'],
    ['an empty agent', { event_type: 'log', agent_id: '' }, 'missing-field'],
    ['an unknown type', { ...least, event_type: 'llm_cal' }, 'unknown-event-type'],
    ['an unknown status', { ...least, status: 'ok' }, 'unknown-status'],
    ['a number as agent', { ...least, agent_id: 7 }, 'wrong-type'],
    ['a text as count', { ...least, input_tokens: '12' }, 'wrong-type'],
    ['a negative count', { ...least, input_tokens: -1 }, 'out-of-range'],
    ['half a token', { ...least, output_tokens: 1.5 }, 'out-of-range'],
    ['more tokens than a double counts', { ...least, total_tokens: 2 ** 53 }, 'out-of-range'],
    ['a negative duration', { ...least, latency_ms: -0.5 }, 'out-of-range'],
    ['an endless duration', { ...least, latency_ms: Number.POSITIVE_INFINITY }, 'out-of-range'],
    ['a cost that is no number', { ...least, cost_usd: 'free' }, 'wrong-type'],
    ['a negative cost', { ...least, cost_usd: '-0.01' }, 'out-of-range'],
    ['a cost above a million', { ...least, cost_usd: '1000000.01' }, 'out-of-range'],
    ['a cost that is a list', { ...least, cost_usd: [1] }, 'wrong-type'],
    ['a time of 1970', { ...least, timestamp: '1970-01-02T00:00:00Z' }, 'invalid-timestamp'],
    ['a time of 2100', { ...least, timestamp: '2100-01-01T00:00:00Z' }, 'invalid-timestamp'],
    ['a time more than a day ahead', { ...least, timestamp: '2026-11-21T09:00:00.001Z' }, 'invalid-timestamp'],
    ['a time without zone', { ...least, timestamp: '2026-11-20T09:00:00' }, 'invalid-timestamp'],
    ['a day that does not exist', { ...least, timestamp: '2026-02-31T09:00:00Z' }, 'invalid-timestamp'],
    ['a time as number', { ...least, timestamp: 1_763_629_200 }, 'wrong-type'],
    ['the year 1969', { ...least, timestamp: '1969-12-31T23:59:59Z' }, 'invalid-timestamp'],
    ['the year 2200', { ...least, timestamp: '2200-01-01T00:00:00Z' }, 'invalid-timestamp'],
    ['an event id that is no UUID', { ...least, event_id: '42' }, 'invalid-id'],
    ['a trace id of zeros', { ...least, trace_id: '0'.repeat(32) }, 'invalid-id'],
    ['a short span id', { ...least, span_id: 'ab' }, 'invalid-id'],
    ['a path as parent', { ...least, parent_span_id: '../../../etc/pas' }, 'invalid-id'],
    ['a status code of 42', { ...least, status_code: 42 }, 'out-of-range'],
    ['a list as payload', { ...least, payload: [] }, 'wrong-type'],
    ['a text as tags', { ...least, tags: 'a,b' }, 'wrong-type'],
    ['a tag that is an object', { ...least, tags: { team: {} } }, 'wrong-type'],
    ['101 tags', { ...least, tags: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`t${i}`, i])) }, 'too-long'],
    ['a run id of 1001 characters', { ...least, run_id: 'x'.repeat(1001) }, 'too-long'],
    ['a payload 500 deep', { ...least, payload: JSON.parse(`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`) as object }, 'too-long'],
  ])('is refused: %s', (_, value, code) => {
    expect(refused(value)).toMatchObject({ code });
  });

  it('is told of everything that is wrong at once', () => {
    expect(refused({ event_type: 'x', input_tokens: -1 })?.message).toMatch(/event_type.*agent_id is needed.*input_tokens/);
  });

  it('takes names of 1000 characters, 100 tags and a payload 32 deep', () => {
    const payload = JSON.parse(`${'{"a":'.repeat(32)}1${'}'.repeat(32)}`) as object;
    const tags = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`t${i}`, i]));
    expect(read({ run_id: 'x'.repeat(1000), tags, payload })).toMatchObject({ runId: 'x'.repeat(1000), payload });
  });

  it('has every field of the contract', () => {
    const sent = {
      event_type: 'llm_call',
      status: 'error',
      agent_id: 'a',
      timestamp: '2026-11-20T09:00:00Z',
      event_id: '0190163d-8694-739b-aea5-966c26f8ad90',
      dedupe_key: 'd',
      run_id: 'r',
      trace_id: 'ab'.repeat(16),
      span_id: 'cd'.repeat(8),
      parent_span_id: 'ef'.repeat(8),
      session_id: 's',
      user_id: 'u',
      user_email: 'u@example.com',
      department: 'd',
      environment: 'e',
      latency_ms: 1.5,
      ttft_ms: 0.5,
      provider: 'openai',
      model: 'gpt-4o',
      input_tokens: 1,
      output_tokens: 2,
      cache_read_tokens: 3,
      cache_write_tokens: 4,
      reasoning_tokens: 5,
      total_tokens: 6,
      cost_usd: '7',
      tool_name: 't',
      message: 'm',
      error_message: 'em',
      endpoint: '/x',
      method: 'GET',
      status_code: 200,
      flow_id: 'f',
      query_category: 'q',
      tags: { team: 'x', tier: 1, beta: true },
      payload: { any: ['thing'] },
    };
    expect(Object.keys(sent).sort()).toEqual(Object.keys(NewEventSchema.shape).sort());
    const reading = readEvent(sent, NOW, CLOCK);
    expect(reading.ok && Object.values(reading.event).every((value) => value !== null)).toBe(true);
  });
});
