import { NOT_SENT } from './formatMoney.ts';

/** A narrow space that does not break, between number and sign. */
const SPACE = '\u202f';

/** A ratio as percent: 0.0123 → `1.2 %`, 0.41 → `41 %`; something that is not nothing never shows as 0; null → `–`. */
export function formatPercent(ratio: number | null): string {
  if (ratio === null || !Number.isFinite(ratio)) return NOT_SENT;
  const percent = ratio * 100;
  if (percent === 0) return `0${SPACE}%`;
  if (percent > 0 && percent < 0.05) return `<0.1${SPACE}%`;
  const digits = Math.abs(percent) >= 9.95 ? 0 : 1;
  return `${percent.toFixed(digits).replace('-', '−')}${SPACE}%`;
}

/** The change from one value to another, in words that carry the sign: `+38 %`, `−4 %`, `no change`; null when there is nothing to compare. */
export function formatChange(now: number, before: number): string | null {
  if (before === 0 || !Number.isFinite(before)) return null;
  const percent = Math.round(((now - before) / Math.abs(before)) * 100);
  if (percent === 0) return 'no change';
  return `${percent > 0 ? '+' : '−'}${Math.abs(percent).toLocaleString('en-US')}${SPACE}%`;
}

/** The change of a ratio in percentage points: `+0.7 points`. */
export function formatPoints(now: number, before: number): string {
  const points = Number(((now - before) * 100).toFixed(1));
  if (points === 0) return 'no change';
  return `${points > 0 ? '+' : '−'}${Math.abs(points)} points`;
}
