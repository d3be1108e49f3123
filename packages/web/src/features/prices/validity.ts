import type { PriceItem } from '@sightglass/contract/price';
import { epochMs, formatMinute, type TimeZone } from '../../ui/formatTime.ts';

/** When a price holds: `always`, `since 2026-08-01`, `until …`, `2026-01-01 – 2026-08-01`. */
export function validityWords({ effective_from, effective_to }: Pick<PriceItem, 'effective_from' | 'effective_to'>, zone: TimeZone): string {
  if (effective_from === null) return effective_to === null ? 'always' : `until ${dayWords(effective_to, zone)}`;
  if (effective_to === null) return `since ${dayWords(effective_from, zone)}`;
  return `${dayWords(effective_from, zone)} – ${dayWords(effective_to, zone)}`;
}

/** A day, with the minute where it does not begin at midnight. */
export function dayWords(time: string, zone: TimeZone): string {
  return formatMinute(epochMs(time), zone).replace(/ 00:00$/, '');
}
