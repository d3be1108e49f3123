/** The transition table, and timelines of every no-data mode. */
import type { NoDataMode } from '@sightglass/contract/alertRule';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../conditions/observation.ts';
import { advanceGroup, INACTIVE, type Standing, type Timing } from './advanceGroup.ts';

const MINUTE_MS = 60_000;
const NOW_MS = 1_000 * MINUTE_MS;
const timing = (more: Partial<Timing> = {}): Timing => ({ pendingMs: 0, keepFiringMs: 0, cooldownMs: 0, noData: 'keep', ...more });
const standing = (state: Standing['state'], minutesAgo: number, triggeredMinutesAgo: number | null = null): Standing => ({
  state,
  sinceMs: NOW_MS - minutesAgo * MINUTE_MS,
  triggeredAtMs: triggeredMinutesAgo === null ? null : NOW_MS - triggeredMinutesAgo * MINUTE_MS,
});

type Row = [string, Standing, Outcome, Partial<Timing>, Standing['state'], 'none' | 'open' | 'close', 'now' | 'kept'];
const pendingMs = 5 * MINUTE_MS;
const keepFiringMs = 5 * MINUTE_MS;
const cooldownMs = 30 * MINUTE_MS;

test.each<Row>([
  ['inactive, breach', standing('inactive', 9), 'breach', {}, 'firing', 'open', 'now'],
  ['inactive, breach that must hold', standing('inactive', 9), 'breach', { pendingMs }, 'pending', 'none', 'now'],
  ['inactive, breach within the cooldown', standing('inactive', 9, 29), 'breach', { cooldownMs }, 'pending', 'none', 'now'],
  ['inactive, breach at the end of the cooldown', standing('inactive', 9, 30), 'breach', { cooldownMs }, 'firing', 'open', 'now'],
  ['inactive, clear', standing('inactive', 9), 'clear', {}, 'inactive', 'none', 'kept'],
  ['pending, breach too short', standing('pending', 4.9), 'breach', { pendingMs }, 'pending', 'none', 'kept'],
  ['pending, breach long enough', standing('pending', 5), 'breach', { pendingMs }, 'firing', 'open', 'now'],
  ['pending, breach long enough within the cooldown', standing('pending', 10, 20), 'breach', { pendingMs, cooldownMs }, 'pending', 'none', 'kept'],
  ['pending, breach, the cooldown is over', standing('pending', 10, 30), 'breach', { pendingMs, cooldownMs }, 'firing', 'open', 'now'],
  ['pending, clear', standing('pending', 4), 'clear', { pendingMs }, 'inactive', 'none', 'now'],
  ['firing, breach', standing('firing', 50, 50), 'breach', { cooldownMs }, 'firing', 'none', 'kept'],
  ['firing, clear', standing('firing', 50, 50), 'clear', {}, 'inactive', 'close', 'now'],
  ['firing, clear that is kept', standing('firing', 50, 50), 'clear', { keepFiringMs }, 'keep_firing', 'none', 'now'],
  ['kept firing, clear too short', standing('keep_firing', 4.9, 50), 'clear', { keepFiringMs }, 'keep_firing', 'none', 'kept'],
  ['kept firing, clear long enough', standing('keep_firing', 5, 50), 'clear', { keepFiringMs }, 'inactive', 'close', 'now'],
  ['kept firing, breach again', standing('keep_firing', 4, 50), 'breach', { keepFiringMs, cooldownMs }, 'firing', 'none', 'now'],
  // No data.
  ['inactive, no data, keep', standing('inactive', 9), 'no_data', { noData: 'keep' }, 'inactive', 'none', 'kept'],
  ['pending, no data, keep', standing('pending', 9), 'no_data', { noData: 'keep', pendingMs }, 'pending', 'none', 'kept'],
  ['firing, no data, keep', standing('firing', 9, 9), 'no_data', { noData: 'keep' }, 'firing', 'none', 'kept'],
  ['kept firing, no data, keep', standing('keep_firing', 9, 9), 'no_data', { noData: 'keep', keepFiringMs }, 'keep_firing', 'none', 'kept'],
  ['inactive, no data, alert', standing('inactive', 9), 'no_data', { noData: 'alert' }, 'firing', 'open', 'now'],
  ['pending, no data, alert', standing('pending', 5), 'no_data', { noData: 'alert', pendingMs }, 'firing', 'open', 'now'],
  ['firing, no data, alert', standing('firing', 9, 9), 'no_data', { noData: 'alert' }, 'firing', 'none', 'kept'],
  ['pending, no data, ok', standing('pending', 9), 'no_data', { noData: 'ok', pendingMs }, 'inactive', 'none', 'now'],
  ['firing, no data, ok', standing('firing', 9, 9), 'no_data', { noData: 'ok' }, 'inactive', 'close', 'now'],
  ['firing, no data, ok, kept', standing('firing', 9, 9), 'no_data', { noData: 'ok', keepFiringMs }, 'keep_firing', 'none', 'now'],
  ['inactive, no data, resolve', standing('inactive', 9), 'no_data', { noData: 'resolve' }, 'inactive', 'none', 'kept'],
  ['pending, no data, resolve', standing('pending', 9), 'no_data', { noData: 'resolve' }, 'inactive', 'none', 'now'],
  ['firing, no data, resolve', standing('firing', 9, 9), 'no_data', { noData: 'resolve', keepFiringMs }, 'inactive', 'close', 'now'],
  ['kept firing, no data, resolve', standing('keep_firing', 1, 9), 'no_data', { noData: 'resolve', keepFiringMs }, 'inactive', 'close', 'now'],
])('%s', (_, before, outcome, times, state, effect, since) => {
  const advance = advanceGroup(before, outcome, timing(times), NOW_MS);
  expect(advance).toEqual({
    next: { state, sinceMs: since === 'now' ? NOW_MS : before.sinceMs, triggeredAtMs: effect === 'open' ? NOW_MS : before.triggeredAtMs },
    effect,
  });
});

/** One letter a minute: b breach, c clear, . no data. Answers one letter a minute: i, p, F (opens), f, k, R (closes). */
function timeline(outcomes: string, times: Partial<Timing>): string {
  let at: Standing = INACTIVE;
  let minute = 0;
  return [...outcomes]
    .map((letter) => {
      const outcome = letter === 'b' ? 'breach' : letter === 'c' ? 'clear' : 'no_data';
      const { next, effect } = advanceGroup(at, outcome, timing(times), (1_000_000 + minute++) * MINUTE_MS);
      at = next;
      if (effect !== 'none') return effect === 'open' ? 'F' : 'R';
      return { inactive: 'i', pending: 'p', firing: 'f', keep_firing: 'k' }[next.state];
    })
    .join('');
}

describe('timelines', () => {
  test.each<[string, string, Partial<Timing>, string]>([
    ['opens and closes at once', 'cbbcc', {}, 'iFfRi'],
    ['flapping opens again only after the cooldown', 'bcbcbcbbbb', { cooldownMs: 8 * MINUTE_MS }, 'FRpipippFf'],
    ['a short spike never opens', 'bbcbbc', { pendingMs: 2 * MINUTE_MS }, 'ppippi'],
    ['a long one does', 'bbbbc', { pendingMs: 2 * MINUTE_MS }, 'ppFfR'],
    ['kept firing over a gap', 'bcbccc', { keepFiringMs: 2 * MINUTE_MS }, 'FkfkkR'],
    ['silence keeps', 'b...c...', { noData: 'keep' }, 'FfffRiii'],
    ['silence alerts', 'c..b.c', { noData: 'alert' }, 'iFfffR'],
    ['silence is well', 'b.b.', { noData: 'ok' }, 'FRFR'],
    ['silence ends at once', 'b.b.', { noData: 'resolve', keepFiringMs: 9 * MINUTE_MS }, 'FRFR'],
    ['silence does not make pending true', 'b......b', { noData: 'keep', pendingMs: 3 * MINUTE_MS }, 'pppppppF'],
  ])('%s', (_, outcomes, times, states) => {
    expect(timeline(outcomes, times)).toBe(states);
  });
});

test('whatever comes, an alert opens and closes in turn, never within the cooldown, and never sooner than pending', () => {
  const modes: NoDataMode[] = ['ok', 'alert', 'keep', 'resolve'];
  fc.assert(
    fc.property(
      fc.array(fc.record({ outcome: fc.constantFrom<Outcome>('breach', 'clear', 'no_data'), stepMs: fc.integer({ min: 1, max: 20 * MINUTE_MS }) }), {
        maxLength: 60,
      }),
      fc.record({
        pendingMs: fc.constantFrom(0, 5 * MINUTE_MS),
        keepFiringMs: fc.constantFrom(0, 7 * MINUTE_MS),
        cooldownMs: fc.constantFrom(0, 30 * MINUTE_MS),
        noData: fc.constantFrom(...modes),
      }),
      (steps, times) => {
        let at: Standing = INACTIVE;
        let nowMs = NOW_MS;
        let isOpen = false;
        let openedMs: number | null = null;
        let heldSinceMs: number | null = null;
        for (const { outcome, stepMs } of steps) {
          nowMs += stepMs;
          const isBreach = outcome === 'breach' || (outcome === 'no_data' && times.noData === 'alert');
          if (isBreach) heldSinceMs ??= nowMs;
          else if (outcome === 'clear' || times.noData !== 'keep') heldSinceMs = null;
          const { next, effect } = advanceGroup(at, outcome, times, nowMs);
          if (effect === 'open') {
            expect(isOpen).toBe(false);
            if (openedMs !== null) expect(nowMs - openedMs).toBeGreaterThanOrEqual(times.cooldownMs);
            expect(nowMs - (heldSinceMs ?? Number.NaN)).toBeGreaterThanOrEqual(times.pendingMs);
            [isOpen, openedMs] = [true, nowMs];
          }
          if (effect === 'close') {
            expect(isOpen).toBe(true);
            isOpen = false;
          }
          expect(next.state === 'firing' || next.state === 'keep_firing').toBe(isOpen);
          at = next;
        }
      },
    ),
    { numRuns: 2_000 },
  );
});
