/**
 * The rules behind `GET /api/metrics/health`, see docs/metrics-pages.md. Pure: figures of the last five minutes in, verdict out. A check
 * that nothing was heard for is `unknown` and decides nothing: that programs are silent is for the rule `agent_silent` to tell.
 */
import type { CheckStatus, HealthCheck, MetricsHealth } from '@sightglass/contract/routes/snapshot';

/** Null: nobody told. Rates are 0 to 1. */
export interface HealthFigures {
  calls: number;
  errorRate: number | null;
  requests: number;
  requestErrorRate: number | null;
  requestLatencyMsP99: number | null;
  providers: readonly ProviderFigures[];
  ragQueries: number;
  ragErrorRate: number | null;
  cacheAvailable: boolean | null;
  poolWaiting: number | null;
  poolTimeouts: number | null;
  eventLoopDelayMsP99: number | null;
  /** Heap in use ÷ heap that may be used. */
  heapUtilization: number | null;
}

export interface ProviderFigures {
  provider: string;
  calls: number;
  /** Calls that failed since the last success. */
  failuresInARow: number;
  rateLimited: number;
}

/** The same as the built-in alert rules have, see docs/metrics-pages.md. */
export const HEALTH_LIMITS = {
  /** With fewer, one failure would decide. */
  callsMin: 10,
  errorRate: 0.05,
  /** From here on most of what is asked for does not work. */
  errorRateDown: 0.5,
  requestLatencyMsP99: 5_000,
  failuresInARow: 3,
  poolWaiting: 1,
  eventLoopDelayMsP99: 500,
  heapUtilization: 0.95,
} as const;
const LIMITS = HEALTH_LIMITS;

type Check = Pick<HealthCheck, 'name' | 'status' | 'value' | 'threshold' | 'unit' | 'detail'>;

export function judgeHealth(figures: HealthFigures): Pick<MetricsHealth, 'status' | 'checks'> {
  const checks = [
    rateCheck('calls', 'calls of models, tools and searches', figures.calls, figures.errorRate),
    rateCheck('requests', 'requests', figures.requests, figures.requestErrorRate),
    latencyCheck(figures),
    ...providerChecks(figures.providers),
    rateCheck('rag', 'searches', figures.ragQueries, figures.ragErrorRate),
    cacheCheck(figures.cacheAvailable),
    poolCheck(figures),
    limitCheck('event_loop', 'the p99 of an event loop’s delay', 'ms', figures.eventLoopDelayMsP99, LIMITS.eventLoopDelayMsP99),
    limitCheck('heap', 'the heap in use, of what it may be,', 'ratio', figures.heapUtilization, LIMITS.heapUtilization),
  ];
  return { status: overall(checks, figures.providers), checks };
}

/** One provider of several that is down degrades, for others may stand in; all of them are the end of it. */
function overall(checks: readonly Check[], providers: readonly ProviderFigures[]): MetricsHealth['status'] {
  const isOfOne = ({ name }: Check) => name.startsWith('provider:') && !providers.every(isDown);
  if (checks.some((check) => check.status === 'down' && !isOfOne(check))) return 'down';
  return checks.some(({ status }) => status === 'down' || status === 'degraded') ? 'degraded' : 'ok';
}

const percent = (ratio: number) => `${Math.round(ratio * 1000) / 10} %`;

function rateCheck(name: string, of: string, seen: number, rate: number | null): Check {
  const shared = { name, threshold: LIMITS.errorRate, unit: 'ratio' } as const;
  if (seen === 0 || rate === null) return { ...shared, status: 'unknown', value: null, detail: `No ${of} in five minutes` };
  if (seen < LIMITS.callsMin)
    return { ...shared, status: 'unknown', value: rate, detail: `${seen} ${of}: a verdict needs ${LIMITS.callsMin}, ${percent(rate)} failed` };
  const status: CheckStatus = rate >= LIMITS.errorRateDown ? 'down' : rate > LIMITS.errorRate ? 'degraded' : 'ok';
  return { ...shared, status, value: rate, detail: `${percent(rate)} of ${seen} ${of} failed` };
}

function latencyCheck({ requests, requestLatencyMsP99: value }: HealthFigures): Check {
  const shared = { name: 'request_latency', threshold: LIMITS.requestLatencyMsP99, unit: 'ms' } as const;
  if (value === null || requests < LIMITS.callsMin)
    return { ...shared, status: 'unknown', value, detail: `${requests} requests: a verdict needs ${LIMITS.callsMin}` };
  return { ...shared, status: value > LIMITS.requestLatencyMsP99 ? 'degraded' : 'ok', value, detail: `p99 of requests is ${Math.round(value)} ms` };
}

const isDown = ({ failuresInARow }: ProviderFigures) => failuresInARow >= LIMITS.failuresInARow;

function providerChecks(providers: readonly ProviderFigures[]): Check[] {
  return providers.map((figures) => {
    const { provider, calls, failuresInARow, rateLimited } = figures;
    const limited = rateLimited > 0 ? `, ${rateLimited} refused as too many` : '';
    const status: CheckStatus = isDown(figures) ? 'down' : rateLimited > 0 ? 'degraded' : 'ok';
    const detail = `${failuresInARow} of ${calls} calls failed since the last success${limited}`;
    return { name: `provider:${provider}`, status, value: failuresInARow, threshold: LIMITS.failuresInARow, unit: 'count', detail };
  });
}

function cacheCheck(available: boolean | null): Check {
  const shared = { name: 'cache', threshold: 1, unit: 'count' } as const;
  if (available === null) return { ...shared, status: 'unknown', value: null, detail: 'No cache tells of itself' };
  return available
    ? { ...shared, status: 'ok', value: 0, detail: 'Every cache is there' }
    : { ...shared, status: 'degraded', value: 1, detail: 'A cache says that it is not there, fell silent, or refuses every command' };
}

function poolCheck({ poolWaiting, poolTimeouts }: HealthFigures): Check {
  const shared = { name: 'connection_pool', threshold: LIMITS.poolWaiting, unit: 'count' } as const;
  if (poolWaiting === null && poolTimeouts === null)
    return { ...shared, status: 'unknown', value: null, detail: 'No connection pool tells of itself' };
  const waiting = poolWaiting ?? 0;
  const timeouts = poolTimeouts ?? 0;
  const status: CheckStatus = timeouts > 0 || waiting >= LIMITS.poolWaiting ? 'degraded' : 'ok';
  return { ...shared, status, value: waiting, detail: `${Math.round(waiting)} waited for a connection at most, ${Math.round(timeouts)} in vain` };
}

function limitCheck(name: string, of: string, unit: 'ms' | 'ratio', value: number | null, threshold: number): Check {
  const shared = { name, threshold, unit } as const;
  if (value === null) return { ...shared, status: 'unknown', value, detail: `Nobody tells ${of}`.replace(/,$/, '') };
  const shown = unit === 'ratio' ? percent(value) : `${Math.round(value)} ms`;
  return { ...shared, status: value > threshold ? 'degraded' : 'ok', value, detail: `${of[0]?.toUpperCase()}${of.slice(1)} is ${shown}` };
}
