/** Series as agents make them, the same for the same seed, and known incidents in them. */
import type { HourlyValue } from '../seasonalBaseline.ts';
import { hourlyValues } from '../judgeLatest.ts';
import type { SeriesShape } from '../seriesShape.ts';

const HOUR_MS = 3_600_000;
/** A Monday. */
export const SERIES_START_MS = Date.UTC(2026, 7, 31);

/** Mulberry32: numbers from 0 to 1. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const normal = (random: () => number) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

function poisson(mean: number, random: () => number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  let product = random();
  let count = 0;
  for (const least = Math.exp(-mean); product > least; count++) product *= random();
  return count;
}

/** Calls an hour at noon of a working day; the nights have a twentieth of it, the weekends a third. */
export type Rhythm = (hour: number, perHour: number) => number;
const working: Rhythm = (hour, perHour) => {
  const [day, clock] = [Math.floor(hour / 24) % 7, hour % 24];
  const awake = Math.max(0.05, Math.sin((Math.PI * (clock - 6)) / 14) * (clock >= 6 && clock <= 20 ? 1 : 0));
  return perHour * awake * (day >= 5 ? 1 / 3 : 1);
};

/** What goes wrong, and from which hour to which. */
export interface Incident {
  from: number;
  hours: number;
  callsTimes?: number;
  errorShare?: number;
  latencyTimes?: number;
}

export type Told = 'calls' | 'cost_usd' | 'error_rate' | 'llm_latency_ms_p95';
export const TOLD: Readonly<Record<Told, SeriesShape>> = {
  calls: { kind: 'count', sides: 'both', leastChange: 5 },
  cost_usd: { kind: 'sum', sides: 'above', leastChange: 0.01 },
  error_rate: { kind: 'share', sides: 'above', leastChange: 0.02 },
  llm_latency_ms_p95: { kind: 'duration', sides: 'above', leastChange: 10 },
};

export interface MadeSeries {
  seed: number;
  weeks: number;
  /** Calls an hour at the busiest. */
  perHour: number;
  incidents?: readonly Incident[];
  timeZone?: string;
}

/**
 * Calls come by chance (Poisson) at a rate that itself goes up and down by 10 %; two of a hundred fail; a call costs about 2 cents, one
 * of 50 ten times as much; it takes 2 s at the median and three times as long at the 95th percentile, more by day.
 */
export function madeSeries(what: Told, { seed, weeks, perHour, incidents = [], timeZone = 'UTC' }: MadeSeries): HourlyValue[] {
  const random = randomOf(seed);
  const points = Array.from({ length: weeks * 168 }, (_, hour) => {
    const now = incidents.filter(({ from, hours }) => hour >= from && hour < from + hours);
    const times = (name: 'callsTimes' | 'latencyTimes') => now.reduce((product, incident) => product * (incident[name] ?? 1), 1);
    const calls = poisson(working(hour, perHour) * times('callsTimes') * Math.exp(0.1 * normal(random)), random);
    return { atMs: SERIES_START_MS + hour * HOUR_MS, ...told(what, calls, hour, now[0]?.errorShare ?? 0.02, times('latencyTimes'), random) };
  });
  return hourlyValues(points, SERIES_START_MS / HOUR_MS, weeks * 168, timeZone);
}

function told(what: Told, calls: number, hour: number, errorShare: number, latencyTimes: number, random: () => number) {
  if (what === 'calls') return { value: calls };
  if (what === 'cost_usd') {
    let cost = 0;
    for (let call = 0; call < calls; call++) cost += 0.02 * Math.exp(0.5 * normal(random)) * (random() < 0.02 ? 10 : 1);
    return { value: cost, of: calls };
  }
  if (calls === 0) return { value: null, of: 0 };
  if (what === 'error_rate') {
    let failed = 0;
    for (let call = 0; call < calls; call++) if (random() < errorShare) failed += 1;
    return { value: failed / calls, of: calls };
  }
  const busy = hour % 24 >= 9 && hour % 24 < 17 ? 1.2 : 1;
  const times = Array.from({ length: calls }, () => 2_000 * busy * latencyTimes * Math.exp(0.65 * normal(random))).sort((a, b) => a - b);
  return { value: times[Math.floor(0.95 * (calls - 1))] ?? null, of: calls };
}
