import type { FieldError } from '@sightglass/contract/errors';
import type { Scope } from '@sightglass/contract/permissions';
import type { ApiKey, ApiKeyChanges, KeyRateLimit, NewApiKey } from '@sightglass/contract/routes/apiKeys';
import { readTypedTime, resolveTime } from '../../../time/timeRange.ts';
import type { TimeZone } from '../../../ui/formatTime.ts';
import { readWholeNumber } from '../fieldErrors.ts';

/** Rates as they are typed; empty: not limited. */
export interface RateDraft {
  requests_per_minute: string;
  items_per_second: string;
  bytes_per_second: string;
  burst_seconds: string;
}
export type RateName = keyof RateDraft;

/** The largest that the API takes, and what stands beside the field. */
export const RATES: readonly { name: RateName; label: string; max: number; hint: string }[] = [
  { name: 'requests_per_minute', label: 'Requests per minute', max: 1_000_000, hint: 'of every kind' },
  { name: 'items_per_second', label: 'Items per second', max: 1_000_000_000, hint: 'spans, logs, points, events' },
  { name: 'bytes_per_second', label: 'Bytes per second', max: 100_000_000_000, hint: 'of telemetry, as it is sent' },
  { name: 'burst_seconds', label: 'Burst, in seconds', max: 3_600, hint: 'of items and bytes at once; 10 when empty' },
];

export const NAME_CHARS_MAX = 100;

/** Days from now; `never`, or a day that is typed. */
export const EXPIRIES = [
  { value: '7', label: 'in 7 days' },
  { value: '30', label: 'in 30 days' },
  { value: '90', label: 'in 90 days' },
  { value: '365', label: 'in a year' },
  { value: 'never', label: 'never' },
  { value: 'typed', label: 'on a day of my own …' },
] as const;
export type Expiry = (typeof EXPIRIES)[number]['value'];

export interface KeyDraft {
  name: string;
  scopes: Scope[];
  expiry: Expiry;
  expiresOn: string;
  rates: RateDraft;
}

const NO_RATES: RateDraft = { requests_per_minute: '', items_per_second: '', bytes_per_second: '', burst_seconds: '' };
export const emptyDraft = (): KeyDraft => ({ name: '', scopes: ['ingest'], expiry: '90', expiresOn: '', rates: NO_RATES });

export function ratesOf({ rate_limit: limit }: Pick<ApiKey, 'rate_limit'>): RateDraft {
  const text = (value: number | undefined) => (value === undefined ? '' : String(value));
  return Object.fromEntries(RATES.map(({ name }) => [name, text(limit?.[name])])) as unknown as RateDraft;
}

type Built<T> = { body: T } | { errors: FieldError[] };

/** The body that makes the key, or what is wrong with the draft. */
export function buildKey(draft: KeyDraft, zone: TimeZone, nowMs: number): Built<NewApiKey> {
  const name = readName(draft.name);
  const rates = readRates(draft.rates);
  const expiry = readExpiry(draft, zone, nowMs);
  const errors = [...name.errors, ...expiry.errors, ...rates.errors];
  if (draft.scopes.length === 0) errors.push({ pointer: '/scopes', message: 'Choose at least one: a key without a scope may do nothing.' });
  if (errors.length > 0) return { errors };
  return { body: { name: name.value, scopes: draft.scopes, expires_at: expiry.value, rate_limit: rates.value } };
}

/** The body that changes a key, or what is wrong with it. */
export function buildChanges(typedName: string, typedRates: RateDraft): Built<ApiKeyChanges> {
  const name = readName(typedName);
  const rates = readRates(typedRates);
  const errors = [...name.errors, ...rates.errors];
  return errors.length > 0 ? { errors } : { body: { name: name.value, rate_limit: rates.value } };
}

function readName(typed: string): { value: string; errors: FieldError[] } {
  const value = typed.trim();
  const message = value === '' ? 'Give it a name: where it is used, so that one knows what a revoke will stop.' : undefined;
  return { value, errors: message === undefined ? [] : [{ pointer: '/name', message }] };
}

function readRates(typed: RateDraft): { value: KeyRateLimit | null; errors: FieldError[] } {
  const limit: KeyRateLimit = {};
  const errors: FieldError[] = [];
  for (const { name, max } of RATES) {
    if (typed[name].trim() === '') continue;
    const value = readWholeNumber(typed[name], 1, max);
    if (value === null) errors.push({ pointer: `/rate_limit/${name}`, message: `must be a whole number from 1 to ${max.toLocaleString('en-US')}` });
    else limit[name] = value;
  }
  const names = Object.keys(limit);
  if (errors.length === 0 && names.length === 1 && names[0] === 'burst_seconds') {
    errors.push({ pointer: '/rate_limit/burst_seconds', message: 'A burst alone limits nothing: set a rate, or leave it empty.' });
  }
  return { value: names.length === 0 ? null : limit, errors };
}

function readExpiry({ expiry, expiresOn }: KeyDraft, zone: TimeZone, nowMs: number): { value: string | null; errors: FieldError[] } {
  if (expiry === 'never') return { value: null, errors: [] };
  const text = expiry === 'typed' ? readTypedTime(expiresOn, zone) : `now+${expiry}d`;
  const atMs = text === undefined ? undefined : resolveTime(text, nowMs);
  const message = atMs === undefined ? 'Write a day, such as 2027-01-31.' : atMs <= nowMs ? 'It lies in the past.' : undefined;
  if (atMs === undefined || message !== undefined) return { value: null, errors: [{ pointer: '/expires_at', message: message ?? '' }] };
  return { value: new Date(atMs).toISOString(), errors: [] };
}
