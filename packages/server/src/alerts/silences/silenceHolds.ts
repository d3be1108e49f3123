/**
 * Whether a silence holds for an alert at a moment. Pure. A repeated one holds at the same hours of the wall clock in the workspace's
 * zone: where summer time skips an hour of it, it is that much shorter, where an hour comes twice, it holds both times.
 */
import type { Severity } from '@sightglass/contract/alertRule';
import type { Silence, SILENCE_REPEATS } from '@sightglass/contract/alertSilence';
import { wallMs } from '../../explore/timeZone.ts';

export interface SilenceWindow {
  startsAt: Date;
  /** Of its first time, where it is repeated. */
  endsAt: Date;
  repeat: (typeof SILENCE_REPEATS)[number] | null;
}

/** `matchers`: all have to fit; keys other than `rule_id`, `rule_name` and `severity` are labels. */
export interface SilenceOf extends SilenceWindow {
  matchers: Readonly<Record<string, string>>;
}

/** What a silence looks at of an alert. */
export interface SilenceableAlert {
  ruleId: string;
  ruleName: string;
  severity: Severity;
  labels: Readonly<Record<string, string>>;
}

const DAY_MS = 86_400_000;
export const REPEAT_MS = { daily: DAY_MS, weekly: 7 * DAY_MS } as const;

/** A repeated silence is `pending` between its times, and never `expired`. `timeZone` is an IANA name. */
export function silenceState({ startsAt, endsAt, repeat }: SilenceWindow, nowMs: number, timeZone: string): Silence['state'] {
  const [startMs, endMs] = [startsAt.getTime(), endsAt.getTime()];
  if (nowMs < startMs) return 'pending';
  if (nowMs < endMs) return 'active';
  if (repeat === null) return 'expired';
  const sinceMs = wallMs(nowMs, timeZone) - wallMs(startMs, timeZone);
  const wallLengthMs = wallMs(endMs, timeZone) - wallMs(startMs, timeZone);
  // Clocks that were set back during its first time may show an end before the beginning.
  const lengthMs = wallLengthMs > 0 ? wallLengthMs : endMs - startMs;
  return sinceMs >= 0 && sinceMs % REPEAT_MS[repeat] < lengthMs ? 'active' : 'pending';
}

export function silenceFits(matchers: SilenceOf['matchers'], alert: SilenceableAlert): boolean {
  const entries = Object.entries(matchers);
  // Without a matcher it would fit everything, which nobody may have meant.
  return entries.length > 0 && entries.every(([key, wanted]) => valueOf(alert, key) === wanted);
}

export const silenceHolds = (silence: SilenceOf, alert: SilenceableAlert, nowMs: number, timeZone: string): boolean =>
  silenceFits(silence.matchers, alert) && silenceState(silence, nowMs, timeZone) === 'active';

/** The first that holds. */
export const findSilence = <S extends SilenceOf>(silences: readonly S[], alert: SilenceableAlert, nowMs: number, timeZone: string): S | undefined =>
  silences.find((silence) => silenceHolds(silence, alert, nowMs, timeZone));

function valueOf({ ruleId, ruleName, severity, labels }: SilenceableAlert, key: string): string | undefined {
  if (key === 'rule_id') return ruleId;
  if (key === 'rule_name') return ruleName;
  if (key === 'severity') return severity;
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
