/** Members, roles, teams and invitations, as the one who invites and the one who is invited meet them. */
import type { Member } from '@sightglass/contract/routes/members';
import type { Role } from '@sightglass/contract/routes/roles';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Client, createClient } from '../../server/test/program/apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from '../../server/test/program/startProgram.ts';
import { barriers, expectNoSidewaysScrolling, signInWithPassword, switchTheme, THEMES, type Visit, visit, type VisitOptions } from './openBrowser.ts';

const NARROW_WINDOW = { width: 700, height: 900 };
const DESKTOP = { width: 1440, height: 900 };
const PASSWORD = 'a long password';

let program: Program;
let client: Client;
let cookies: NonNullable<VisitOptions['cookies']>;
let owner: Visit;
const others: Visit[] = [];
beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  client = createClient(program, OWNER.key);
  cookies = await signInWithPassword(program.address);
}, START_MS_MAX);
beforeEach(async () => {
  owner = await visit(program.address, { cookies, viewport: DESKTOP });
});
afterEach(async () => {
  for (const { faults, foreignRequests, context } of [owner, ...others.splice(0)]) {
    expect([faults, foreignRequests]).toEqual([[], []]);
    await context.close();
  }
});

async function newcomer(): Promise<Visit> {
  const person = await visit(program.address, { viewport: DESKTOP });
  others.push(person);
  return person;
}

async function expectAtHomeEverywhere({ page }: Visit): Promise<void> {
  for (const theme of THEMES) {
    await switchTheme(page, theme);
    expect(await barriers(page)).toEqual([]);
  }
  await page.setViewportSize(NARROW_WINDOW);
  await expectNoSidewaysScrolling(page);
  await page.setViewportSize(DESKTOP);
}

/** Invites by the dialog; answers the link that it shows, because no mail server is set up here. */
async function inviteByHand(email: string, role: string): Promise<string> {
  const { page } = owner;
  await page.goto('/settings/members');
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-mail').fill(email);
  await dialog.getByLabel('Role').selectOption({ label: role });
  await dialog.getByRole('button', { name: 'Invite' }).click();
  const link = (await dialog.getByText('/invite?token=').textContent()) ?? '';
  await dialog.getByRole('button', { name: 'Done' }).click();
  return link.slice(link.indexOf('/invite'));
}

test('somebody is invited, makes an account with the link, and is in; the owner changes their role and removes them', {
  timeout: 120_000,
}, async () => {
  const { page } = owner;
  await page.goto('/settings/members');
  await page.getByText('Nobody is invited at the moment').waitFor();
  await page.getByRole('button', { name: /What to do with Owner/ }).click();
  await page.getByText('The last owner: make somebody else an owner first.').waitFor();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Invite' }).click();
  await dialog.getByText('must be an e-mail address', { exact: true }).waitFor();
  await expectAtHomeEverywhere(owner);
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  const path = await inviteByHand('ada.lovelace@example.com', 'Editor');
  await page
    .getByRole('row', { name: /ada.lovelace@example.com/ })
    .getByText('open')
    .waitFor();
  await expectAtHomeEverywhere(owner);

  const ada = await newcomer();
  await ada.page.goto(path);
  await ada.page.getByRole('heading', { name: 'Join acme' }).waitFor();
  await ada.page.getByText('ada.lovelace@example.com').waitFor();
  await ada.page.getByRole('button', { name: 'Create the account and join' }).click();
  await ada.page.getByText('must have 8 to 128 characters').waitFor();
  for (const theme of THEMES) {
    await ada.page.emulateMedia({ colorScheme: theme });
    expect(await barriers(ada.page)).toEqual([]);
  }
  await ada.page.getByLabel('Your name').fill('Ada Lovelace');
  await ada.page.getByLabel('A password').fill(PASSWORD);
  await ada.page.getByRole('button', { name: 'Create the account and join' }).click();
  await ada.page.getByTitle('Workspace acme').waitFor();
  await ada.page.goto('/settings/members');
  await ada.page.getByRole('rowheader', { name: /Ada Lovelace \(you\)/ }).waitFor();
  await ada.page.getByText('Owners and admins of the workspace invite').waitFor();
  expect(await ada.page.getByRole('button', { name: 'Invite', exact: true }).count()).toBe(0);

  await page.reload();
  await page.getByText('Nobody is invited at the moment').waitFor();
  await page.getByRole('button', { name: 'What to do with Ada Lovelace' }).click();
  await page.getByRole('menuitem', { name: 'Change the role' }).click();
  await page.getByRole('dialog').getByLabel('Role').selectOption({ label: 'Viewer' });
  await page.getByRole('dialog').getByRole('button', { name: 'Change' }).click();
  await page.getByText('Ada Lovelace has the role Viewer now.').waitFor();
  const { items } = await client.get<{ items: Member[] }>('/api/obs/members');
  expect(items.find(({ name }) => name === 'Ada Lovelace')).toMatchObject({ role: 'viewer' });
  await expectAtHomeEverywhere(owner);

  await page.getByRole('button', { name: 'What to do with Ada Lovelace' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('Ada Lovelace was removed.').waitFor();
  await expect.poll(async () => (await ada.page.request.get('/api/obs/me')).status(), { timeout: 10_000 }).toBe(403);
});

test('the link tells whoever opens it what it is good for', { timeout: 120_000 }, async () => {
  const path = await inviteByHand('grace@example.com', 'Viewer');
  await owner.page.goto(path);
  await owner.page.getByText(`You are signed in as ${OWNER.email}. The invitation is for grace@example.com.`).waitFor();
  expect(await barriers(owner.page)).toEqual([]);

  const grace = await newcomer();
  await grace.page.goto('/invite?token=nobody-has-this-one');
  await grace.page.getByText('There is no such invitation.').waitFor();
  await grace.page.goto('/invite');
  await grace.page.getByText('This is not a whole link').waitFor();
  await grace.page.goto(path);
  await grace.page.getByLabel('Your name').fill('Grace');
  await grace.page.getByLabel('A password').fill(PASSWORD);
  await grace.page.getByRole('button', { name: 'Create the account and join' }).click();
  await grace.page.getByTitle('Workspace acme').waitFor();
  await grace.page.goto('/settings/members');
  await grace.page.getByRole('button', { name: 'What to do with Grace' }).click();
  await grace.page.getByRole('menuitem', { name: 'Leave the workspace' }).click();
  await grace.page.getByRole('alertdialog').getByRole('button', { name: 'Leave' }).click();
  await expect.poll(async () => (await grace.page.request.get('/api/obs/me')).status(), { timeout: 10_000 }).toBe(403);

  // With an account already: sign in on the page of the link, and join.
  const again = await inviteByHand('grace@example.com', 'Viewer');
  const back = await newcomer();
  await back.page.goto(again);
  await back.page.getByRole('button', { name: 'Sign in' }).click();
  await back.page.getByLabel('E-mail').fill('grace@example.com');
  await back.page.getByLabel('Password').fill(PASSWORD);
  await back.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await back.page.getByRole('button', { name: 'Join', exact: true }).click();
  await back.page.getByTitle('Workspace acme').waitFor();
});

test('a role of the workspace’s own is made, shown in the matrix, changed, and deleted', { timeout: 120_000 }, async () => {
  const { page } = owner;
  await page.goto('/settings/roles');
  await page.getByRole('columnheader', { name: /Auditor/ }).waitFor();
  await page.getByText('The five built-in roles stay as they are.').waitFor();
  await page.getByRole('button', { name: 'Create a role' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Create the role' }).click();
  await dialog.getByText('is needed', { exact: true }).waitFor();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Cost controller');
  await dialog.getByLabel('Set prices and apply them to what is stored').check();
  await expectAtHomeEverywhere(owner);
  await dialog.getByRole('button', { name: 'Create the role' }).click();
  await page.getByRole('columnheader', { name: /Cost controller/ }).waitFor();
  await expectAtHomeEverywhere(owner);
  const roleNamed = async (name: string) => (await client.get<{ items: Role[] }>('/api/obs/roles')).items.find((role) => role.name === name);
  expect(await roleNamed('Cost controller')).toMatchObject({ permissions: ['telemetry.read', 'configuration.read', 'prices.write'] });

  await page.getByRole('button', { name: 'What to do with the role Cost controller' }).click();
  await page.getByRole('menuitem', { name: 'Change' }).click();
  await page.getByRole('dialog').getByLabel('Set prices and apply them to what is stored').uncheck();
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByText('The role “Cost controller” was changed.').waitFor();
  expect(await roleNamed('Cost controller')).toMatchObject({ permissions: ['telemetry.read', 'configuration.read'] });
  await page.getByRole('button', { name: 'What to do with the role Cost controller' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('The role “Cost controller” was deleted.').waitFor();
  expect(await roleNamed('Cost controller')).toBeUndefined();
});

test('a team is made with its agents, changed, and deleted', { timeout: 120_000 }, async () => {
  const { page } = owner;
  await page.goto('/settings/teams');
  await page.getByText('There is no team yet').waitFor();
  await expectAtHomeEverywhere(owner);
  await page.getByRole('button', { name: 'Create a team' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Support');
  await dialog.getByLabel('Owner').check();
  await dialog.getByLabel('Agents').fill('support-bot\nrefund-agent\n');
  await expectAtHomeEverywhere(owner);
  await dialog.getByRole('button', { name: 'Create the team' }).click();
  const row = page.getByRole('row', { name: /Support/ });
  await row.getByText('refund-agent').waitFor();
  await expectAtHomeEverywhere(owner);
  await page.getByRole('button', { name: 'Change Support' }).click();
  await page.getByRole('dialog').getByLabel('Agents').fill('support-bot');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByText('The team “Support” was changed.').waitFor();
  expect(await row.getByText('refund-agent').count()).toBe(0);
  await page.getByRole('button', { name: 'Delete Support' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('There is no team yet').waitFor();
});
