/** Workspaces and plans as the owner of an instance meets them: made, renamed, limited, deleted. */
import type { Workspace } from '@sightglass/contract/routes/workspaces';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Client, createClient } from '../../server/test/program/apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from '../../server/test/program/startProgram.ts';
import { barriers, expectNoSidewaysScrolling, signInWithPassword, switchTheme, THEMES, type Visit, visit, type VisitOptions } from './openBrowser.ts';

const NARROW_WINDOW = { width: 700, height: 900 };
const DESKTOP = { width: 1280, height: 900 };

let program: Program;
let client: Client;
let cookies: NonNullable<VisitOptions['cookies']>;
let person: Visit;
beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  client = createClient(program, OWNER.key);
  cookies = await signInWithPassword(program.address);
}, START_MS_MAX);
beforeEach(async () => {
  person = await visit(program.address, { cookies });
});
afterEach(async () => {
  expect([person.faults, person.foreignRequests]).toEqual([[], []]);
  await person.context.close();
});

async function expectAtHomeEverywhere({ page }: Visit): Promise<void> {
  for (const theme of THEMES) {
    await switchTheme(page, theme);
    expect(await barriers(page)).toEqual([]);
  }
  await page.setViewportSize(NARROW_WINDOW);
  await expectNoSidewaysScrolling(page);
  await page.setViewportSize(DESKTOP);
}

test('an owner makes a workspace in the switcher, renames it, and deletes it by typing its slug', { timeout: 90_000 }, async () => {
  const { page } = person;
  await page.goto('/');
  await page.getByRole('button', { name: 'Workspace: acme' }).click();
  await page.getByRole('menuitem', { name: 'Create a workspace …' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Über Labs');
  expect(await dialog.getByLabel('Slug').inputValue()).toBe('uber-labs');
  await dialog.getByLabel('Slug').fill('acme');
  await dialog.getByRole('button', { name: 'Create it' }).click();
  await dialog.getByText('is taken').waitFor();
  await expectAtHomeEverywhere(person);
  await dialog.getByLabel('Slug').fill('labs');
  await dialog.getByRole('button', { name: 'Create it' }).click();
  await page.getByRole('button', { name: 'Workspace: Über Labs' }).waitFor();

  await page.goto('/settings/workspace');
  await page.getByLabel('Time zone').fill('Mars');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await page.getByText('must be an IANA time zone').waitFor();
  await expectAtHomeEverywhere(person);
  await page.getByLabel('Time zone').fill('Europe/Vienna');
  await page.getByLabel('Name', { exact: true }).fill('Labs');
  await page.getByLabel('Slug').fill('new-labs');
  await page.getByRole('button', { name: 'Save changes' }).click();
  await page.getByText('Saved.', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Workspace: Labs' }).waitFor();
  expect(await client.get<Workspace>('/api/obs/workspaces/new-labs')).toMatchObject({ name: 'Labs', time_zone: 'Europe/Vienna' });
  // The browser goes on in the workspace under its new slug.
  await page.reload();
  await page.getByRole('button', { name: 'Workspace: Labs' }).waitFor();

  await page.getByRole('button', { name: 'Delete …' }).click();
  const remove = page.getByRole('button', { name: 'Delete it' });
  await page.getByLabel('Type new-labs to confirm').fill('labs');
  expect(await remove.isDisabled()).toBe(true);
  await expectAtHomeEverywhere(person);
  await page.getByLabel('Type new-labs to confirm').fill('new-labs');
  await remove.click();
  await page.getByText(/It is deleted: \d+ rows? of telemetry and \d+ rows of everything else\. None is left\./).waitFor();
  await page.getByRole('button', { name: 'Go to acme' }).click();
  await page.getByRole('button', { name: 'Workspace: acme' }).waitFor();
  expect((await client.send('/api/obs/workspaces/new-labs')).status).toBe(404);
});

test('the last workspace cannot be deleted, and the page says why', { timeout: 60_000 }, async () => {
  const { page } = person;
  await page.goto('/settings/workspace');
  await page.getByRole('button', { name: 'Delete …' }).click();
  await page.getByLabel(`Type ${OWNER.workspace} to confirm`).fill(OWNER.workspace);
  await page.getByRole('button', { name: 'Delete it' }).click();
  await page.getByText('Not deleted: It is the last workspace').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect((await client.send(`/api/obs/workspaces/${OWNER.workspace}`)).status).toBe(200);
});

test('plans are shown and changed, and a page that a plan leaves out says so in its place', { timeout: 60_000 }, async () => {
  const { page } = person;
  await page.goto('/settings/plans');
  const free = page.getByRole('row', { name: /^free/ });
  await free.getByText('90 by default').waitFor();
  expect(await page.getByRole('row').count()).toBe(6);
  await expectAtHomeEverywhere(person);
  await page.getByRole('button', { name: 'Change the plan free' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Items per second').fill('0');
  await dialog.getByLabel('cost forecasts').uncheck();
  await dialog.getByRole('button', { name: 'Save the plan' }).click();
  await dialog.getByText('must be a whole number from 1').waitFor();
  await expectAtHomeEverywhere(person);
  await dialog.getByLabel('Items per second').fill('5,000');
  await dialog.getByRole('button', { name: 'Save the plan' }).click();
  await page.getByText('Saved: free, which 1 workspace has.').waitFor();
  await free.getByText('cost forecasts').waitFor();
  await free.getByText('5,000').waitFor();

  await page.goto('/costs/forecast');
  await page.getByRole('heading', { name: 'Not in the plan of this workspace' }).waitFor();
  await page.getByText('The plan free of this workspace does not include cost forecasts.').waitFor();
  expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  await expectAtHomeEverywhere(person);
  const put = { method: 'PUT', body: '{}', headers: { 'content-type': 'application/json' } };
  expect((await client.send('/api/obs/plans/free', put)).status).toBe(200);
  await page.reload();
  await page.getByText('Nothing was spent in').waitFor();
});
