import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SpanContext } from '../normalise/canonicalSpan.ts';
import { resolveTrace, type TraceSpan } from './resolveTrace.ts';

const TRACE = 'a'.repeat(32);
const NOTHING: SpanContext = {
  agentId: null,
  runId: null,
  flowId: null,
  sessionId: null,
  userId: null,
  userEmail: null,
  department: null,
  queryCategory: null,
  endpoint: null,
  method: null,
  statusCode: null,
};

type Made = Partial<Omit<TraceSpan, 'own'>> & { own?: Partial<SpanContext> };
function span(spanId: string, parentSpanId: string | null, made: Made = {}): TraceSpan {
  const { own, ...rest } = made;
  return {
    spanId,
    parentSpanId,
    kind: 'chain',
    failed: false,
    otelKind: 1,
    startNs: 1n,
    serviceName: 'shop',
    responseId: null,
    hasUsage: false,
    isEstimated: false,
    ownTraceType: null,
    ...rest,
    own: { ...NOTHING, ...own },
  };
}

function resolve(...spans: TraceSpan[]) {
  const { spans: resolved, complete } = resolveTrace(TRACE, spans);
  return { complete, of: Object.fromEntries(spans.map((one, i) => [one.spanId, resolved[i]])) };
}

describe('inheritance', () => {
  it('takes agent, session, user and department from the nearest ancestor that says them', () => {
    const { of } = resolve(
      span('root', null, { kind: 'agent', own: { agentId: 'outer', sessionId: 's1', userId: 'u1', department: 'sales' } }),
      span('inner', 'root', { kind: 'agent', own: { agentId: 'inner' } }),
      span('call', 'inner', { kind: 'llm', own: { userId: 'u2' } }),
    );
    expect(of.call?.context).toMatchObject({ agentId: 'inner', sessionId: 's1', userId: 'u2', department: 'sales' });
  });

  it('takes the service name for the agent only where no ancestor names one', () => {
    const { of } = resolve(
      span('web', null, { kind: 'http' }),
      span('run', 'web', { kind: 'agent', own: { agentId: 'helper' } }),
      span('call', 'run', { kind: 'llm' }),
    );
    expect([of.web, of.run, of.call].map((one) => one?.context.agentId)).toEqual(['shop', 'helper', 'helper']);
  });

  it.each(['unknown_service', 'unknown_service:node'])('does not take %s for an agent', (serviceName) => {
    expect(resolve(span('root', null, { serviceName })).of.root?.context.agentId).toBeNull();
  });

  it('gives the whole trace a session that only one span said, unless two spans disagree', () => {
    const one = resolve(span('root', null), span('call', 'root', { own: { sessionId: 's1' } }));
    expect(one.of.root?.context.sessionId).toBe('s1');
    const two = resolve(span('root', null), span('a', 'root', { own: { sessionId: 's1' } }), span('b', 'root', { own: { sessionId: 's2' } }));
    expect(two.of.root?.context.sessionId).toBeNull();
  });

  it('gives descendants the endpoint, method and status of the nearest http server span', () => {
    const http = { endpoint: '/chat', method: 'POST', statusCode: 200 };
    const { of } = resolve(span('web', null, { kind: 'http', otelKind: 2, own: http }), span('call', 'web', { kind: 'llm' }));
    expect(of.call?.context).toMatchObject(http);
  });

  it('marks in contextOwn only what the span itself said', () => {
    const { of } = resolve(span('root', null, { own: { sessionId: 's' } }), span('call', 'root', { own: { userId: 'u' } }));
    expect(of.root?.contextOwn).toBe(1 << 3);
    expect(of.call?.contextOwn).toBe(1 << 4);
  });
});

describe('runs', () => {
  it('makes each outermost agent span one run, nested agents being steps', () => {
    const { of } = resolve(
      span('web', null, { kind: 'http', otelKind: 2, startNs: 1n }),
      span('first', 'web', { kind: 'agent', startNs: 2n }),
      span('nested', 'first', { kind: 'agent', startNs: 3n }),
      span('second', 'web', { kind: 'agent', startNs: 9n }),
      span('call', 'second', { kind: 'llm', startNs: 10n }),
    );
    expect(
      Object.entries(of)
        .filter(([, one]) => one?.isRun)
        .map(([id]) => id),
    ).toEqual(['first', 'second']);
    expect(of.first?.context.runId).toBe(TRACE);
    expect(of.nested?.context.runId).toBe(TRACE);
    expect(of.call?.context.runId).toBe(`${TRACE}:second`);
    expect(of.web?.context.runId).toBeNull();
  });

  it('makes a trace without agent but with a call one run, standing on its root', () => {
    const { of } = resolve(span('root', null), span('call', 'root', { kind: 'tool', startNs: 2n }));
    expect(of.root).toMatchObject({ isRun: true, context: { runId: TRACE } });
    expect(of.call).toMatchObject({ isRun: false, context: { runId: TRACE } });
  });

  it('makes no run of a plain http trace', () => {
    const { of } = resolve(span('root', null, { kind: 'http', otelKind: 2 }), span('db', 'root', { kind: 'db' }));
    expect(Object.values(of).some((one) => one?.isRun)).toBe(false);
    expect(of.root?.context.runId).toBeNull();
  });

  it("keeps the sender's run id, and counts two agent spans of one run id once", () => {
    const { of } = resolve(
      span('root', null, { own: { runId: 'r1' } }),
      span('a', 'root', { kind: 'agent', startNs: 2n }),
      span('b', 'root', { kind: 'agent', startNs: 3n }),
    );
    expect(of.a).toMatchObject({ isRun: true, context: { runId: 'r1' } });
    expect(of.b).toMatchObject({ isRun: false, context: { runId: 'r1' } });
  });
});

describe('errors', () => {
  it('counts a failure once, at the deepest failed span', () => {
    const { of } = resolve(
      span('root', null, { failed: true }),
      span('step', 'root', { failed: true }),
      span('call', 'step', { kind: 'llm', failed: true }),
      span('other', 'root', { kind: 'tool', failed: true }),
    );
    expect(
      Object.entries(of)
        .filter(([, one]) => one?.errorOrigin)
        .map(([id]) => id),
    ).toEqual(['call', 'other']);
  });
});

it('counts a failure once although a span between did not fail', () => {
  const { of } = resolve(span('agent', null, { failed: true }), span('step', 'agent'), span('call', 'step', { kind: 'llm', failed: true }));
  expect([of.agent?.errorOrigin, of.step?.errorOrigin, of.call?.errorOrigin]).toEqual([false, false, true]);
});

describe('one call told twice', () => {
  it('supersedes an llm span inside which another has the same response id', () => {
    const { of } = resolve(
      span('outer', null, { kind: 'llm', responseId: 'r', hasUsage: true }),
      span('http', 'outer', { kind: 'http' }),
      span('inner', 'http', { kind: 'llm', responseId: 'r', hasUsage: true }),
    );
    expect([of.outer?.superseded, of.inner?.superseded]).toEqual([true, false]);
  });

  it('keeps two nested llm spans with different response ids', () => {
    const { of } = resolve(span('outer', null, { kind: 'llm', responseId: 'a' }), span('inner', 'outer', { kind: 'llm', responseId: 'b' }));
    expect([of.outer?.superseded, of.inner?.superseded]).toEqual([false, false]);
  });

  it.each([
    ['reports its tokens', { hasUsage: true }, true],
    ['has estimated ones, too', { isEstimated: true }, true],
    ['has none', {}, false],
  ] as const)('does not count an estimate a second time around a call that %s', (_what, inner, superseded) => {
    const { of } = resolve(
      span('outer', null, { kind: 'llm', responseId: 'a', isEstimated: true }),
      span('inner', 'outer', { kind: 'llm', responseId: null, ...inner }),
    );
    expect([of.outer?.superseded, of.inner?.superseded]).toEqual([superseded, false]);
  });

  it('supersedes an embedding span with estimated tokens around another one', () => {
    const { of } = resolve(span('outer', null, { kind: 'embedding', isEstimated: true }), span('inner', 'outer', { kind: 'embedding' }));
    expect([of.outer?.superseded, of.inner?.superseded]).toEqual([true, false]);
  });

  it('supersedes an embedding span without tokens around another one', () => {
    const { of } = resolve(span('outer', null, { kind: 'embedding' }), span('inner', 'outer', { kind: 'embedding', hasUsage: true }));
    expect([of.outer?.superseded, of.inner?.superseded]).toEqual([true, false]);
  });
});

describe('type of trace', () => {
  it.each([
    ['an http server root', [span('r', null, { kind: 'http', otelKind: 2 }), span('c', 'r', { kind: 'llm' })], 'http_request'],
    ['an agent', [span('r', null, { kind: 'agent' })], 'agent_run'],
    ['a consumer root', [span('r', null, { kind: 'other', otelKind: 5 })], 'background_job'],
    ['a client root without a run', [span('r', null, { kind: 'http', otelKind: 3 })], null],
    [
      'what a span says',
      [span('r', null, { kind: 'http', otelKind: 2 }), span('c', 'r', { ownTraceType: 'websocket_message' })],
      'websocket_message',
    ],
  ] as const)('is told by %s', (_name, spans, expected) => {
    const { of } = resolve(...spans);
    expect(of.r?.traceType).toBe(expected);
  });
});

describe('shapes', () => {
  it('is complete when every parent is there and a root is', () => {
    expect(resolve(span('root', null), span('call', 'root')).complete).toBe(true);
    expect(resolve(span('call', 'gone')).complete).toBe(false);
    expect(resolve(span('root', null), span('call', 'gone')).complete).toBe(false);
  });

  it('survives spans that are their own ancestors', () => {
    const { of } = resolve(span('a', 'b', { failed: true }), span('b', 'a'), span('self', 'self'));
    expect(Object.keys(of)).toHaveLength(3);
  });

  it('is quick on a chain of 100 000 nested llm spans of one response id', () => {
    const chain = Array.from({ length: 100_000 }, (_, i) => span(`s${i}`, i === 0 ? null : `s${i - 1}`, { kind: 'llm', responseId: 'r' }));
    const { spans } = resolveTrace(TRACE, chain);
    expect(spans.filter((one) => !one.superseded)).toHaveLength(1);
  });

  it('says the same whatever order the spans come in', () => {
    const spans = [
      span('web', null, { kind: 'http', otelKind: 2, own: { endpoint: '/chat', method: 'POST', statusCode: 500 } }),
      span('a1', 'web', { kind: 'agent', startNs: 2n, failed: true, own: { agentId: 'one', sessionId: 's' } }),
      span('c1', 'a1', { kind: 'llm', startNs: 3n, responseId: 'x', hasUsage: true }),
      span('c2', 'c1', { kind: 'llm', startNs: 3n, responseId: 'x', hasUsage: true, failed: true }),
      span('a2', 'web', { kind: 'agent', startNs: 8n, own: { agentId: 'two', userId: 'u' } }),
      span('t', 'a2', { kind: 'tool', startNs: 9n }),
      span('orphan', 'gone', { kind: 'tool', startNs: 10n }),
      span('job', null, { startNs: 11n, ownTraceType: 'background_job', own: { runId: 'late' } }),
      span('ws', null, { startNs: 10n, ownTraceType: 'websocket_message', own: { runId: 'early' } }),
    ];
    const expected = resolve(...spans).of;
    fc.assert(
      fc.property(fc.shuffledSubarray(spans, { minLength: spans.length }), (shuffled) => {
        expect(resolve(...shuffled).of).toEqual(expected);
      }),
    );
  });
});
