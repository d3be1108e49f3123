import { describe, expect, it } from 'vitest';
import { type AgentHour, factsOfHours } from './agentHours.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Friday noon in UTC, 13:00 in Vienna. */
const NOW = Date.UTC(2026, 10, 20, 12);

const hour = (hoursAgo: number, fields: Partial<AgentHour> = {}): AgentHour => ({
  startMs: NOW - hoursAgo * HOUR_MS,
  calls: 30,
  failedCalls: 0,
  finishedRuns: 10,
  failedRuns: 0,
  costPico: 1_000n,
  latencyMsP95: 1_000,
  guardrailHits: 0,
  ...fields,
});
/** The same hour of each of some days, `from` days ago to `to` days ago. */
const daily = (from: number, to: number, hoursAgo: number, fields: Partial<AgentHour> = {}) =>
  Array.from({ length: to - from + 1 }, (_, i) => hour(hoursAgo + (from + i) * 24, fields));

describe('factsOfHours', () => {
  it('judges the last 6 hours of a busy agent, the last 24 of any other', () => {
    const busy = [hour(1, { failedRuns: 2 }), hour(6), hour(7, { failedRuns: 10 })];
    expect(factsOfHours(busy, NOW, 'UTC')).toMatchObject({ windowHours: 6, runs: { finished: 20, failed: 2 }, calls: { finished: 60, failed: 0 } });
    const quiet = [hour(1, { calls: 3, finishedRuns: 1 }), hour(24, { calls: 4, failedCalls: 1, finishedRuns: 1, failedRuns: 1 }), hour(25)];
    expect(factsOfHours(quiet, NOW, 'UTC')).toMatchObject({ windowHours: 24, runs: { finished: 2, failed: 1 }, calls: { finished: 7, failed: 1 } });
    expect(factsOfHours([hour(1, { calls: 19, finishedRuns: 0 })], NOW, 'UTC').windowHours).toBe(24);
    expect(factsOfHours([hour(1, { calls: 20, finishedRuns: 0 })], NOW, 'UTC').windowHours).toBe(6);
  });

  it('has the hour that has begun in the window', () => {
    const facts = factsOfHours([hour(0), hour(6), hour(7)], NOW + 20 * 60_000, 'UTC');
    expect(facts).toMatchObject({ windowHours: 6, runs: { finished: 20 } });
  });

  it('knows nothing of an agent that did nothing', () => {
    const nothing = {
      windowHours: null,
      runs: { finished: 0, failed: 0 },
      calls: { finished: 0, failed: 0 },
      latencyMsP95: null,
      costPico: null,
      guardrailHits: 0,
    };
    expect(factsOfHours([], NOW, 'UTC')).toEqual(nothing);
    expect(factsOfHours(daily(1, 28, 2), NOW, 'UTC')).toEqual(nothing);
  });

  it('takes the median of the same hours of earlier days for usual, so that bad days do not make a habit', () => {
    const hours = [
      hour(2),
      ...daily(1, 10, 2),
      ...daily(11, 13, 2, { latencyMsP95: 60_000, costPico: 900_000n }),
      ...daily(1, 13, 9, { latencyMsP95: 9 }),
    ];
    const facts = factsOfHours(hours, NOW, 'UTC');
    expect(facts.latencyMsP95).toEqual({ now: 1_000, usual: 1_000, since: null });
    expect(facts.costPico).toEqual({ now: 1_000n, usual: 1_000n, since: null });
  });

  it('has nothing usual while there are fewer than five earlier days', () => {
    expect(factsOfHours([hour(2), ...daily(1, 4, 2)], NOW, 'UTC')).toMatchObject({ latencyMsP95: { usual: null }, costPico: { usual: null } });
    expect(factsOfHours([hour(2), ...daily(1, 5, 2)], NOW, 'UTC')).toMatchObject({ latencyMsP95: { usual: 1_000 }, costPico: { usual: 1_000n } });
  });

  it('counts days without cost from the first that had one', () => {
    const everyThird = [hour(2), ...[3, 6, 9, 12, 15].map((day) => hour(2 + day * 24))];
    expect(factsOfHours(everyThird, NOW, 'UTC').costPico).toEqual({ now: 1_000n, usual: 0n, since: null });
  });

  it('weighs the hours of a day by their calls: a bad hour at night is no bad day', () => {
    const hours = [hour(1, { calls: 2, latencyMsP95: 50_000 }), hour(2), hour(3), ...daily(1, 9, 2)];
    expect(factsOfHours(hours, NOW, 'UTC').latencyMsP95).toMatchObject({ now: 1_000 });
  });

  it('says nothing of the latency of fewer than five calls', () => {
    const few = (calls: number) => factsOfHours([hour(2, { calls, finishedRuns: 0 }), ...daily(1, 9, 2)], NOW, 'UTC').latencyMsP95;
    expect(few(4)).toBeNull();
    expect(few(5)).toMatchObject({ now: 1_000 });
  });

  it.each([
    ['today', 0, '2026-11-20'],
    ['Tuesday', 3, '2026-11-17'],
    ['two weeks ago', 13, '2026-11-07'],
  ])('finds the day on which it changed: %s', (_, daysAgo, since) => {
    const slow = { latencyMsP95: 2_000, costPico: 3_000n };
    const facts = factsOfHours([hour(2, slow), ...daily(1, daysAgo, 2, slow), ...daily(daysAgo + 1, 28, 2)], NOW, 'UTC');
    expect(facts.latencyMsP95).toEqual({ now: 2_000, usual: 1_000, since });
    expect(facts.costPico).toEqual({ now: 3_000n, usual: 1_000n, since });
  });

  it('is not led astray by a slow day long ago, nor by days without calls in between', () => {
    const slow = { latencyMsP95: 2_000 };
    const hours = [hour(2, slow), hour(2 + 3 * 24, slow), ...daily(4, 8, 2), hour(2 + 9 * 24, slow), ...daily(10, 28, 2)];
    expect(factsOfHours(hours, NOW, 'UTC').latencyMsP95).toEqual({ now: 2_000, usual: 1_000, since: '2026-11-17' });
  });

  it('names days by the calendar of the workspace', () => {
    const atMs = Date.UTC(2026, 10, 20, 23, 30);
    const slow = [{ ...hour(0, { latencyMsP95: 2_000 }), startMs: atMs - 2 * HOUR_MS - 30 * 60_000 }];
    const usual = Array.from({ length: 9 }, (_, i) => ({ ...hour(0), startMs: (slow[0]?.startMs ?? 0) - (i + 1) * DAY_MS }));
    expect(factsOfHours([...slow, ...usual], atMs, 'UTC').latencyMsP95?.since).toBe('2026-11-20');
    expect(factsOfHours([...slow, ...usual], atMs, 'Europe/Vienna').latencyMsP95?.since).toBe('2026-11-21');
  });
});
