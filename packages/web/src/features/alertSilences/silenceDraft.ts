/** A silence as it is typed, and what it comes to. */
import type { Alert } from '@sightglass/contract/alert';
import type { NewSilence, Silence } from '@sightglass/contract/alertSilence';
import type { FieldError } from '@sightglass/contract/errors';
import type { SearchText } from '../../routing/searchText.ts';
import { utcText } from '../../time/timeRange.ts';
import type { TimeZone } from '../../ui/formatTime.ts';
import { snoozeUntil } from '../alerts/snoozeUntil.ts';
import { readMoment } from '../prices/priceDraft.ts';
import { newRowId, type Row } from '../settings/rows.ts';

export interface MatcherRow extends Row {
  /** `rule_name`, `severity`, or a label. */
  key: string;
  value: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long, from the start on; `until` is typed. */
export const DURATIONS = [
  { value: '1h', label: '1 hour', ms: HOUR_MS },
  { value: '4h', label: '4 hours', ms: 4 * HOUR_MS },
  { value: '8h', label: '8 hours', ms: 8 * HOUR_MS },
  { value: 'tomorrow', label: 'Until tomorrow, 9:00', ms: null },
  { value: '1d', label: '1 day', ms: DAY_MS },
  { value: '7d', label: '1 week', ms: 7 * DAY_MS },
  { value: 'until', label: 'Until …', ms: null },
] as const;
export type Duration = (typeof DURATIONS)[number]['value'];

export interface SilenceDraft {
  matchers: readonly MatcherRow[];
  /** Empty: now. */
  starts: string;
  duration: Duration;
  ends: string;
  repeat: 'never' | 'daily' | 'weekly';
  comment: string;
}

export const newMatcher = (key = '', value = ''): MatcherRow => ({ rowId: newRowId(), key, value });

/** Parameters of the URL that are no labels. */
const OTHER_PARAMETERS: ReadonlySet<string> = new Set(['comment', 'duration', 'repeat', 'from', 'to', 'state']);

/** A new silence with what a link says of it: every other parameter is something that alerts must have. */
export function prefilledSilence(search: SearchText): SilenceDraft {
  const matchers = Object.entries(search).flatMap(([key, value]) =>
    value === undefined || value === '' || OTHER_PARAMETERS.has(key) ? [] : [newMatcher(key, value)],
  );
  const duration = DURATIONS.find(({ value }) => value === search.duration)?.value ?? '4h';
  const repeat = search.repeat === 'daily' || search.repeat === 'weekly' ? search.repeat : 'never';
  return {
    matchers: matchers.length > 0 ? matchers : [newMatcher('rule_name')],
    starts: '',
    duration,
    ends: '',
    repeat,
    comment: search.comment ?? '',
  };
}

export type SilenceBody = { body: NewSilence } | { errors: readonly FieldError[] };

/** Times are read on the clock of the zone. */
export function silenceBody(draft: SilenceDraft, nowMs: number, zone: TimeZone): SilenceBody {
  const errors: FieldError[] = [];
  const refuse = (pointer: string, message: string) => void errors.push({ pointer, message });
  const matchers: Record<string, string> = {};
  draft.matchers.forEach(({ key, value }, index) => {
    const name = key.trim();
    if (name === '') refuse(`/matchers/${index}/key`, 'is needed');
    else if (Object.hasOwn(matchers, name)) refuse(`/matchers/${index}/key`, 'stands here twice');
    if (value.trim() === '') refuse(`/matchers/${index}/value`, 'is needed');
    matchers[name] = value.trim();
  });
  if (draft.matchers.length === 0) refuse('/matchers', 'needs at least one: an empty one would silence everything');
  const starts = draft.starts.trim() === '' ? undefined : readMoment(draft.starts, zone, nowMs);
  if (starts === undefined && draft.starts.trim() !== '') refuse('/starts_at', 'write a day and a time, such as 2026-11-21 22:00');
  const startMs = starts === undefined ? nowMs : Date.parse(starts);
  const ends = endOf(draft, startMs, nowMs, zone);
  if (ends === undefined) refuse('/ends_at', 'write a day and a time, such as 2026-11-22 06:00');
  else if (Date.parse(ends) <= startMs) refuse('/ends_at', 'must be later than the start');
  else if (Date.parse(ends) <= nowMs && draft.repeat === 'never') refuse('/ends_at', 'has passed');
  if (errors.length > 0 || ends === undefined) return { errors };
  return {
    body: {
      matchers,
      ...(starts === undefined ? {} : { starts_at: starts }),
      ends_at: ends,
      comment: draft.comment.trim(),
      ...(draft.repeat === 'never' ? {} : { repeat: draft.repeat }),
    },
  };
}

function endOf({ duration, ends }: SilenceDraft, startMs: number, nowMs: number, zone: TimeZone): string | undefined {
  if (duration === 'until') return readMoment(ends, zone, nowMs);
  const ms = DURATIONS.find(({ value }) => value === duration)?.ms ?? null;
  if (ms !== null) return utcText(startMs + ms);
  const tomorrow = snoozeUntil('tomorrow', '', startMs, zone);
  return 'until' in tomorrow ? tomorrow.until : undefined;
}

/** Whether an alert is meant: everything fits. As the server compares, so that it can be shown before. */
export const fits = (matchers: Readonly<Record<string, string>>, alert: Pick<Alert, 'rule_id' | 'rule_name' | 'severity' | 'labels'>): boolean =>
  Object.entries(matchers).every(([key, value]) => {
    if (key === 'rule_id' || key === 'rule_name' || key === 'severity') return alert[key] === value;
    return alert.labels[key] === value;
  });

const KEY_WORDS: Readonly<Record<string, string>> = { rule_id: 'Rule', rule_name: 'Rule', severity: 'Severity', agent_id: 'Agent' };

/** What an alert must have: `Rule is Error rate`, `model is gpt-4o`. */
export const matcherWords = (matchers: Silence['matchers'], ruleNames: ReadonlyMap<string, string>): string[] =>
  Object.entries(matchers).map(([key, value]) => `${KEY_WORDS[key] ?? key} is ${key === 'rule_id' ? (ruleNames.get(value) ?? value) : value}`);
