/** Hours of an agent → what its health is judged by. Pure. */
import { isoDate, dateIn } from '../explore/timeZone.ts';
import type { Comparison, HealthFacts, Outcomes } from './scoreHealth.ts';

/** An hour in which something of the agent was traced. */
export interface AgentHour {
  /** Unix milliseconds, a whole hour. */
  startMs: number;
  calls: number;
  failedCalls: number;
  /** Runs that ended, well or not. */
  finishedRuns: number;
  failedRuns: number;
  costPico: bigint;
  latencyMsP95: number | null;
  guardrailHits: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How far back the usual is looked for. */
export const USUAL_DAYS = 28;
/** What just happened counts; an agent with little to do is judged by a day. */
const SHORT_WINDOW_HOURS = 6;
export const LONG_WINDOW_HOURS = 24;
const FINISHED_IN_SHORT_WINDOW_MIN = 20;
/** With fewer, what is usual is not known yet. */
const DAYS_MIN = 5;
/** A percentile of fewer calls is one of them. */
const CALLS_MIN = 5;

export type HourFacts = Pick<HealthFacts, 'windowHours' | 'runs' | 'calls' | 'latencyMsP95' | 'costPico' | 'guardrailHits'>;

/** `hours` of the last `USUAL_DAYS` days and the window before `atMs`, in any order. `timeZone` names the days. */
export function factsOfHours(hours: readonly AgentHour[], atMs: number, timeZone: string): HourFacts {
  const short = hoursOfDay(hours, atMs, SHORT_WINDOW_HOURS, 0);
  const windowHours = finishedIn(short) >= FINISHED_IN_SHORT_WINDOW_MIN ? SHORT_WINDOW_HOURS : LONG_WINDOW_HOURS;
  const days = Array.from({ length: USUAL_DAYS + 1 }, (_, ago) => hoursOfDay(hours, atMs, windowHours, ago));
  const now = days[0] ?? [];
  const isIdle = finishedIn(now) === 0;
  const dateOf = (ago: number) => isoDate(dateIn(timeZone, atMs - 1 - ago * DAY_MS));
  return {
    windowHours: isIdle ? null : windowHours,
    runs: outcomes(now, ({ finishedRuns, failedRuns }) => [finishedRuns, failedRuns]),
    calls: outcomes(now, ({ calls, failedCalls }) => [calls, failedCalls]),
    latencyMsP95: compareLatency(days, dateOf),
    costPico: isIdle ? null : compareCost(days, dateOf),
    guardrailHits: now.reduce((sum, { guardrailHits }) => sum + guardrailHits, 0),
  };
}

/** The hours of the window that ends so many days before `atMs`. An hour that has begun is in it. */
function hoursOfDay(hours: readonly AgentHour[], atMs: number, windowHours: number, daysAgo: number): AgentHour[] {
  const endsMs = atMs - daysAgo * DAY_MS;
  const beginsMs = Math.floor(endsMs / HOUR_MS) * HOUR_MS - windowHours * HOUR_MS;
  return hours.filter(({ startMs }) => startMs >= beginsMs && startMs < endsMs);
}

const finishedIn = (hours: readonly AgentHour[]) => hours.reduce((sum, { calls, finishedRuns }) => sum + calls + finishedRuns, 0);

function outcomes(hours: readonly AgentHour[], of: (hour: AgentHour) => readonly [finished: number, failed: number]): Outcomes {
  const sum = { finished: 0, failed: 0 };
  for (const hour of hours) {
    const [finished, failed] = of(hour);
    sum.finished += finished;
    sum.failed += failed;
  }
  return sum;
}

/** The p95 of a day is the median of those of its hours, each counted as often as it had calls: one bad hour is no bad day. */
function compareLatency(days: readonly AgentHour[][], dateOf: (ago: number) => string): Comparison<number> | null {
  const p95s = days.map((hours) => {
    const told = hours.flatMap(({ calls, latencyMsP95 }) => (latencyMsP95 === null ? [] : [{ value: latencyMsP95, weight: calls }]));
    return weightedMedian(told);
  });
  const [now, ...before] = p95s;
  const callsNow = (days[0] ?? []).reduce((sum, { calls }) => sum + calls, 0);
  if (now === undefined || callsNow < CALLS_MIN) return null;
  const known = before.filter((value) => value !== undefined);
  const usual = known.length < DAYS_MIN ? null : (median(known) ?? null);
  return { now, usual, since: usual === null ? null : changedOn(p95s, usual, now, dateOf) };
}

/** Days without any cost count from the first day on that had one. */
function compareCost(days: readonly AgentHour[][], dateOf: (ago: number) => string): Comparison<bigint> {
  const costs = days.map((hours) => hours.reduce((sum, { costPico }) => sum + costPico, 0n));
  const now = costs[0] ?? 0n;
  const oldest = costs.findLastIndex((cost) => cost > 0n);
  const before = costs.slice(1, oldest + 1).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const usual = before.length < DAYS_MIN ? null : (before[Math.floor((before.length - 1) / 2)] ?? null);
  if (usual === null || usual === 0n) return { now, usual, since: null };
  return { now, usual, since: changedOn(costs.slice(0, oldest + 1).map(Number), Number(usual), Number(now), dateOf) };
}

/** The first of the days up to now (index 0) that are all nearer to now than to what is usual, by ratio. Days without a value do not part them. */
function changedOn(daysAgo: readonly (number | undefined)[], usual: number, now: number, dateOf: (ago: number) => string): string | null {
  if (now <= usual || usual <= 0) return null;
  const middle = Math.sqrt(usual * now);
  let first = 0;
  for (const [ago, value] of daysAgo.entries()) {
    if (value === undefined) continue;
    if (value < middle) break;
    first = ago;
  }
  return dateOf(first);
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

function weightedMedian(values: readonly { value: number; weight: number }[]): number | undefined {
  const sorted = values.toSorted((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let reached = 0;
  for (const { value, weight } of sorted) {
    reached += weight;
    if (reached >= half) return value;
  }
  return sorted.at(-1)?.value;
}
