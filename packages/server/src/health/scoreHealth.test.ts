import { readFileSync } from 'node:fs';
import { HEALTH_COMPONENT_POINTS } from '@sightglass/contract/health';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HealthFacts, NO_OPEN_ALERTS, type Outcomes, scoreHealth } from './scoreHealth.ts';

const usd = (dollars: number) => BigInt(Math.round(dollars * 1e6)) * 1_000_000n;
const of = (finished: number, failed = 0): Outcomes => ({ finished, failed });

/** Forty runs that went as always. */
const WELL: HealthFacts = {
  windowHours: 6,
  runs: of(40),
  calls: of(160),
  latencyMsP95: { now: 1200, usual: 1200, since: null },
  costPico: { now: usd(1.4), usual: usd(1.4), since: null },
  heartbeat: { status: 'healthy', lastAgoMs: 12_000, intervalMs: 30_000 },
  guardrailHits: 0,
};

/** As docs/health-score.md works it out. */
const EXAMPLE: HealthFacts = {
  ...WELL,
  runs: of(40, 3),
  latencyMsP95: { now: 2400, usual: 1200, since: '2026-11-17' },
  costPico: { now: usd(2.8), usual: usd(1.4), since: '2026-11-17' },
  guardrailHits: 1,
};

const lostOf = (facts: HealthFacts) => Object.fromEntries(scoreHealth(facts).components.map(({ name, points_lost }) => [name, points_lost]));
const reasonOf = (facts: HealthFacts, component: string) => scoreHealth(facts).components.find(({ name }) => name === component)?.reason;

describe('scoreHealth', () => {
  it('gives 100 to an agent that does as it always did, and says of what it is made', () => {
    expect(scoreHealth(WELL)).toEqual({
      score: 100,
      components: [
        { name: 'success_rate', points_lost: 0, reason: 'None of 40 runs and 160 calls failed' },
        { name: 'latency', points_lost: 0, reason: 'p95 latency 1.2 s, usually 1.2 s' },
        { name: 'cost', points_lost: 0, reason: 'Cost $1.40 in 6 hours, usually $1.40' },
        { name: 'heartbeat', points_lost: 0, reason: 'It says that it is healthy: last heartbeat 12 s ago, usually every 30 s' },
        { name: 'guardrails', points_lost: 0, reason: 'No guardrail was hit in 40 runs' },
      ],
    });
  });

  it('is the worked example of docs/health-score.md', () => {
    expect(scoreHealth(EXAMPLE)).toEqual({
      score: 66,
      components: [
        { name: 'success_rate', points_lost: 16, reason: '3 of 40 runs failed (7.5 %)' },
        { name: 'latency', points_lost: 12, reason: 'p95 latency doubled since Tuesday 17 November: 2.4 s, usually 1.2 s' },
        { name: 'cost', points_lost: 4, reason: 'Cost doubled since Tuesday 17 November: $2.80 in 6 hours, usually $1.40' },
        { name: 'heartbeat', points_lost: 0, reason: 'It says that it is healthy: last heartbeat 12 s ago, usually every 30 s' },
        { name: 'guardrails', points_lost: 2, reason: '1 guardrail hit in 40 runs' },
      ],
    });
  });

  it('loses what the page of docs says, word for word', () => {
    const page = readFileSync(new URL('../../../../docs/health-score.md', import.meta.url), 'utf8');
    const { score: total, components } = scoreHealth(EXAMPLE);
    for (const { points_lost, reason } of components) expect(page).toContain(`| ${points_lost > 0 ? `−${points_lost}` : '0'} | ${reason} |`);
    expect(page).toContain(`The score is **${total}**`);
    for (const points of Object.values(HEALTH_COMPONENT_POINTS)) expect(page).toContain(`| ${points} |`);
  });

  it('gives no score to an agent that did nothing and was not heard of for a day', () => {
    const idle: HealthFacts = { ...WELL, windowHours: null, runs: of(0), calls: of(0), latencyMsP95: null, costPico: null };
    const silentFor = (hours: number) => ({ ...idle, heartbeat: { status: 'silent' as const, lastAgoMs: hours * 3_600_000, intervalMs: 30_000 } });
    expect(scoreHealth({ ...idle, heartbeat: { status: 'unknown', lastAgoMs: null, intervalMs: null } })).toEqual({ score: null, components: [] });
    expect(scoreHealth(silentFor(24.01)).score).toBeNull();
    expect(scoreHealth(silentFor(24)).score).toBe(60);
    expect(scoreHealth(idle)).toMatchObject({ score: 100, components: [{ name: 'heartbeat' }] });
  });

  it.each([
    ['a run of one that failed is no verdict', { runs: of(1, 1), calls: of(0) }, { success_rate: 47 }],
    ['one in a thousand', { runs: of(1000, 1) }, { success_rate: 0 }],
    ['five in a hundred', { runs: of(96, 5) }, { success_rate: 12 }],
    ['just under all points', { runs: of(96, 29) }, { success_rate: 68 }],
    ['all points', { runs: of(96, 30) }, { success_rate: 70 }],
    ['everything failed', { runs: of(96, 96) }, { success_rate: 70 }],
    ['calls fail more than runs', { runs: of(40, 0), calls: of(96, 10) }, { success_rate: 23 }],
    ['a quarter slower is as usual', { latencyMsP95: { now: 1500, usual: 1200, since: null } }, { latency: 0 }],
    ['a little more than that', { latencyMsP95: { now: 1600, usual: 1200, since: null } }, { latency: 1 }],
    ['2.75 times', { latencyMsP95: { now: 3300, usual: 1200, since: null } }, { latency: 24 }],
    ['ten times', { latencyMsP95: { now: 12_000, usual: 1200, since: null } }, { latency: 24 }],
    ['faster', { latencyMsP95: { now: 100, usual: 1200, since: null } }, { latency: 0 }],
    ['nothing usual to compare with', { latencyMsP95: { now: 100, usual: null, since: null } }, { latency: 0 }],
    ['too few calls to say', { latencyMsP95: null }, { latency: undefined }],
    ['half as much again costs nothing', { costPico: { now: usd(2.1), usual: usd(1.4), since: null } }, { cost: 0 }],
    ['three times', { costPico: { now: usd(4.2), usual: usd(1.4), since: null } }, { cost: 12 }],
    ['three times next to nothing', { costPico: { now: usd(0.03), usual: usd(0.01), since: null } }, { cost: 0 }],
    ['the first cost ever', { costPico: { now: usd(5), usual: null, since: null } }, { cost: 0 }],
    ['four fifths of a budget', { budget: { name: 'Support', used: 0.8 } }, { cost: 0 }],
    ['nine tenths', { budget: { name: 'Support', used: 0.9 } }, { cost: 6 }],
    ['over it', { budget: { name: 'Support', used: 1.7 } }, { cost: 12 }],
    ['degraded', { heartbeat: { status: 'degraded', lastAgoMs: 1000, intervalMs: null } }, { heartbeat: 25 }],
    ['silent', { heartbeat: { status: 'silent', lastAgoMs: 120_000, intervalMs: 30_000 } }, { heartbeat: 40 }],
    ['unhealthy', { heartbeat: { status: 'unhealthy', lastAgoMs: 1000, intervalMs: 30_000 } }, { heartbeat: 60 }],
    ['no heartbeats', { heartbeat: { status: 'unknown', lastAgoMs: null, intervalMs: null } }, { heartbeat: undefined }],
    ['a guardrail in every tenth run', { runs: of(96), guardrailHits: 10 }, { guardrails: 10 }],
    ['a critical alert', { openAlerts: { critical: 1, warning: 0, info: 0 } }, { alerts: 20 }],
    ['a warning', { openAlerts: { critical: 0, warning: 1, info: 0 } }, { alerts: 10 }],
    ['an information', { openAlerts: { critical: 0, warning: 0, info: 1 } }, { alerts: 3 }],
    ['a warning and two informations', { openAlerts: { critical: 0, warning: 1, info: 2 } }, { alerts: 16 }],
    ['just under all points', { openAlerts: { critical: 1, warning: 0, info: 3 } }, { alerts: 29 }],
    ['a critical alert and a warning', { openAlerts: { critical: 1, warning: 1, info: 0 } }, { alerts: 30 }],
    ['many alerts', { openAlerts: { critical: 9, warning: 9, info: 9 } }, { alerts: 30 }],
    ['none open', { openAlerts: NO_OPEN_ALERTS }, { alerts: 0 }],
    ['alerts were not looked at', {}, { alerts: undefined }],
  ] satisfies [string, Partial<HealthFacts>, Record<string, number | undefined>][])('%s', (_, changed, expected) => {
    const lost = lostOf({ ...WELL, ...changed });
    for (const [name, points] of Object.entries(expected)) expect(lost[name], name).toBe(points);
  });

  it('says why in words with numbers', () => {
    expect(reasonOf({ ...WELL, latencyMsP95: { now: 1920, usual: 1200, since: '2026-11-20' } }, 'latency')).toBe(
      'p95 latency rose by 60 % since Friday 20 November: 1.9 s, usually 1.2 s',
    );
    expect(reasonOf({ ...WELL, latencyMsP95: { now: 5040, usual: 1200, since: null } }, 'latency')).toBe(
      'p95 latency rose to 4.2 times: 5 s, usually 1.2 s',
    );
    expect(reasonOf({ ...WELL, latencyMsP95: { now: 900, usual: null, since: null } }, 'latency')).toContain('too few earlier days');
    expect(reasonOf({ ...WELL, runs: of(0), calls: of(1204, 13) }, 'success_rate')).toBe('13 of 1,204 calls failed (1.1 %)');
    expect(reasonOf({ ...WELL, heartbeat: { status: 'silent', lastAgoMs: 840_000, intervalMs: 30_000 } }, 'heartbeat')).toBe(
      'It is silent: last heartbeat 14 min ago, usually every 30 s',
    );
    expect(reasonOf({ ...WELL, budget: { name: 'Support', used: 0.95 } }, 'cost')).toBe('95 % of the budget Support is used up');
    expect(reasonOf({ ...WELL, openAlerts: { critical: 1, warning: 2, info: 3 } }, 'alerts')).toBe('Open alerts: 1 critical, 2 warning, 3 info');
    expect(reasonOf({ ...WELL, openAlerts: { critical: 0, warning: 2, info: 0 } }, 'alerts')).toBe('Open alerts: 2 warning');
    expect(reasonOf({ ...WELL, openAlerts: NO_OPEN_ALERTS }, 'alerts')).toBe('No alert is open');
  });

  it('never falls below 0, whatever comes together', () => {
    const all: HealthFacts = {
      ...WELL,
      runs: of(10, 10),
      latencyMsP95: { now: 99_999, usual: 1, since: null },
      costPico: { now: usd(1000), usual: usd(1), since: null },
      heartbeat: { status: 'unhealthy', lastAgoMs: 0, intervalMs: null },
      guardrailHits: 99,
      openAlerts: { critical: 9, warning: 9, info: 0 },
    };
    expect(scoreHealth(all).score).toBe(0);
    expect(lostOf(all)).toEqual(HEALTH_COMPONENT_POINTS);
  });
});

const outcomes = fc.tuple(fc.nat(5_000), fc.nat(5_000)).map(([succeeded, failed]) => of(succeeded + failed, failed));
const facts: fc.Arbitrary<HealthFacts> = fc.record({
  windowHours: fc.constantFrom(6, 24),
  runs: outcomes,
  calls: outcomes,
  latencyMsP95: fc.option(fc.record({ now: fc.nat(1e6), usual: fc.option(fc.nat(1e6)), since: fc.constant(null) })),
  costPico: fc.option(fc.record({ now: fc.bigInt(0n, 10n ** 16n), usual: fc.option(fc.bigInt(0n, 10n ** 16n)), since: fc.constant(null) })),
  heartbeat: fc.record({
    status: fc.constantFrom('healthy', 'degraded', 'unhealthy', 'silent'),
    lastAgoMs: fc.nat(86_400_000),
    intervalMs: fc.option(fc.nat(600_000)),
  }),
  guardrailHits: fc.nat(500),
});
const score = (of: HealthFacts) => scoreHealth(of).score ?? 100;

describe('a score', () => {
  it('is a whole number from 0 to 100, and what the points lost leave of 100', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { score: value, components } = scoreHealth(given);
        const lost = components.reduce((sum, { points_lost }) => sum + points_lost, 0);
        return (
          Number.isInteger(value) && value === Math.max(0, 100 - lost) && components.every(({ reason }) => !/NaN|Infinity|undefined/.test(reason))
        );
      }),
    );
  });

  it.each([
    ['more failed runs', ({ runs, ...rest }: HealthFacts, n: number) => ({ ...rest, runs: of(runs.finished + n, runs.failed + n) })],
    ['more failed calls', ({ calls, ...rest }: HealthFacts, n: number) => ({ ...rest, calls: of(calls.finished + n, calls.failed + n) })],
    [
      'runs that fail instead of ending well',
      ({ runs, ...rest }: HealthFacts, n: number) => ({ ...rest, runs: of(runs.finished, Math.min(runs.finished, runs.failed + n)) }),
    ],
    [
      'a higher latency',
      ({ latencyMsP95, ...rest }: HealthFacts, n: number) => ({
        ...rest,
        latencyMsP95: latencyMsP95 && { ...latencyMsP95, now: latencyMsP95.now + n },
      }),
    ],
    [
      'a higher cost',
      ({ costPico, ...rest }: HealthFacts, n: number) => ({
        ...rest,
        costPico: costPico && { ...costPico, now: costPico.now + BigInt(n) * 10n ** 9n },
      }),
    ],
    ['more guardrail hits', (given: HealthFacts, n: number) => ({ ...given, guardrailHits: given.guardrailHits + n })],
    ['more open alerts', (given: HealthFacts, n: number) => ({ ...given, openAlerts: { critical: 0, warning: n, info: 0 } })],
  ])('is never raised by %s', (_, worse) => {
    fc.assert(fc.property(facts, fc.integer({ min: 1, max: 2_000 }), (given, n) => score(worse(given, n)) <= score(given)));
  });
});
