/** Numbers of a health reason as a person reads them. */
import { formatUsd } from '@sightglass/contract/money';

/** `1 run`, `40 runs`, `12,000 calls`; without a noun the number alone. */
export function countWords(count: number, noun?: string): string {
  const number = count.toLocaleString('en-US');
  return noun === undefined ? number : `${number} ${noun}${count === 1 ? '' : 's'}`;
}

/** 0.075 → `7.5 %` */
export const shareWords = (share: number): string => `${digits(share * 100)} %`;

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** `850 ms`, `2.4 s`, `12 min`, `3.5 h`, `2 days` */
export function durationWords(ms: number): string {
  if (ms < 1_000) return `${digits(ms)} ms`;
  if (ms < 2 * MINUTE_MS) return `${digits(ms / 1_000)} s`;
  if (ms < 2 * HOUR_MS) return `${digits(ms / MINUTE_MS)} min`;
  return ms < 2 * DAY_MS ? `${digits(ms / HOUR_MS)} h` : `${digits(ms / DAY_MS)} days`;
}

/** Cents from a dollar on, three digits below. */
export function moneyWords(pico: bigint): string {
  const dollars = Number(formatUsd(pico));
  if (dollars === 0) return '$0';
  return dollars >= 1 ? `$${dollars.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}` : `$${dollars.toPrecision(3)}`;
}

/** How often the usual something is, as a verb: `doubled`, `rose by 60 %`, `rose to 4.2 times`. */
export function riseWords(ratio: number): string {
  if (ratio >= 1.95 && ratio < 2.05) return 'doubled';
  if (ratio >= 2.95 && ratio < 3.05) return 'tripled';
  return ratio < 1.95 ? `rose by ${shareWords(Number((ratio - 1).toFixed(2)))}` : `rose to ${digits(ratio)} times`;
}

/** `2026-11-17` → `Tuesday 17 November` */
export function dateWords(date: string): string {
  const format = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' });
  return format.format(new Date(`${date}T12:00:00Z`)).replace(',', '');
}

/** One decimal below 10, none above. */
const digits = (value: number): string => (value < 10 ? String(Number(value.toFixed(1))) : Math.round(value).toLocaleString('en-US'));
