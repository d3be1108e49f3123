/** What all channels say of a message, in plain words; each escapes it for its receiver. Pure. */
import type { Severity } from '@sightglass/contract/alertRule';
import type { AlertMessage, MessageAlert } from '../alertMessage.ts';

/** How grave it looks. */
export type Tone = Severity | 'resolved';

/** As RGB; on white, and under white letters, each has a contrast of more than 5 to 1. */
export const TONE_COLOURS: Readonly<Record<Tone, string>> = { critical: '#b42318', warning: '#b54708', info: '#175cd3', resolved: '#067647' };

const TONE_WORDS: Readonly<Record<Tone, string>> = { critical: 'Critical', warning: 'Warning', info: 'Info', resolved: 'Resolved' };

export const toneOf = ({ status, severity }: Pick<MessageAlert, 'status' | 'severity'>): Tone => (status === 'resolved' ? 'resolved' : severity);

/** `Critical`, `Resolved`. */
export const toneWord = (of: Pick<MessageAlert, 'status' | 'severity'>): string => TONE_WORDS[toneOf(of)];

/** `CRITICAL`, `Resolved`, `TEST`: what stands in brackets before everything else, so that a phone shows it. */
export function badge({ reason, status, severity }: AlertMessage): string {
  if (reason === 'test') return 'TEST';
  return status === 'resolved' ? TONE_WORDS.resolved : TONE_WORDS[severity].toUpperCase();
}

/** One line that tells the whole message: `[CRITICAL] Error rate: 7 % of calls failed`. */
export const headline = (message: AlertMessage): string => `[${badge(message)}] ${subject(message)}`;

/** The headline without its badge. */
export function subject(message: AlertMessage): string {
  const { alerts, reason } = message;
  const [first] = alerts;
  const again = reason === 'repeated' ? ' (still firing)' : '';
  if (first === undefined) return 'no alerts';
  if (alerts.length === 1) return `${nameAndMessage(first)}${again}`;
  const rules = [...new Set(alerts.map(({ ruleName }) => ruleName))];
  const named = rules.length > 3 ? `${rules.slice(0, 3).join(', ')} and ${rules.length - 3} more` : rules.join(', ');
  return `${named}: ${counted(alerts)}${again}`;
}

/** `Error rate: 7 % of calls failed`; a message that says the rule's name itself does not get it twice. */
const nameAndMessage = ({ ruleName, message }: MessageAlert): string =>
  message === '' ? ruleName : message.startsWith(ruleName) ? message : `${ruleName}: ${message}`;

function counted(alerts: readonly MessageAlert[]): string {
  const firing = alerts.filter(({ status }) => status === 'firing').length;
  const resolved = alerts.length - firing;
  if (resolved === 0) return `${firing} alerts`;
  return firing === 0 ? `${resolved} alerts resolved` : `${firing} firing, ${resolved} resolved`;
}

export interface Fact {
  name: string;
  text: string;
  /** RFC 3339, where the fact is a moment: receivers that know the reader's zone show it there. */
  at?: string;
}

/** Since when, how bad, and of what: what somebody wants to know before they open the page. */
export function factsOf(alert: MessageAlert): Fact[] {
  const { startsAt, endsAt, value, threshold, labels, resolvedBy } = alert;
  const facts: Fact[] = [
    { name: 'Severity', text: TONE_WORDS[alert.severity] },
    { name: 'Since', text: moment(startsAt), at: startsAt },
  ];
  if (endsAt !== null) facts.push({ name: 'Lasted', text: lasted(Date.parse(endsAt) - Date.parse(startsAt)) });
  if (value !== null) facts.push({ name: 'Value', text: number(value) });
  if (threshold !== null) facts.push({ name: 'Threshold', text: number(threshold) });
  if (resolvedBy !== null) facts.push({ name: 'Resolved by', text: resolvedBy });
  for (const [name, text] of Object.entries(labels)) facts.push({ name, text });
  for (const [name, text] of Object.entries(alert.tags)) if (!(name in labels)) facts.push({ name, text });
  return facts.filter(({ text }) => text !== '');
}

/** `20 Nov 2026, 14:03 UTC`. */
function moment(at: string): string {
  const words = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  return `${words.format(new Date(at))} UTC`;
}

/** `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`: two units at most. */
export function lasted(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  const units: [number, string][] = [
    [Math.floor(minutes / 1_440), 'd'],
    [Math.floor(minutes / 60) % 24, 'h'],
    [minutes % 60, 'min'],
  ];
  const from = units.findIndex(([count]) => count > 0);
  return units
    .slice(from, from + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

const number = (value: number): string => value.toLocaleString('en-US', { maximumSignificantDigits: 6 });

/** The gravest first, so that what does not fit is what matters least: firing before resolved, critical before warning. */
export function byGravity(alerts: readonly MessageAlert[]): MessageAlert[] {
  const order: Record<Tone, number> = { critical: 0, warning: 1, info: 2, resolved: 3 };
  return alerts.toSorted((a, b) => order[toneOf(a)] - order[toneOf(b)]);
}

/** `and 12 more alerts`. */
export const moreAlerts = (count: number): string => `and ${count} more ${count === 1 ? 'alert' : 'alerts'}`;

/** At most `charactersMax` UTF-16 units, with … where something is missing; no half of a pair stands before it. */
export function cut(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  return `${text.slice(0, charactersMax - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Everything on one line: line breaks and control characters become spaces. */
export const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();

/** For receivers that make links of whatever looks like an address: what stands in it, unseen, keeps it text. */
export const breakAddresses = (text: string): string => text.replaceAll('://', ':\u2060//');

/** A link that a receiver takes: http or https, not beyond `charactersMax`. Receivers refuse the whole message for one that is not. */
export function usableLink(link: string, charactersMax = 2_000): string | undefined {
  if (link.length > charactersMax || !URL.canParse(link)) return undefined;
  return /^https?:$/.test(new URL(link).protocol) ? link : undefined;
}
