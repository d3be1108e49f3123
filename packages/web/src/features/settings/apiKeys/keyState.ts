import { type Permission, PERMISSIONS, type Scope } from '@sightglass/contract/permissions';
import type { ApiKey, KeyRateLimit } from '@sightglass/contract/routes/apiKeys';
import { formatCount } from '../../../ui/formatCount.ts';
import { epochMs } from '../../../ui/formatTime.ts';
import type { Tone } from '../../../ui/Tag.tsx';

const DAY_MS = 86_400_000;
const SOON_MS = 7 * DAY_MS;

export type KeyState = 'active' | 'expires soon' | 'expired' | 'revoked';

export const KEY_STATE_TONES: Readonly<Record<KeyState, Tone>> = { active: 'ok', 'expires soon': 'warn', expired: 'plain', revoked: 'crit' };

export function keyStateOf({ revoked_at, expires_at }: Pick<ApiKey, 'revoked_at' | 'expires_at'>, nowMs: number): KeyState {
  if (revoked_at !== null) return 'revoked';
  if (expires_at === null) return 'active';
  const leftMs = epochMs(expires_at) - nowMs;
  return leftMs <= 0 ? 'expired' : leftMs <= SOON_MS ? 'expires soon' : 'active';
}

/** Whether requests with the key are taken. */
export const works = (state: KeyState): boolean => state === 'active' || state === 'expires soon';

/** What a key may do with a scope, from the one table of permissions. */
export function scopeWords(scope: Scope): string {
  const held = (Object.keys(PERMISSIONS) as Permission[]).filter((name) => (PERMISSIONS[name].scopes as readonly Scope[]).includes(scope));
  return held.map((name) => PERMISSIONS[name].about).join('. ');
}

/** `60 requests/min, 100 items/s`; a dash where nothing is limited is the caller's. */
export function rateLimitWords(limit: KeyRateLimit): string {
  const parts = [
    limit.requests_per_minute === undefined ? '' : `${formatCount(limit.requests_per_minute)} requests/min`,
    limit.items_per_second === undefined ? '' : `${formatCount(limit.items_per_second)} items/s`,
    limit.bytes_per_second === undefined ? '' : `${formatCount(limit.bytes_per_second)} bytes/s`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}
