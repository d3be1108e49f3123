/** Signing in in every way, and the own account, as a person meets them: with a real mail server and a real sign-in provider. */
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { CLIENT, type RealProvider, startRealProvider } from '../../server/src/identity/providers/testing/realProvider.ts';
import { totpCode } from '../../server/src/identity/testing/totp.ts';
import { type RecordingSmtpServer, startRecordingSmtpServer } from '../../server/src/mail/testing/recordingSmtpServer.ts';
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
const NEW_PASSWORD = 'another fine passphrase';

let program: Program;
let smtp: RecordingSmtpServer;
let provider: RealProvider;
let password: string = OWNER.password;
const visits: Visit[] = [];
beforeAll(async () => {
  smtp = await startRecordingSmtpServer();
  provider = await startRealProvider();
  program = await startProgram({
    env: { ...HEADLESS, SMTP_HOST: '127.0.0.1', SMTP_PORT: String(smtp.port), SIGHTGLASS_OUTBOUND_ALLOW: '127.0.0.1' },
  });
}, START_MS_MAX);
afterEach(async () => {
  for (const { context, faults, foreignRequests } of visits.splice(0)) {
    expect([faults, foreignRequests.filter((url) => !url.startsWith(provider.issuer))]).toEqual([[], []]);
    await context.close();
  }
});
afterAll(async () => {
  provider.stop();
  await smtp.close();
});

async function open(options: VisitOptions = {}): Promise<Visit['page']> {
  const opened = await visit(program.address, { viewport: DESKTOP, ...options });
  visits.push(opened);
  return opened.page;
}
type Page = Visit['page'];

async function expectAtHomeEverywhere(page: Page): Promise<void> {
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

const isIn = (page: Page) => page.getByRole('navigation', { name: 'Main' }).waitFor();
async function typePassword(page: Page): Promise<void> {
  await page.getByLabel('E-mail').fill(OWNER.email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}
/** The link in the newest mail, once there are `count`. */
async function mailedLink(count: number): Promise<string> {
  await expect.poll(() => smtp.mails.length, { timeout: 20_000 }).toBe(count);
  // Quoted-printable, RFC 2045.
  const text = (smtp.mails.at(-1)?.source ?? '').replace(/=\r?\n/g, '').replaceAll('=3D', '=');
  return /http:\/\/\S+#token=[\w-]+/.exec(text)?.[0] ?? '';
}

test('a mailed link opens a page that signs in when it is told to, and once', { timeout: 90_000 }, async () => {
  const page = await open();
  await page.goto('/logs');
  await page.getByRole('button', { name: 'Mail me a link instead' }).click();
  await page.getByLabel('E-mail').fill(OWNER.email);
  await expectAtHomeEverywhere(page);
  const before = smtp.mails.length;
  await page.getByRole('button', { name: 'Mail me a link' }).click();
  await page.getByText(`If there is an account of ${OWNER.email}`).waitFor();
  const link = await mailedLink(before + 1);
  const other = await open();
  await other.goto(link);
  await other.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  expect(other.url()).not.toContain('token');
  await expectAtHomeEverywhere(other);
  await other.getByRole('button', { name: 'Sign in', exact: true }).click();
  await isIn(other);
  const late = await open();
  await late.goto(link);
  await late.getByRole('button', { name: 'Sign in', exact: true }).click();
  await late.getByRole('alert').getByText('was used before').waitFor();
  await late.getByRole('link', { name: 'To the sign-in page' }).click();
  await late.getByLabel('Password').waitFor();
});

test('a forgotten password is replaced by mail', { timeout: 90_000 }, async () => {
  const page = await open();
  await page.goto('/sign-in?error=expired');
  await page.getByRole('alert').getByText('That took too long').waitFor();
  await page.getByLabel('E-mail').fill(OWNER.email);
  await page.getByRole('button', { name: 'Forgot your password?' }).click();
  expect(await page.getByLabel('E-mail').inputValue()).toBe(OWNER.email);
  const before = smtp.mails.length;
  await page.getByRole('button', { name: 'Mail me a link' }).click();
  await page.goto(await mailedLink(before + 1));
  expect(await page.getByLabel('New password').getAttribute('autocomplete')).toBe('new-password');
  await page.getByLabel('New password').fill('password123');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByText('one of those that are tried first').waitFor();
  await expectAtHomeEverywhere(page);
  await page.getByLabel('New password').fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByRole('link', { name: 'To the sign-in page' }).click();
  await typePassword(page);
  await page.getByRole('alert').getByText('The e-mail or the password is wrong.').waitFor();
  password = NEW_PASSWORD;
  await typePassword(page);
  await isIn(page);
});

test('the profile: a name, sessions, a password, an address', { timeout: 120_000 }, async () => {
  const elsewhere = await open();
  await elsewhere.goto('/');
  await typePassword(elsewhere);
  await isIn(elsewhere);
  const page = await open();
  await page.goto('/settings/profile');
  await typePassword(page);
  await page.getByLabel('Name').fill('Ada Lovelace');
  await page.getByRole('button', { name: 'Save the name' }).click();
  await page.getByText('Your name is saved.').waitFor();
  await page.getByRole('button', { name: 'Account: Ada Lovelace' }).waitFor();
  await page
    .getByRole('button', { name: /^End the session on/ })
    .first()
    .waitFor();
  await expectAtHomeEverywhere(page);
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out everywhere else' }).click();
  await page.getByText(/sessions? (?:is|are) over/).waitFor();
  expect(await page.getByRole('button', { name: /^End the session on/ }).count()).toBe(0);
  await elsewhere.waitForTimeout(1_000);
  await elsewhere.reload();
  await elsewhere.getByLabel('Password').waitFor();

  await page.getByRole('button', { name: 'Change the password' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your password now').fill('wrong');
  await dialog.getByLabel('New password').fill(OWNER.password);
  await dialog.getByRole('button', { name: 'Change the password' }).click();
  await dialog.getByText('is not your password').waitFor();
  await expectAtHomeEverywhere(page);
  await dialog.getByLabel('Your password now').fill(password);
  await dialog.getByRole('button', { name: 'Change the password' }).click();
  await page.getByText('The new password is set.').waitFor();
  password = OWNER.password;

  await page.getByRole('button', { name: 'Change the e-mail' }).click();
  await dialog.getByLabel('New address').fill('lovelace@example.com');
  await dialog.getByLabel('Your password').fill(password);
  const before = smtp.mails.length;
  await dialog.getByRole('button', { name: 'Mail a link' }).click();
  await page.getByText('A link is on its way to lovelace@example.com; the address holds').waitFor();
  await page.goto(await mailedLink(before + 1));
  await expectAtHomeEverywhere(page);
  await page.getByRole('button', { name: 'Confirm the address' }).click();
  await page.getByText('You sign in as lovelace@example.com from now on.').waitFor();
  // And back, for the tests that follow.
  await page.goto('/settings/profile');
  await page.getByRole('button', { name: 'Change the e-mail' }).click();
  await dialog.getByLabel('New address').fill(OWNER.email);
  await dialog.getByLabel('Your password').fill(password);
  await dialog.getByRole('button', { name: 'Mail a link' }).click();
  await page.getByText(`A link is on its way to ${OWNER.email}; the address holds`).waitFor();
  // The notice to the old address comes in between.
  await page.goto(await mailedLink(before + 3));
  await page.getByRole('button', { name: 'Confirm the address' }).click();
  await page.getByText(`You sign in as ${OWNER.email} from now on.`).waitFor();
});

test('a provider is set up and signs in; a second factor is set up, asked for, and taken', { timeout: 180_000 }, async () => {
  const page = await open({ cookies: await signInWithPassword(program.address) });
  await page.goto('/settings/sign-in-methods');
  await page.getByRole('button', { name: 'Add a provider' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Add the provider' }).click();
  await dialog.getByText('is needed').first().waitFor();
  await expectAtHomeEverywhere(page);
  await dialog.getByLabel('Name').fill('Example Corp');
  await dialog.getByLabel('Issuer').fill(provider.issuer);
  await dialog.getByLabel('Client id').fill(CLIENT.id);
  await dialog.getByLabel('Client secret').fill(CLIENT.secret);
  await dialog.getByRole('button', { name: 'Add the provider' }).click();
  await dialog.getByText('Register this address with the provider').waitFor();
  provider.serve(await dialog.locator('.copy-line code').innerText(), 'first');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'What to do with Example Corp' }).click();
  await page.getByRole('menuitem', { name: 'Test' }).click();
  await dialog.getByText('Sign-in can work.').waitFor();
  await expectAtHomeEverywhere(page);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expectAtHomeEverywhere(page);

  provider.signsIn({ sub: 'stranger', email: 'stranger@example.com', email_verified: true });
  const guest = await open();
  await guest.goto('/costs');
  await guest.getByRole('link', { name: 'Continue with Example Corp' }).click();
  await guest.getByRole('alert').getByText('There is no account for you here.').waitFor();
  await expectAtHomeEverywhere(guest);
  await guest.context().clearCookies();
  provider.signsIn({ sub: 'ada', email: OWNER.email, email_verified: true });
  await guest.goto('/costs');
  await guest.getByRole('link', { name: 'Continue with Example Corp' }).click();
  await isIn(guest);
  expect(new URL(guest.url()).pathname).toBe('/costs');

  await guest.goto('/settings/profile');
  await guest.getByText('providers that know you').waitFor();
  await guest.getByRole('button', { name: 'Set up' }).click();
  const own = guest.getByRole('dialog');
  await own.getByLabel('Your password').fill(password);
  await own.getByRole('button', { name: 'Go on' }).click();
  await own.getByRole('img', { name: /QR code/ }).waitFor();
  await expectAtHomeEverywhere(guest);
  const secret = (await own.locator('.enrol-key code').innerText()).replaceAll(' ', '');
  await own.getByLabel('Code', { exact: true }).fill(totpCode(secret, Date.now()));
  await own.getByRole('button', { name: 'Switch on' }).click();
  await own.getByText('They are shown this once.').waitFor();
  await expectAtHomeEverywhere(guest);
  const codes = await own.locator('.backup-codes code').allInnerTexts();
  const [download] = await Promise.all([guest.waitForEvent('download'), own.getByRole('button', { name: 'Save as a file' }).click()]);
  const saved = await readFile(await download.path(), 'utf8');
  for (const code of codes) expect(saved).toContain(code);
  await own.getByRole('button', { name: 'I have them' }).click();
  await guest.getByText('10 backup codes are left.').waitFor();

  // By single sign-on and by password the code is asked for, and the way leads on to where one wanted to go.
  const again = await open();
  await again.goto('/logs');
  await again.getByRole('link', { name: 'Continue with Example Corp' }).click();
  await again.getByLabel('Code of your authenticator app').fill('000000');
  await again.getByRole('button', { name: 'Go on' }).click();
  await again.getByRole('alert').getByText('wrong, too old, or was used before').waitFor();
  await expectAtHomeEverywhere(again);
  await again.getByRole('button', { name: 'Use a backup code instead' }).click();
  await again.getByLabel('A backup code').fill(codes[0] ?? '');
  await again.getByRole('button', { name: 'Go on' }).click();
  await isIn(again);
  expect(new URL(again.url()).pathname).toBe('/logs');

  const lost = await newPersonWithCodes('grace@example.com');
  await again.goto('/settings/sign-in-methods');
  await again
    .getByRole('row', { name: /grace@example.com/ })
    .getByRole('button', { name: 'Take the second factor' })
    .click();
  await again.getByRole('alertdialog').getByRole('button', { name: 'Take it' }).click();
  await again.getByText('The second factor of grace@example.com is taken.').waitFor();
  expect(await again.getByRole('button', { name: 'Take the second factor' }).count()).toBe(0);
  expect((await lost()).status).toBe(200);
});

/** Joins by invitation and switches a second factor on; answers how they sign in by password. */
async function newPersonWithCodes(email: string): Promise<() => Promise<Response>> {
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(program.address + path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });
  const before = smtp.mails.length;
  await post('/api/obs/invitations', { email, role: 'viewer' }, { authorization: `Bearer ${OWNER.key}` });
  await expect.poll(() => smtp.mails.length).toBe(before + 1);
  const mail = (smtp.mails.at(-1)?.source ?? '').replace(/=\r?\n/g, '').replaceAll('=3D', '=');
  const token = /\/invite\?token=([\w-]+)/.exec(mail)?.[1] ?? '';
  const joined = await post('/api/auth/invitation/accept', { token, name: 'Grace', password: NEW_PASSWORD });
  const cookie = joined.headers
    .getSetCookie()
    .map((line) => line.slice(0, line.indexOf(';')))
    .join('; ');
  const { secret } = (await (await post('/api/auth/two-factor/enrol', { password: NEW_PASSWORD }, { cookie })).json()) as { secret: string };
  expect((await post('/api/auth/two-factor/confirm', { code: totpCode(secret, Date.now()) }, { cookie })).status).toBe(200);
  return () => post('/api/auth/sign-in/email', { email, password: NEW_PASSWORD });
}
