/** The audit log and the API keys, as an owner, an auditor and a viewer meet them. */
import type { AuditVerification } from '@sightglass/contract/routes/audit';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { type Client, createClient } from '../../server/test/program/apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from '../../server/test/program/startProgram.ts';
import {
  barriers,
  expectNoSidewaysScrolling,
  PHONE,
  signInWithPassword,
  switchTheme,
  THEMES,
  type Visit,
  visit,
  type VisitOptions,
} from './openBrowser.ts';

const NARROW_WINDOW = { width: 700, height: 900 };
const DESKTOP = { width: 1280, height: 900 };

let program: Program;
let client: Client;
let cookies: NonNullable<VisitOptions['cookies']>;
const visits: Visit[] = [];
beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  client = createClient(program, OWNER.key);
  cookies = await signInWithPassword(program.address);
}, START_MS_MAX);
afterEach(async () => {
  for (const { context, faults, foreignRequests } of visits.splice(0)) {
    expect([faults, foreignRequests]).toEqual([[], []]);
    await context.close();
  }
});

async function open(options: VisitOptions = { cookies }): Promise<Visit['page']> {
  const opened = await visit(program.address, { viewport: DESKTOP, ...options });
  visits.push(opened);
  return opened.page;
}

/** Somebody who joined with this role, signed in. */
async function cookiesOf(role: string): Promise<NonNullable<VisitOptions['cookies']>> {
  const { link } = await client.post<{ link: string }>('/api/obs/invitations', { email: `${role}@example.com`, role });
  const token = new URL(link, program.address).searchParams.get('token') ?? '';
  const { page, context } = await visit(program.address);
  const joined = await page.request.post('/api/auth/invitation/accept', { data: { token, name: role, password: 'a long password' } });
  expect(joined.ok()).toBe(true);
  const got = await context.cookies();
  await context.close();
  return got;
}

async function expectAtHomeEverywhere(page: Visit['page']): Promise<void> {
  for (const theme of THEMES) {
    await switchTheme(page, theme);
    expect(await barriers(page)).toEqual([]);
  }
  for (const size of [NARROW_WINDOW, PHONE]) {
    await page.setViewportSize(size);
    await expectNoSidewaysScrolling(page);
  }
  await page.setViewportSize(DESKTOP);
}

test('a key is made with what it may do, shown once, limited and revoked; every step stands in the log', { timeout: 90_000 }, async () => {
  const page = await open();
  await page.goto('/settings/api-keys');
  await page.getByRole('row', { name: /First start/ }).waitFor();
  await page.getByRole('button', { name: 'Create a key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Create the key' }).click();
  await dialog.getByText('Give it a name').waitFor();
  await dialog.getByLabel('Name').fill('collector in Frankfurt');
  await dialog.getByLabel('read', { exact: true }).check();
  await dialog.getByLabel('It ends').selectOption('in 30 days');
  await dialog.getByLabel('Requests per minute').fill('6e9');
  await dialog.getByRole('button', { name: 'Create the key' }).click();
  await dialog.getByText('must be a whole number from 1 to 1,000,000').waitFor();
  await expectAtHomeEverywhere(page);
  await dialog.getByLabel('Requests per minute').fill('600');
  await dialog.getByRole('button', { name: 'Create the key' }).click();

  await dialog.getByText('It is shown this once.').waitFor();
  const key = await dialog.locator('.copy-line code').innerText();
  expect((await createClient(program, key).send('/api/obs/measures')).status).toBe(200);
  // Neither Escape nor the cross may lose it.
  await page.keyboard.press('Escape');
  await dialog.getByRole('button', { name: 'I have it' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await page.content()).not.toContain(key);
  const row = page.getByRole('row', { name: /collector in Frankfurt/ });
  expect(await row.innerText()).toMatch(/active[^]*ingest[^]*read[^]*in (29|30) d[^]*600 requests\/min/);

  await row.getByRole('button', { name: 'What to do with collector in Frankfurt' }).click();
  await page.getByRole('menuitem', { name: 'Rename, set the rate limit' }).click();
  await dialog.getByLabel('Name').fill('collector in Vienna');
  await dialog.getByLabel('Requests per minute').fill('');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The key “collector in Vienna” was changed.').waitFor();

  await page.getByRole('button', { name: 'What to do with collector in Vienna' }).click();
  await page.getByRole('menuitem', { name: 'Revoke' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('The key “collector in Vienna” was revoked.').waitFor();
  await page.getByRole('row', { name: /collector in Vienna.*revoked/ }).waitFor();
  await expect.poll(async () => (await createClient(program, key).send('/api/obs/measures')).status).toBe(401);
  await expectAtHomeEverywhere(page);

  await page.getByRole('link', { name: 'Audit log' }).click();
  await page.getByRole('row', { name: /revoked an API key.*ada@example\.com.*collector in Vienna/ }).waitFor();
});

test('an entry opens to what it changed; who and what narrow the log, and the URL keeps it', { timeout: 60_000 }, async () => {
  await client.send('/api/obs/settings/estimates', {
    method: 'PUT',
    body: JSON.stringify({ enabled: false }),
    headers: { 'content-type': 'application/json' },
  });
  const { id } = await client.post<{ id: string }>('/api/obs/api-keys', { name: '<b>hostile</b>', scopes: ['read'] });
  await client.send(`/api/obs/api-keys/${id}`, {
    method: 'PATCH',
    body: JSON.stringify({ name: 'tame' }),
    headers: { 'content-type': 'application/json' },
  });
  const page = await open();
  await page.goto('/settings/audit');
  await page
    .getByRole('row', { name: /changed an API key.*First start.*tame/ })
    .getByRole('button', { name: 'changed an API key' })
    .click();
  const diff = page.locator('.audit-diff');
  await diff.waitFor();
  expect(await diff.locator('del').allInnerTexts()).toEqual(['<b>hostile</b>']);
  expect(await diff.locator('ins').allInnerTexts()).toEqual(['tame']);
  await page.getByRole('button', { name: /\d+ unchanged/ }).click();
  await diff.getByRole('row', { name: /scopes\[0\] read read/ }).waitFor();
  await expectAtHomeEverywhere(page);

  await page.getByRole('button', { name: 'tame', exact: true }).click();
  await page.waitForURL(/target=key_/);
  await expect.poll(() => page.locator('.audit-what').allInnerTexts()).toEqual(['changed an API key', 'created an API key']);
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByLabel('What', { exact: true }).fill('settings.');
  await page.getByLabel('From', { exact: true }).fill('1h');
  await page.keyboard.press('Enter');
  await page.waitForURL(/action=settings\.&from=now-1h/);
  await expect.poll(() => page.locator('.audit-what').allInnerTexts()).toEqual(['changed the settings of estimates']);
  await page.reload();
  await expect.poll(() => page.locator('.audit-what').allInnerTexts()).toEqual(['changed the settings of estimates']);
  await page.getByLabel('From', { exact: true }).fill('some day');
  await page.keyboard.press('Enter');
  await page.getByText('write now-30d').waitFor();
  await page.getByLabel('From', { exact: true }).fill('');
  await page.getByLabel('Target', { exact: true }).fill('nothing-has-this');
  await page.keyboard.press('Enter');
  await page.getByText('No entry matches').waitFor();
});

test('what is found is exported, and the log is verified in words', { timeout: 60_000 }, async () => {
  const page = await open();
  await page.goto('/settings/audit?action=session.');
  await page
    .getByRole('row', { name: /signed in/ })
    .first()
    .waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV' }).click()]);
  expect(download.suggestedFilename()).toBe('audit-workspace.csv');
  const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
  expect(lines[0]).toMatch(/^seq,created_at,/);
  expect(lines.slice(1).every((line) => line.includes(',session.'))).toBe(true);

  await page.getByRole('button', { name: 'Verify' }).click();
  await page.getByText('The log holds.').waitFor();
  const { head_code } = await client.get<AuditVerification>('/api/obs/audit/verify');
  await page.getByText(head_code ?? '').waitFor();
  await page.getByLabel('A head code that you noted down earlier').fill('nonsense');
  await page.getByRole('button', { name: 'Verify' }).click();
  await page.getByText('must be a number, a colon').waitFor();
  await page.getByLabel('A head code that you noted down earlier').fill(`1:${'0'.repeat(64)}`);
  await page.getByRole('button', { name: 'Verify' }).click();
  await page.getByText('The log does not hold.').waitFor();
  await page.getByText('it is not the log whose head code was noted down').waitFor();
  await expectAtHomeEverywhere(page);

  await page.getByLabel('Log', { exact: true }).selectOption('the instance');
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByRole('row', { name: /created an account/ }).waitFor();
});

test('an auditor reads the log and no keys; a viewer is told why they see neither', { timeout: 60_000 }, async () => {
  const auditor = await open({ cookies: await cookiesOf('auditor') });
  await auditor.goto('/settings/audit');
  await auditor
    .getByRole('row', { name: /signed in.*auditor@example\.com/ })
    .first()
    .waitFor();
  expect(await auditor.getByLabel('Log', { exact: true }).count()).toBe(0);
  await auditor.getByRole('link', { name: 'API keys' }).click();
  await auditor.getByText('You may not see the API keys').waitFor();

  const viewer = await open({ cookies: await cookiesOf('viewer') });
  await viewer.goto('/settings/audit');
  await viewer.getByText('You may not read the audit log').waitFor();
  await expectAtHomeEverywhere(viewer);
});
