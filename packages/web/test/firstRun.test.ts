/** From an empty start to the first trace on screen. */
import { beforeAll, expect, test } from 'vitest';
import { traceRequest } from '../../server/src/receive/testing/traceRequests.ts';
import { createClient } from '../../server/test/program/apiClient.ts';
import { type Program, START_MS_MAX, startProgram } from '../../server/test/program/startProgram.ts';
import { barriers, DESKTOP, expectNoSidewaysScrolling, PHONE, switchTheme, THEMES, type Visit, visit } from './openBrowser.ts';
import { newTraceId, refundTrace } from './shownTraces.ts';

let program: Program;
let person: Visit;
beforeAll(async () => {
  program = await startProgram();
  person = await visit(program.address);
}, START_MS_MAX);

test('whoever is not signed in is told of the printed link', async () => {
  const { page } = person;
  await page.goto('/traces');
  await page.getByRole('heading', { name: 'Sign in to Sightglass' }).waitFor();
  await expect(page.getByText('one-time link').textContent()).resolves.toContain('npm start');
  for (const theme of THEMES) {
    await switchTheme(page, theme);
    expect(await barriers(page)).toEqual([]);
  }
});

test('the printed link signs in and leads to the first run', async () => {
  const { page } = person;
  await page.goto(/http:\S+\/sign-in\/link\?token=\S+/.exec(program.stdout())?.[0] ?? '');
  await page.getByRole('heading', { name: 'Send your first trace' }).waitFor();
  expect(page.url()).toBe(`${program.address}/`);
  expect(await page.getByText(program.address, { exact: true }).count()).toBeGreaterThan(0);
  expect(await page.locator('pre').first().textContent()).toContain(program.address);
  await page.getByText('Waiting for the first trace').waitFor();
});

test('the first run is open to everyone, in both themes and on a phone', async () => {
  const { page } = person;
  for (const theme of THEMES) {
    await switchTheme(page, theme);
    expect(await barriers(page)).toEqual([]);
  }
  await page.setViewportSize(PHONE);
  await expectNoSidewaysScrolling(page);
  await page.setViewportSize(DESKTOP);
});

test('a refused request is shown with the reason and what to change', async () => {
  const { page } = person;
  const wrong = await createClient(program, `sg_${'wrong'.repeat(8)}`).sendSpans(refundTrace());
  expect(wrong.status).toBe(401);
  const refused = page.getByRole('listitem').filter({ hasText: '/v1/traces' });
  await refused.waitFor();
  expect(await refused.textContent()).toMatch(/401.*unknown, revoked or expired.*Create one under Get started/);
  await page.getByText('Waiting for the first trace').waitFor();
});

test('a trace that arrives by any path ends the wait and is one click away', async () => {
  const { page, foreignRequests, faults } = person;
  const traceId = newTraceId();
  // As a LangSmith client sends it: another path, JSON.
  expect((await createClient(program).postJson('/otel/v1/traces', traceRequest(refundTrace({ traceId })))).status).toBe(200);
  await page.getByText(/First trace after \d+ s/).waitFor();
  await page.getByRole('link', { name: 'Open the trace' }).click();
  await page.getByRole('treegrid', { name: 'Spans' }).waitFor();
  expect(page.url()).toContain(`/traces/${traceId}`);
  await page.getByRole('row', { name: /find_order/ }).waitFor();

  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('region', { name: 'Today' }).waitFor();
  expect([foreignRequests, faults]).toEqual([[], []]);
});

test('the test trace of the page arrives like any other', async () => {
  const { page } = person;
  await page.goto('/get-started');
  await page.getByText('Waiting for the next trace').waitFor();
  await page.getByRole('button', { name: 'Send a test trace' }).click();
  await page.getByText(/A trace after \d+ s/).waitFor();
});
