import { NOT_SENT } from './formatMoney.ts';

const NS_PER_MS = 1_000_000;

/** Nanoseconds as a decimal string (API) or bigint: `"1850000000"` → `1.85 s`; null → `–`. */
export function formatDurationNs(ns: string | bigint | null): string {
  if (ns === null) return NOT_SENT;
  // Durations stay far below 2^53 ns (104 days) where sub-millisecond digits are shown, so a double is exact enough to show.
  return formatDurationMs(Number(ns) / NS_PER_MS);
}

/** Milliseconds with the digits that matter: `450 ns`, `12.5 µs`, `94 ms`, `8.42 s`, `2 min 5 s`, `1 h 3 min`, `3 d 4 h`. */
export function formatDurationMs(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return NOT_SENT;
  if (ms < 0) return `−${formatDurationMs(-ms)}`;
  if (ms === 0) return '0 ms';
  if (ms < 0.0009995) return `${Math.round(ms * 1e6)} ns`;
  if (ms < 0.9995) return `${significant(ms * 1000)} µs`;
  if (ms < 999.5) return `${significant(ms)} ms`;
  if (ms < 9_995) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return twoUnits(seconds, 60, 'min', 's');
  const minutes = Math.round(ms / 60_000);
  if (minutes < 24 * 60) return twoUnits(minutes, 60, 'h', 'min');
  return twoUnits(Math.round(ms / 3_600_000), 24, 'd', 'h');
}

/** Three significant digits, without zeros that say nothing. */
function significant(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function twoUnits(total: number, perBig: number, big: string, small: string): string {
  const rest = total % perBig;
  return rest === 0 ? `${Math.floor(total / perBig)} ${big}` : `${Math.floor(total / perBig)} ${big} ${rest} ${small}`;
}
