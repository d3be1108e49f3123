import { createHash } from 'node:crypto';
import type { EventType } from '@sightglass/contract/event';
import { describe, expect, it } from 'vitest';
import { readEvent } from '../receive/eventFields.ts';
import { createRequestClock } from '../receive/requestClock.ts';
import { identifyEvent } from './eventIdentity.ts';
import { type KeyedEvent, spanIdsOf, spanOfEvent, spanOfRun, withoutDerivedIds } from './eventSpan.ts';

const T0 = 1_795_165_200_000_000_000n;
const MS = 1_000_000n;
const at = (ms: number) => new Date(Number(T0 / MS) + ms).toISOString();
const sha = (text: string, digits: number) => createHash('sha256').update(text).digest('hex').slice(0, digits);

let made = 0;
function event(event_type: EventType, fields: object = {}): KeyedEvent {
  const reading = readEvent({ event_type, agent_id: 'planner', timestamp: at(0), ...fields }, T0, createRequestClock(Number(T0 / MS)));
  if (!reading.ok) throw new Error(reading.problem.message);
  made += 1;
  return { event: reading.event, key: identifyEvent(reading.event, () => made.toString(16).padStart(32, '0')).key };
}
const spanOf = (type: EventType, fields: object = {}) => {
  const span = spanOfEvent(event(type, fields));
  if (span === undefined) throw new Error('it became no span');
  return span;
};

describe('an event that becomes a span', () => {
  it.each([
    ['llm_call', { model: 'gpt-4o' }, { kind: 'llm', name: 'llm_call gpt-4o' }],
    ['tool_call', { tool_name: 'search' }, { kind: 'tool', name: 'tool_call search', toolName: 'search' }],
    ['retrieval', {}, { kind: 'retriever', name: 'retrieval' }],
    ['embedding', { model: 'bge-m3' }, { kind: 'embedding', name: 'embedding bge-m3' }],
    ['guardrail', {}, { kind: 'guardrail', name: 'guardrail' }],
  ] as const)('%s', (type, fields, expected) => {
    expect(spanOf(type, fields)).toMatchObject({ ...expected, dialect: 'events', traceType: 'agent_run' });
  });

  it.each(['action', 'approval', 'heartbeat', 'state_change', 'error', 'log', 'custom'] as const)('is not of type %s', (type) => {
    expect(spanOfEvent(event(type, { trace_id: 'ab'.repeat(16), span_id: 'cd'.repeat(8) }))).toBeUndefined();
  });

  it('ends at its timestamp and lasts latency_ms', () => {
    expect(spanOf('llm_call', { latency_ms: 1500.25 })).toMatchObject({ startNs: T0 - 1_500_250_000n, durationNs: 1_500_250_000n });
    expect(spanOf('llm_call')).toMatchObject({ startNs: T0, durationNs: 0n });
    const old = { timestamp: '2020-01-01T00:00:00Z', latency_ms: 1e11 };
    expect(spanOf('llm_call', old)).toMatchObject({ durationNs: 10n ** 17n });
  });

  it('has the trace and span that were sent', () => {
    const ids = { trace_id: 'ab'.repeat(16), span_id: 'cd'.repeat(8), parent_span_id: 'ef'.repeat(8), run_id: 'r-1' };
    expect(spanOf('tool_call', ids)).toMatchObject({
      traceId: ids.trace_id,
      spanId: ids.span_id,
      parentSpanId: ids.parent_span_id,
      own: { runId: 'r-1' },
      traceType: null,
    });
  });

  it('without them hangs under the span of its run, in the trace of its run', () => {
    const span = spanOf('tool_call', { run_id: 'r-1' });
    expect(span).toMatchObject({ traceId: sha('run:r-1', 32), parentSpanId: sha('run-span:r-1', 16) });
    expect(spanOfRun({ started: event('run_started', { run_id: 'r-1' }), finished: null })).toMatchObject({
      traceId: span.traceId,
      spanId: span.parentSpanId,
      parentSpanId: null,
    });
  });

  it('without a run is a trace of its own, the same one when it is sent again', () => {
    const [a, b, again] = [
      spanOf('tool_call', { dedupe_key: 'a' }),
      spanOf('tool_call', { dedupe_key: 'b' }),
      spanOf('tool_call', { dedupe_key: 'a' }),
    ];
    expect(a.parentSpanId).toBeNull();
    expect([a.traceId, a.spanId]).toEqual([again.traceId, again.spanId]);
    expect(a.traceId).not.toBe(b.traceId);
  });

  it('counts tokens as the sender counts them: cache is in the input, reasoning in the output', () => {
    const fields = { input_tokens: 100, output_tokens: 50, cache_read_tokens: 60, cache_write_tokens: 20, reasoning_tokens: 30 };
    expect(spanOf('llm_call', fields).usage).toMatchObject({
      inputTokens: 100,
      outputTokens: 50,
      cacheReadTokens: 60,
      cacheWriteTokens: 20,
      reasoningTokens: 30,
      totalTokens: null,
      rule: 'events:includes',
      estimated: false,
    });
    expect(spanOf('llm_call', { total_tokens: 9 }).usage).toMatchObject({ inputTokens: null, outputTokens: null, totalTokens: 9 });
    expect(spanOf('llm_call').usage).toBeNull();
    expect(spanOf('tool_call', fields).usage).toBeNull();
  });

  it('names the provider as every other way in does, also where only the model tells', () => {
    expect(spanOf('llm_call', { provider: 'azure-openai', model: 'x' }).provider).toBe('azure');
    expect(spanOf('llm_call', { model: 'claude-sonnet-4-5' })).toMatchObject({
      provider: 'anthropic',
      requestModel: 'claude-sonnet-4-5',
      responseModel: null,
    });
  });

  it.each([
    ['success', 'success', null],
    ['error', 'error', 'boom'],
    ['timeout', 'timeout', 'boom'],
    ['cancelled', 'cancelled', 'boom'],
    ['blocked', 'blocked', 'boom'],
    ['pending', 'running', null],
  ])('with status %s is %s', (status, expected, statusMessage) => {
    expect(spanOf('tool_call', { status, error_message: 'boom' })).toMatchObject({ status: expected, statusMessage });
  });

  it('of a guardrail that blocked is blocked', () => {
    const payload = { similarity_score: 0.91, flagged_reference: 'ref-1', action_taken: 'block', own: 'x' };
    const span = spanOf('guardrail', { payload });
    expect(span.status).toBe('blocked');
    expect(Object.fromEntries(span.attributes)).toEqual({
      'sightglass.guardrail.similarity_score': 0.91,
      'sightglass.guardrail.flagged_reference': 'ref-1',
      'sightglass.guardrail.action_taken': 'block',
      'payload.own': 'x',
    });
  });

  it('of a retrieval carries its figures under their names', () => {
    const { attributes } = spanOf('retrieval', { payload: { total_ms: 12, cache_hit: false, top_score: null, query: { text: 'x' } }, message: 'm' });
    expect(Object.fromEntries(attributes)).toEqual({
      message: 'm',
      'sightglass.rag.total_ms': 12,
      'sightglass.rag.cache_hit': false,
      'payload.query': { text: 'x' },
    });
  });

  it('says whose it is, and stands under the e-mail where no user came', () => {
    const fields = { user_email: 'u@example.com', department: 'sales', session_id: 's', flow_id: 'f', query_category: 'q' };
    expect(spanOf('llm_call', { ...fields, endpoint: '/chat', method: 'POST', status_code: 502, tags: { team: 'x', beta: true } })).toMatchObject({
      own: {
        agentId: 'planner',
        userId: 'u@example.com',
        userEmail: 'u@example.com',
        department: 'sales',
        sessionId: 's',
        flowId: 'f',
        queryCategory: 'q',
        endpoint: '/chat',
        method: 'POST',
        statusCode: 502,
      },
      tags: ['team:x', 'beta:true'],
    });
  });
});

describe('the span of a run', () => {
  const started = event('run_started', { run_id: 'r', user_id: 'u', payload: { input_context: { question: 'why?' }, by: 'cron' } });
  const finished = event('run_finished', {
    run_id: 'r',
    timestamp: at(2_000),
    status: 'error',
    error_message: 'boom',
    payload: { output_summary: 'gave up', execution_nodes: ['plan', 'act'] },
  });

  it('runs while only its beginning is known', () => {
    expect(spanOfRun({ started, finished: null })).toMatchObject({
      kind: 'agent',
      name: 'planner',
      status: 'running',
      startNs: T0,
      durationNs: 0n,
      input: { format: 'json', parts: ['{"question":"why?"}'] },
      output: null,
    });
  });

  it('begins with the one event and ends with the other', () => {
    const span = spanOfRun({ started, finished });
    expect(span).toMatchObject({
      status: 'error',
      statusMessage: 'boom',
      startNs: T0,
      durationNs: 2_000n * MS,
      own: { userId: 'u', runId: 'r' },
      input: { parts: ['{"question":"why?"}'] },
      output: { format: 'text', parts: ['gave up'] },
    });
    expect(Object.fromEntries(span.attributes)).toEqual({ 'payload.by': 'cron', 'sightglass.run.execution_nodes': ['plan', 'act'] });
  });

  it('takes the sender’s own measure of its length', () => {
    const measured = event('run_finished', { run_id: 'r', timestamp: at(2_000), latency_ms: 1_800 });
    expect(spanOfRun({ started, finished: measured })).toMatchObject({ startNs: T0, durationNs: 1_800n * MS });
    expect(spanOfRun({ started: null, finished: measured })).toMatchObject({ startNs: T0 + 200n * MS, durationNs: 1_800n * MS, status: 'success' });
  });

  it('never lasts less than nothing', () => {
    expect(spanOfRun({ started, finished: event('run_finished', { run_id: 'r', timestamp: at(-500) }) })).toMatchObject({
      startNs: T0,
      durationNs: 0n,
    });
  });

  it('repeats no usage or cost of its calls', () => {
    const summed = event('run_finished', { run_id: 'r', input_tokens: 10, cost_usd: 1 });
    expect(spanOfRun({ started, finished: summed })).toMatchObject({ usage: null, reportedCostPicoUsd: null });
  });

  it('stands in the trace that any of its events names, else in that of its id', () => {
    const named = event('run_finished', { run_id: 'r', trace_id: 'ab'.repeat(16) });
    expect(spanOfRun({ started, finished: named }).traceId).toBe('ab'.repeat(16));
    expect(spanOfRun({ started, finished }).traceId).toBe(sha('run:r', 32));
  });

  it('is found again from events that were stored with derived ids', () => {
    for (const sent of [
      started,
      event('run_started'),
      event('run_started', { trace_id: 'ab'.repeat(16) }),
      event('run_finished', { span_id: 'cd'.repeat(8) }),
    ]) {
      const storedAs = { ...sent, event: { ...sent.event, ...spanIdsOf(sent) } };
      expect(withoutDerivedIds(storedAs).event).toEqual(sent.event);
    }
  });
});
