/** What would save most, as a person reads it. */
import { beforeAll, expect, test } from 'vitest';
import { wastefulCalls } from '../../server/src/costRecommendations/testing/wastefulCalls.ts';
import { createClient, everythingSettled } from '../../server/test/program/apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from '../../server/test/program/startProgram.ts';
import { barriers, expectNoSidewaysScrolling, PHONE, signInWithPassword, switchTheme, THEMES, type Visit, visit } from './openBrowser.ts';
import { ago } from './shownTraces.ts';

const NARROW_WINDOW = { width: 700, height: 900 };
let program: Program;
let person: Visit;
beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  person = await visit(program.address, { cookies: await signInWithPassword(program.address) });
}, START_MS_MAX);

test('before a model was called it says so', async () => {
  const { page } = person;
  await page.goto('/costs/savings');
  await page.getByText('No model was called in the last 30 days').waitFor();
  await page.getByRole('navigation', { name: 'Costs' }).getByRole('link', { name: 'Savings', exact: true }).waitFor();
});

test('each saving has its amount, its evidence and its traces', { timeout: START_MS_MAX }, async () => {
  const { page, faults } = person;
  const client = createClient(program, OWNER.key);
  expect((await client.sendSpans(wastefulCalls({ atMs: ago(3_600_000) }))).status).toBe(200);
  await everythingSettled(client);
  await page.goto('/costs/savings');
  const list = page.getByRole('list', { name: 'Recommendations, the largest saving first' });
  await list.getByRole('article').first().waitFor();
  const titles = await list.getByRole('heading').allInnerTexts();
  expect(titles.slice(0, 2)).toEqual(['planner could use gpt-4o-mini instead of gpt-4o', 'writer could use gpt-4o-mini instead of gpt-4o']);
  expect(titles).toHaveLength(8);

  const failed = page.getByRole('article', { name: 'flaky pays for calls of gpt-4o that fail' });
  expect(await failed.innerText()).toMatch(
    /39 calls for \$0\.176 in 30 days[\s\S]*\$0\.0675 a month[\s\S]*not tried again\s+15[\s\S]*Assumed: The failures can all be avoided/,
  );
  await failed.getByRole('link', { name: /^Show traces/ }).click();
  await page.waitForURL(/\/traces\?.*agent_id=flaky.*status=error/);
  await page.getByRole('gridcell').first().waitFor();
  await page.goBack();

  await page
    .getByRole('article', { name: /lets gpt-4o write/ })
    .getByText('no saving claimed')
    .waitFor();
  await page.getByLabel('Judged over').selectOption('14');
  await page.waitForURL(/days=14/);
  await failed.getByText('in 14 days').waitFor();
  expect(await failed.innerText()).toContain('$0.145 a month');
  await page
    .getByRole('region', { name: /Not enough data to judge/ })
    .getByText('Cheaper model')
    .first()
    .waitFor();
  expect(faults).toEqual([]);
});

test('it fits narrow windows and keeps no one out in either theme', async () => {
  const { page } = person;
  for (const window of [NARROW_WINDOW, PHONE]) {
    await page.setViewportSize(window);
    await page.goto('/costs/savings');
    await page.getByRole('article').first().waitFor();
    await expectNoSidewaysScrolling(page);
    for (const theme of THEMES) {
      await switchTheme(page, theme);
      expect(await barriers(page)).toEqual([]);
    }
  }
});

test('a server that fails is told, with a way to try again', async () => {
  const { page } = person;
  const problem = '{"code":"query-too-expensive","title":"The query needs more time or memory than it may use"}';
  await page.route('**/api/obs/costs/recommendations*', (route) =>
    route.fulfill({ status: 422, contentType: 'application/problem+json', body: problem }),
  );
  await page.goto('/costs/savings');
  await page.getByText('Savings could not be read').waitFor();
  await page.unroute('**/api/obs/costs/recommendations*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('article').first().waitFor();
});
