/**
 * The states of one group of a rule: inactive → pending → firing → keep_firing → inactive. Pure; time is an argument. Pending and
 * keep-firing are those of Prometheus (`for` and `keep_firing_for`, https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/).
 */
import type { GroupState, NoDataMode } from '@sightglass/contract/alertRule';
import type { Outcome } from '../conditions/observation.ts';

export interface Standing {
  state: 'inactive' | GroupState;
  /** When it came into this state, Unix milliseconds. */
  sinceMs: number;
  /** When an alert of it opened last; null: never. */
  triggeredAtMs: number | null;
}

export interface Timing {
  pendingMs: number;
  keepFiringMs: number;
  /** No alert opens sooner after the last one opened. */
  cooldownMs: number;
  noData: NoDataMode;
}

/** What is to be done about the group's alert. */
export type Effect = 'none' | 'open' | 'close';

export interface Advance {
  next: Standing;
  effect: Effect;
}

export const INACTIVE: Standing = { state: 'inactive', sinceMs: 0, triggeredAtMs: null };

export function advanceGroup(standing: Standing, outcome: Outcome, timing: Timing, nowMs: number): Advance {
  if (outcome === 'breach') return breached(standing, timing, nowMs);
  if (outcome === 'clear') return cleared(standing, timing, nowMs);
  switch (timing.noData) {
    case 'alert':
      return breached(standing, timing, nowMs);
    case 'ok':
      return cleared(standing, timing, nowMs);
    case 'keep':
      return stay(standing);
    case 'resolve':
      return ended(standing, nowMs);
  }
}

const stay = (standing: Standing): Advance => ({ next: standing, effect: 'none' });
const enter = (standing: Standing, state: Standing['state'], nowMs: number, effect: Effect = 'none'): Advance => ({
  next: { ...standing, state, sinceMs: nowMs },
  effect,
});

function breached(standing: Standing, timing: Timing, nowMs: number): Advance {
  switch (standing.state) {
    case 'firing':
      return stay(standing);
    case 'keep_firing':
      return enter(standing, 'firing', nowMs);
    case 'inactive':
      return mayOpen(standing, timing, nowMs, nowMs) ? open(nowMs) : enter(standing, 'pending', nowMs);
    case 'pending':
      return mayOpen(standing, timing, standing.sinceMs, nowMs) ? open(nowMs) : stay(standing);
  }
}

/** Held for long enough, and not within the cooldown of the last alert: until then it stays pending. */
function mayOpen({ triggeredAtMs }: Standing, { pendingMs, cooldownMs }: Timing, heldSinceMs: number, nowMs: number): boolean {
  return nowMs - heldSinceMs >= pendingMs && (triggeredAtMs === null || nowMs - triggeredAtMs >= cooldownMs);
}

const open = (nowMs: number): Advance => ({ next: { state: 'firing', sinceMs: nowMs, triggeredAtMs: nowMs }, effect: 'open' });

function cleared(standing: Standing, { keepFiringMs }: Timing, nowMs: number): Advance {
  switch (standing.state) {
    case 'inactive':
      return stay(standing);
    case 'pending':
      return enter(standing, 'inactive', nowMs);
    case 'firing':
      return keepFiringMs > 0 ? enter(standing, 'keep_firing', nowMs) : ended(standing, nowMs);
    case 'keep_firing':
      return nowMs - standing.sinceMs >= keepFiringMs ? ended(standing, nowMs) : stay(standing);
  }
}

function ended(standing: Standing, nowMs: number): Advance {
  if (standing.state === 'inactive') return stay(standing);
  return enter(standing, 'inactive', nowMs, standing.state === 'pending' ? 'none' : 'close');
}
