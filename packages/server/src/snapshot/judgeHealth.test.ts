import { describe, expect, it } from 'vitest';
import { HEALTH_LIMITS, type HealthFigures, judgeHealth } from './judgeHealth.ts';

const SILENT: HealthFigures = {
  calls: 0,
  errorRate: null,
  requests: 0,
  requestErrorRate: null,
  requestLatencyMsP99: null,
  providers: [],
  ragQueries: 0,
  ragErrorRate: null,
  cacheAvailable: null,
  poolWaiting: null,
  poolTimeouts: null,
  eventLoopDelayMsP99: null,
  heapUtilization: null,
};
const provider = (name: string, failuresInARow: number, rateLimited = 0) => ({ provider: name, calls: 20, failuresInARow, rateLimited });
const judge = (figures: Partial<HealthFigures>) => judgeHealth({ ...SILENT, ...figures });

describe('a check', () => {
  it.each<[string, Partial<HealthFigures>, string, string]>([
    ['without calls cannot tell', {}, 'calls', 'unknown'],
    ['of too few calls cannot tell, however many failed', { calls: 9, errorRate: 1 }, 'calls', 'unknown'],
    ['of calls within the limit is ok', { calls: 100, errorRate: 0.05 }, 'calls', 'ok'],
    ['of calls over the limit is degraded', { calls: 100, errorRate: 0.0501 }, 'calls', 'degraded'],
    ['of calls of which half fail is down', { calls: 10, errorRate: 0.5 }, 'calls', 'down'],
    ['of requests within the limit is ok', { requests: 10, requestErrorRate: 0 }, 'requests', 'ok'],
    ['of requests over the limit is degraded', { requests: 10, requestErrorRate: 0.2 }, 'requests', 'degraded'],
    ['of searches over the limit is degraded', { ragQueries: 10, ragErrorRate: 0.1 }, 'rag', 'degraded'],
    ['of requests at the limit of time is ok', { requests: 10, requestLatencyMsP99: 5_000 }, 'request_latency', 'ok'],
    ['of slow requests is degraded', { requests: 10, requestLatencyMsP99: 5_001 }, 'request_latency', 'degraded'],
    ['of one slow request cannot tell', { requests: 1, requestLatencyMsP99: 60_000 }, 'request_latency', 'unknown'],
    ['of a provider that failed twice is ok', { providers: [provider('alpha', 2)] }, 'provider:alpha', 'ok'],
    ['of a provider that failed three times is down', { providers: [provider('alpha', 3)] }, 'provider:alpha', 'down'],
    ['of a provider that limits calls is degraded', { providers: [provider('alpha', 0, 1)] }, 'provider:alpha', 'degraded'],
    ['of a cache that is there is ok', { cacheAvailable: true }, 'cache', 'ok'],
    ['of a cache that is not there is degraded', { cacheAvailable: false }, 'cache', 'degraded'],
    ['of a pool that nobody waits for is ok', { poolWaiting: 0 }, 'connection_pool', 'ok'],
    ['of a pool that somebody waits for is degraded', { poolWaiting: 1 }, 'connection_pool', 'degraded'],
    ['of a pool that somebody waited for in vain is degraded', { poolWaiting: 0, poolTimeouts: 1 }, 'connection_pool', 'degraded'],
    ['of an event loop at its limit is ok', { eventLoopDelayMsP99: 500 }, 'event_loop', 'ok'],
    ['of an event loop that is late is degraded', { eventLoopDelayMsP99: 501 }, 'event_loop', 'degraded'],
    ['of a heap at its limit is ok', { heapUtilization: 0.95 }, 'heap', 'ok'],
    ['of a full heap is degraded', { heapUtilization: 0.96 }, 'heap', 'degraded'],
  ])('%s', (_, figures, name, status) => {
    const { checks } = judge(figures);
    expect(checks.find((check) => check.name === name)).toMatchObject({ status });
  });
});

describe('the verdict', () => {
  it.each<[string, Partial<HealthFigures>, string]>([
    ['is ok while nothing can tell', {}, 'ok'],
    ['is ok when all that can tell is ok', { calls: 100, errorRate: 0, cacheAvailable: true }, 'ok'],
    ['is degraded when one check is', { calls: 100, errorRate: 0, cacheAvailable: false }, 'degraded'],
    ['is down when half of the calls fail', { calls: 100, errorRate: 0.7, cacheAvailable: true }, 'down'],
    ['is degraded when one provider of two is down', { providers: [provider('alpha', 5), provider('beta', 0)] }, 'degraded'],
    ['is down when all providers are', { providers: [provider('alpha', 5), provider('beta', 3)] }, 'down'],
  ])('%s', (_, figures, status) => {
    expect(judge(figures).status).toBe(status);
  });

  it('tells value, limit and words of every check', () => {
    const { checks } = judge({ calls: 200, errorRate: 0.125 });
    expect(checks[0]).toEqual({
      name: 'calls',
      status: 'degraded',
      value: 0.125,
      threshold: HEALTH_LIMITS.errorRate,
      unit: 'ratio',
      detail: '12.5 % of 200 calls of models, tools and searches failed',
    });
    for (const check of checks) expect(check.detail).not.toBe('');
  });
});
