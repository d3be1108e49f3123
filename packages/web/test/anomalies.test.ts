/** The page of anomalies on five weeks of telemetry, of which the last full hour was dear. */
import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AnomalyPage } from '@sightglass/contract/routes/anomalies';
import { type MadeSpan, START_MS } from '../../server/src/receive/testing/traceRequests.ts';
import { type Client, createClient, eventually, everythingSettled } from '../../server/test/program/apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from '../../server/test/program/startProgram.ts';
import {
  barriers,
  DESKTOP,
  expectNoSidewaysScrolling,
  PHONE,
  signInWithPassword,
  switchTheme,
  THEMES,
  visit,
  type VisitOptions,
} from './openBrowser.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const HOURS = 5 * 168;
const SPANS_PER_REQUEST = 5_000;
/** An hour is judged two minutes after its end. */
const LAST_HOUR_MS = Math.floor((Date.now() - 2 * MINUTE_MS) / HOUR_MS) * HOUR_MS - HOUR_MS;

/** A page that is drawn anew may show the old text for a moment, longer on a busy machine. */
const WAITING = { timeout: 15_000 };

let program: Program;
let client: Client;
let cookies: NonNullable<VisitOptions['cookies']>;

/** Six calls an hour by night, twelve by day. */
function callsOf(hoursAgo: number): MadeSpan[] {
  const startMs = LAST_HOUR_MS - hoursAgo * HOUR_MS;
  const clock = new Date(startMs).getUTCHours();
  const tokens = hoursAgo === 0 ? 900_000 : 4_000 + 100 * (hoursAgo % 5);
  return Array.from({ length: clock >= 7 && clock < 19 ? 12 : 6 }, (_, call) => ({
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    name: 'chat',
    atMs: startMs - START_MS + call * 4 * MINUTE_MS,
    durationMs: 900 + 40 * ((hoursAgo * 7 + call) % 9),
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.response.model': 'gpt-4o',
      'gen_ai.agent.name': 'planner',
      'gen_ai.usage.input_tokens': tokens,
      'gen_ai.usage.output_tokens': 200,
    },
  }));
}

beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  client = createClient(program, OWNER.key);
  const spans = Array.from({ length: HOURS }, (_, hour) => callsOf(HOURS - 1 - hour)).flat();
  for (let i = 0; i < spans.length; i += SPANS_PER_REQUEST) expect((await client.sendSpans(spans.slice(i, i + SPANS_PER_REQUEST))).status).toBe(200);
  await everythingSettled(client);
  await eventually(async () => expect((await client.get<AnomalyPage>('/api/obs/anomalies')).items.length).toBeGreaterThan(0), START_MS_MAX);
  cookies = await signInWithPassword(program.address);
}, 4 * START_MS_MAX);

describe('the page of anomalies', () => {
  test('tells what was unusual, shows its hours, and leads to a rule that watches them', async () => {
    const { page, context, faults } = await visit(program.address, { cookies });
    await page.goto('/alerts/anomalies');
    const found = page.getByRole('region', { name: 'Unusual hours' });
    await found.getByRole('rowheader', { name: 'Cost' }).first().waitFor();
    await found.getByText('1 hour').first().waitFor();
    await found
      .getByText(/times as much/)
      .first()
      .waitFor();
    await found
      .getByRole('row', { name: /planner/ })
      .getByRole('button', { name: 'Cost' })
      .click();
    await expect.poll(() => new URL(page.url()).searchParams.get('agent_id'), WAITING).toBe('planner');
    const hours = page.getByRole('region', { name: 'Cost, hour by hour' });
    await hours.getByText('A rule of sensitivity 5 would have fired once in the last 30 days.').waitFor();
    await page.getByLabel('Sensitivity', { exact: true }).selectOption('3');
    await hours.getByText('A rule of sensitivity 3 would have fired once').waitFor();
    await hours.getByRole('link', { name: 'Create a rule' }).click();
    await page.waitForURL(/\/alerts\/rules\/new\?/);
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toMatchObject({
      kind: 'anomaly',
      measure: 'cost_usd',
      sensitivity: '3',
      agent_id: 'planner',
    });
    expect(faults).toEqual([]);
    await context.close();
  });

  test('looks ahead to a threshold, and proposes rules', async () => {
    const { page, context } = await visit(program.address, { cookies });
    await page.goto('/alerts/anomalies?measure=calls');
    const crossing = page.getByRole('region', { name: 'When will it cross a threshold?' });
    await crossing.getByLabel('Threshold of a day').fill('dear');
    await crossing.getByText('Write a number').waitFor();
    await crossing.getByLabel('Threshold of a day').fill('100000');
    await crossing.getByRole('button', { name: 'Look ahead' }).click();
    await crossing.getByText('No crossing is in sight within 30 days.').waitFor();
    const proposed = page.getByRole('region', { name: 'Proposed rules' });
    await proposed.getByText('Unusual cost').waitFor();
    const link = proposed.getByRole('listitem').filter({ hasText: 'Unusual calls' }).getByRole('link', { name: 'Look and create' });
    await expect.poll(() => link.getAttribute('href'), WAITING).toContain('measure=calls');
    await context.close();
  });

  test('says what it does not know', async () => {
    const { page, context } = await visit(program.address, { cookies });
    await page.goto('/alerts/anomalies?measure=nothing_of_this_name&from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z');
    await page.getByText('There is too little past to tell what is usual').waitFor();
    await page.getByText('There is no measure of this name', { exact: true }).waitFor();
    await page.getByRole('alert').getByText('there is no measure').waitFor();
    await context.close();
  });

  test('fits a phone, and keeps no one out in either theme', async () => {
    const { page, context } = await visit(program.address, { cookies, viewport: PHONE });
    await page.goto('/alerts/anomalies?threshold=1000');
    await page
      .getByText(/would have fired once in the last/)
      .first()
      .waitFor();
    await page.getByText('No crossing is in sight').waitFor();
    await page.getByText('Unusual calls').waitFor();
    await expectNoSidewaysScrolling(page);
    await expect.poll(() => barriers(page), WAITING).toEqual([]);
    await page.setViewportSize(DESKTOP);
    for (const theme of THEMES) {
      await switchTheme(page, theme);
      await expect.poll(() => barriers(page), WAITING).toEqual([]);
    }
    await context.close();
  });
});
