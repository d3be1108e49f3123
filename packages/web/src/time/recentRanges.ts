import { createPreference } from '../ui/preference.ts';
import { resolveTime, type TimeRange } from './timeRange.ts';

const KEPT = 5;

/** The ranges this person typed, dragged or froze last, newest first; presets are always at hand and not kept. */
export const recentRanges = createPreference<readonly TimeRange[]>({
  key: 'recent-ranges',
  fallback: [],
  parse: (text) => {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.flatMap(readRange).slice(0, KEPT) : undefined;
  },
  format: (ranges) => JSON.stringify(ranges),
});

/** Puts a range first and lets the oldest go. */
export function rememberRange(range: TimeRange): void {
  const others = recentRanges.get().filter((each) => each.from !== range.from || each.to !== range.to);
  recentRanges.set([range, ...others].slice(0, KEPT));
}

function readRange(value: unknown): TimeRange[] {
  if (typeof value !== 'object' || value === null) return [];
  const { from, to } = value as Record<string, unknown>;
  const valid = typeof from === 'string' && typeof to === 'string' && resolveTime(from, 0) !== undefined && resolveTime(to, 0) !== undefined;
  return valid ? [{ from, to }] : [];
}
