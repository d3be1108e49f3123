import { formatUsd, parseUsd } from '@sightglass/contract/money';
import type { QueryRow } from '../../api/metrics.ts';
import { numberOf, textOf } from '../../api/metrics.ts';
import { epochMs, type TimeZone, wallClock } from '../../ui/formatTime.ts';

/** Sums of one day, or of a day up to a time. */
export interface DaySums {
  costUsd: string;
  llmCalls: number;
  runs: number;
  inputTokens: number;
  outputTokens: number;
  unpricedCalls: number;
}

export interface UsualDay {
  sums: DaySums;
  /** How many earlier days the average is made of. */
  days: number;
}

const DAYS_BACK = 7;
const PPM = 1_000_000n;

/**
 * What a day usually has come to by this time of day: the average over those of the seven days before today on which
 * anything was called. `rows` are sums per `bucketMs`; of the bucket that the time of day cuts, the share that has
 * passed counts. Comparing an unfinished day with whole ones would show every morning as a collapse. Null without an
 * earlier day.
 */
export function usualByNow(rows: readonly QueryRow[], bucketMs: number, nowMs: number, zone: TimeZone): UsualDay | null {
  const today = wallClock(nowMs, zone);
  const days = new Map<string, { pico: bigint; calls: number; runs: number; input: number; output: number; unpriced: number; active: boolean }>();
  const earliest = wallClock(nowMs - DAYS_BACK * 86_400_000, zone).date;
  for (const row of rows) {
    const at = epochMs(textOf(row, 'time') ?? '');
    if (Number.isNaN(at)) continue;
    const clock = wallClock(at, zone);
    if (clock.date >= today.date || clock.date < earliest) continue;
    const day = days.get(clock.date) ?? { pico: 0n, calls: 0, runs: 0, input: 0, output: 0, unpriced: 0, active: false };
    days.set(clock.date, day);
    day.active ||= (numberOf(row, 'llm_calls') ?? 0) > 0 || (numberOf(row, 'runs') ?? 0) > 0;
    const share = Math.min(1, Math.max(0, (secondsOfDay(today.time) - secondsOfDay(clock.time)) / (bucketMs / 1000)));
    if (share === 0) continue;
    day.pico += ((parseUsd(textOf(row, 'cost_usd') ?? '0') ?? 0n) * BigInt(Math.round(share * Number(PPM)))) / PPM;
    day.calls += share * (numberOf(row, 'llm_calls') ?? 0);
    day.runs += share * (numberOf(row, 'runs') ?? 0);
    day.input += share * (numberOf(row, 'input_tokens') ?? 0);
    day.output += share * (numberOf(row, 'output_tokens') ?? 0);
    day.unpriced += share * (numberOf(row, 'unpriced_calls') ?? 0);
  }
  const active = [...days.values()].filter((day) => day.active);
  if (active.length === 0) return null;
  const mean = (pick: (day: (typeof active)[number]) => number) => active.reduce((sum, day) => sum + pick(day), 0) / active.length;
  return {
    days: active.length,
    sums: {
      costUsd: formatUsd(active.reduce((sum, day) => sum + day.pico, 0n) / BigInt(active.length)),
      llmCalls: mean((day) => day.calls),
      runs: mean((day) => day.runs),
      inputTokens: mean((day) => day.input),
      outputTokens: mean((day) => day.output),
      unpricedCalls: mean((day) => day.unpriced),
    },
  };
}

/** The average of a measure over the days before today that have it; null without one. `rows` are days, the last is today. */
export function usualRate(rows: readonly QueryRow[], name: string): { value: number; days: number } | null {
  const values = rows.slice(0, -1).flatMap((row) => numberOf(row, name) ?? []);
  return values.length === 0 ? null : { value: values.reduce((sum, value) => sum + value, 0) / values.length, days: values.length };
}

function secondsOfDay(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}
