import { isTimeZone, type TimeZone } from '../ui/formatTime.ts';
import { createPreference, usePreference } from '../ui/preference.ts';

/** `browser`, `UTC` or an IANA name: kept per person, not in the URL, so that a shared link shows everyone their own clock. */
export const timeZoneChoice = createPreference<string>({
  key: 'time-zone',
  fallback: 'browser',
  parse: (text) => (text === 'browser' || isTimeZone(text) ? text : undefined),
  format: (zone) => zone,
});

/** The zone of this machine. */
export function browserTimeZone(): TimeZone {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The zone in which times are shown. */
export function useTimeZone(): TimeZone {
  const choice = usePreference(timeZoneChoice);
  return choice === 'browser' ? browserTimeZone() : choice;
}

let zoneBeforeUtc = 'browser';

/** Shows UTC, or goes back to the zone chosen before. */
export function flipUtc(): void {
  const choice = timeZoneChoice.get();
  if (choice === 'UTC') {
    timeZoneChoice.set(zoneBeforeUtc === 'UTC' ? 'browser' : zoneBeforeUtc);
  } else {
    zoneBeforeUtc = choice;
    timeZoneChoice.set('UTC');
  }
}
