import type { Overview } from '@sightglass/contract/routes/query';
import { ok, type Result } from '../result.ts';
import type { TelemetryReader } from './reader.ts';
import { askCatalogue, type QueryRow } from './runQuery.ts';
import { dateIn, isoDate, plusDays, startOfDate } from './timeZone.ts';

const DAYS = 7;
const NS_PER_MS = 1_000_000n;
const MEASURES = [
  'cost_usd',
  'llm_calls',
  'runs',
  'errors',
  'error_rate',
  'input_tokens',
  'output_tokens',
  'active_agents',
  'latency_ms_p50',
  'latency_ms_p95',
  'latency_ms_p99',
  'cache_hit_rate',
];

/** Today and the six days before it, as the calendar of the workspace's time zone cuts them; one question to the catalogue. */
export async function readOverview(reader: TelemetryReader, timeZone: string, nowNs: bigint, openAlerts: number): Promise<Result<Overview>> {
  const today = dateIn(timeZone, Number(nowNs / NS_PER_MS));
  const dates = Array.from({ length: DAYS }, (_, i) => plusDays(today, i - DAYS + 1));
  const startNs = (date: typeof today) => BigInt(startOfDate(timeZone, date)) * NS_PER_MS;
  const [first = today] = dates;
  const range = { fromNs: startNs(first), toNs: startNs(plusDays(today, 1)) };
  const spec = { source: 'spans' as const, measures: MEASURES, group_by: [], filters: [], interval: '1d', time_zone: timeZone, limit: DAYS };
  const answer = await askCatalogue(reader, spec, range);
  if (!answer.ok) return answer;
  const days = dates.map((date, i) => ({ date: isoDate(date), ...dayMetrics(answer.value.rows[i] ?? {}) }));
  const last = answer.value.rows[DAYS - 1] ?? {};
  return ok({ today: dayMetrics(last), last_7_days: days, open_alerts: openAlerts });
}

function dayMetrics(row: QueryRow): Overview['today'] {
  const count = (name: string) => Number(row[name] ?? 0);
  const orNull = (name: string) => (typeof row[name] === 'number' ? row[name] : null);
  return {
    cost_usd: String(row.cost_usd ?? '0'),
    llm_calls: count('llm_calls'),
    runs: count('runs'),
    errors: count('errors'),
    error_rate: orNull('error_rate'),
    input_tokens: count('input_tokens'),
    output_tokens: count('output_tokens'),
    active_agents: count('active_agents'),
    latency_ms_p50: orNull('latency_ms_p50'),
    latency_ms_p95: orNull('latency_ms_p95'),
    latency_ms_p99: orNull('latency_ms_p99'),
    cache_hit_rate: orNull('cache_hit_rate'),
  };
}
