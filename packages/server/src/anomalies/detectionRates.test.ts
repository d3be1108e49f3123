/**
 * How often incidents are seen, and how often chance is taken for one, measured over seeded series. `DETECTION_SEEDS=20 npx vitest run …`
 * prints the tables of docs/anomalies.md.
 */
import { describe, expect, it } from 'vitest';
import { detected, falseAlarmsPerMonth } from './testing/detectionRates.ts';
import type { Incident, Told } from './testing/generatedSeries.ts';

const SEEDS = Number(process.env.DETECTION_SEEDS ?? 0);
const MEASURES: readonly Told[] = ['calls', 'cost_usd', 'error_rate', 'llm_latency_ms_p95'];
const VOLUMES = [3, 60, 1_000] as const;

describe('where nothing happens', () => {
  it.each([
    ['calls', 3, 5, 0.5],
    ['calls', 60, 5, 1],
    ['cost_usd', 3, 5, 5],
    ['cost_usd', 60, 5, 4],
    ['error_rate', 3, 5, 0.5],
    ['error_rate', 60, 5, 0.5],
    ['error_rate', 60, 7, 2],
    ['llm_latency_ms_p95', 3, 5, 1],
    ['llm_latency_ms_p95', 60, 5, 1.5],
    ['calls', 60, 1, 0],
    ['cost_usd', 60, 1, 0.5],
  ] as const)('%s of %i calls an hour at sensitivity %i: at most %d false alarms a month', (what, perHour, sensitivity, most) => {
    expect(falseAlarmsPerMonth(what, perHour, sensitivity, 6)).toBeLessThanOrEqual(most);
  });
});

const INCIDENTS: readonly [Told, string, Omit<Incident, 'from'>][] = [
  ['calls', 'no calls at all', { hours: 3, callsTimes: 0 }],
  ['calls', 'half', { hours: 3, callsTimes: 0.5 }],
  ['calls', 'twice', { hours: 3, callsTimes: 2 }],
  ['calls', 'three times', { hours: 3, callsTimes: 3 }],
  ['cost_usd', 'twice', { hours: 3, callsTimes: 2 }],
  ['cost_usd', 'three times', { hours: 3, callsTimes: 3 }],
  ['error_rate', '10 % fail', { hours: 3, errorShare: 0.1 }],
  ['error_rate', '30 % fail', { hours: 3, errorShare: 0.3 }],
  ['llm_latency_ms_p95', 'half as long again', { hours: 3, latencyTimes: 1.5 }],
  ['llm_latency_ms_p95', 'twice', { hours: 3, latencyTimes: 2 }],
  ['llm_latency_ms_p95', 'three times', { hours: 3, latencyTimes: 3 }],
];

describe('where something happens', () => {
  it.each([
    ['calls', 60, 0.9, { hours: 3, callsTimes: 0 }],
    ['calls', 60, 0.9, { hours: 3, callsTimes: 3 }],
    ['cost_usd', 60, 0.7, { hours: 3, callsTimes: 3 }],
    ['error_rate', 60, 0.8, { hours: 3, errorShare: 0.3 }],
    ['llm_latency_ms_p95', 60, 0.9, { hours: 3, latencyTimes: 3 }],
  ] as const)('%s of %i calls an hour: at least %d of incidents of three hours are seen', (what, perHour, least, incident) => {
    expect(detected(what, perHour, 5, 10, incident)).toBeGreaterThanOrEqual(least);
  });
});

describe.runIf(SEEDS > 0)('tables', () => {
  it('of false alarms a month', { timeout: 900_000 }, () => {
    const sensitivities = [1, 3, 5, 7, 9, 10];
    for (const what of MEASURES) {
      for (const perHour of VOLUMES) {
        const rates = sensitivities.map((sensitivity) => falseAlarmsPerMonth(what, perHour, sensitivity, SEEDS).toFixed(1));
        expect(rates).toHaveLength(sensitivities.length);
        process.stdout.write(`| ${[what, perHour, ...rates].join(' | ')} |\n`);
      }
    }
  });

  it('of incidents that are seen', { timeout: 900_000 }, () => {
    for (const [what, words, incident] of INCIDENTS) {
      const rates = VOLUMES.flatMap((perHour) =>
        [3, 5, 7].map((sensitivity) => `${Math.round(100 * detected(what, perHour, sensitivity, SEEDS, incident))} %`),
      );
      expect(rates).toHaveLength(3 * VOLUMES.length);
      process.stdout.write(`| ${[what, words, ...rates].join(' | ')} |\n`);
    }
  });
});
