/** Channels as those who set them up meet them: made, tried, changed without losing their secret, deleted. */
import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AlertChannel } from '@sightglass/contract/alertChannel';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
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
const DESKTOP = { width: 1440, height: 1000 };

/** Takes what is posted to `/good`, and is broken at every other path. */
/** A page that is drawn anew may show the old text for a moment, longer on a busy machine. */
const WAITING = { timeout: 15_000 };

let receiver: Server;
const told: { body: string; signature: string | undefined }[] = [];
let program: Program;
let client: Client;
let cookies: NonNullable<VisitOptions['cookies']>;
let person: Visit;
let address: string;
beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      const { 'x-sightglass-signature': signature } = request.headers;
      if (request.url === '/good') told.push({ body, signature: typeof signature === 'string' ? signature : undefined });
      response.writeHead(request.url === '/good' ? 200 : 500).end();
    });
  });
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  program = await startProgram({
    env: { ...HEADLESS, SIGHTGLASS_OUTBOUND_ALLOW: '127.0.0.1', ALERT_WEBHOOK_URL: `${address}/good` },
  });
  client = createClient(program, OWNER.key);
  cookies = await signInWithPassword(program.address);
}, START_MS_MAX);
afterAll(() => new Promise((closed) => receiver.close(closed)));
beforeEach(async () => {
  person = await visit(program.address, { cookies, viewport: DESKTOP });
});
afterEach(async () => {
  expect([person.faults, person.foreignRequests]).toEqual([[], []]);
  await person.context.close();
});

async function expectAtHomeEverywhere({ page }: Visit): Promise<void> {
  for (const theme of THEMES) {
    await switchTheme(page, theme);
    await expect.poll(() => barriers(page), WAITING).toEqual([]);
  }
  for (const size of [NARROW_WINDOW, PHONE]) {
    await page.setViewportSize(size);
    await expectNoSidewaysScrolling(page);
  }
  await page.setViewportSize(DESKTOP);
}

const channels = async () => (await client.get<{ items: AlertChannel[] }>('/api/obs/alerts/channels')).items;
const signed = (body: string, secret: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

async function tryOut(name: string): Promise<string> {
  const { page } = person;
  await page.getByRole('row').filter({ hasText: name }).getByRole('button', { name: 'Test' }).click();
  const dialog = page.getByRole('dialog', { name: `Test “${name}”` });
  await dialog.getByRole('button', { name: 'Send a test message' }).click();
  await dialog.getByRole('button', { name: 'Send another' }).waitFor();
  const outcome = await dialog.getByRole('status').innerText();
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
  await dialog.waitFor({ state: 'detached' });
  return outcome;
}

test('a channel is made, tried, changed without its secret being lost, switched off and deleted', { timeout: 120_000 }, async () => {
  const { page } = person;
  await page.goto('/alerts/channels');
  await page.getByRole('button', { name: 'Create a channel' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('add one to the channel that is to be told').waitFor();
  await dialog.getByLabel('Kind').selectOption('webhook');
  await dialog.getByRole('button', { name: 'Create it' }).click();
  await expect.poll(() => dialog.getByText('is needed').count(), WAITING).toBe(2);
  await expectAtHomeEverywhere(person);
  await dialog.getByLabel('Name').fill('On call');
  await dialog.getByLabel('URL', { exact: true }).fill('http://10.0.0.1/hook');
  await dialog.getByLabel('Secret (optional)').fill('a secret');
  await dialog.getByRole('button', { name: 'Create it' }).click();
  await dialog.getByRole('alert').waitFor();
  await expect.poll(() => dialog.getByLabel('URL', { exact: true }).getAttribute('aria-invalid'), WAITING).toBe('true');
  await dialog.getByLabel('URL', { exact: true }).fill(`${address}/good`);
  await dialog.getByRole('button', { name: 'Create it' }).click();
  await page.getByText('“On call” is created. Send it a test message.').waitFor();

  told.length = 0;
  expect(await tryOut('On call')).toMatch(/^It was taken, after /);
  expect(told).toHaveLength(1);
  expect(told[0]?.signature).toBe(signed(told[0]?.body ?? '', 'a secret'));

  await page.getByRole('button', { name: 'What to do with On call' }).click();
  await page.getByRole('menuitem', { name: 'Change' }).click();
  await expect.poll(() => dialog.getByLabel('Secret (optional)').inputValue(), WAITING).toBe('');
  await expect.poll(() => dialog.getByLabel('Secret (optional)').getAttribute('placeholder'), WAITING).toBe('kept; type to replace it');
  await dialog.getByLabel('Name').fill('On call at night');
  await dialog.getByLabel('Tell again every (min)').fill('30');
  await dialog.getByLabel('Different rules in one message').fill('agent_id\nseverity');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('“On call at night” is saved.').waitFor();
  expect((await channels()).find(({ name }) => name === 'On call at night')).toMatchObject({
    repeat_minutes: 30,
    group_by: ['agent_id', 'severity'],
  });
  expect(await tryOut('On call at night')).toMatch(/^It was taken, after /);
  expect(told[1]?.signature).toBe(signed(told[1]?.body ?? '', 'a secret'));
  await page.getByRole('button', { name: 'What to do with On call at night' }).click();
  await page.getByRole('menuitem', { name: 'Change' }).click();
  await dialog.getByRole('button', { name: 'Take it away' }).click();
  await dialog.getByText('It is taken away when you save.').waitFor();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await tryOut('On call at night')).toMatch(/^It was taken, after /);
  expect(told[2]?.signature).toBeUndefined();
  const row = page.getByRole('row', { name: /On call at night/ });
  await expect.poll(() => row.innerText(), WAITING).toMatch(/127\.0\.0\.1:\d+[^]*every rule[^]*(now|s ago)/);
  await expectAtHomeEverywhere(person);

  const atWork = row.getByRole('switch', { name: 'On call at night at work' });
  await atWork.click();
  await page.getByText('“On call at night” is told nothing any more.').waitFor();
  await expect.poll(() => atWork.isChecked(), WAITING).toBe(false);
  await page.getByRole('button', { name: 'What to do with On call at night' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('“On call at night” was deleted.').waitFor();
  expect((await channels()).map(({ name }) => name)).toEqual(['Webhook (environment)']);
});

test('a receiver that is broken is told of in words, without anything secret', { timeout: 60_000 }, async () => {
  await client.post('/api/obs/alerts/channels', { name: 'Broken', kind: 'slack', config: { url: `${address}/a-secret-path` } });
  const { page } = person;
  await page.goto('/alerts/channels');
  expect(await tryOut('Broken')).toMatch(/^It was not taken, after .*500/);
  await expect.poll(() => page.locator('main').innerText(), WAITING).not.toContain('a-secret-path');
  await expectAtHomeEverywhere(person);
});

test('a channel of the environment can be tried, not changed, and says where it is set', { timeout: 60_000 }, async () => {
  const { page } = person;
  await page.goto('/alerts/channels');
  const row = page.getByRole('row', { name: /Webhook \(environment\)/ });
  await row.getByText('set by ALERT_WEBHOOK_URL of the server').waitFor();
  await expect.poll(() => row.getByRole('switch').isDisabled(), WAITING).toBe(true);
  await page.getByRole('button', { name: 'What to do with Webhook (environment)' }).click();
  await page.getByText('Set by ALERT_WEBHOOK_URL: change it there.').waitFor();
  await expect.poll(() => page.getByRole('menuitem', { name: 'Change' }).getAttribute('aria-disabled'), WAITING).toBe('true');
  await page.keyboard.press('Escape');
  told.length = 0;
  expect(await tryOut('Webhook (environment)')).toMatch(/^It was taken/);
  expect(told).toHaveLength(1);
});

test('each kind says what it needs and where to find it', async () => {
  const { page } = person;
  await page.goto('/alerts/channels');
  await page.getByRole('button', { name: 'Create a channel' }).click();
  const dialog = page.getByRole('dialog');
  for (const [kind, field] of [
    ['slack', 'Webhook URL'],
    ['email', 'Addresses'],
    ['pagerduty', 'Integration key'],
    ['discord', 'Webhook URL'],
    ['teams', 'Workflow URL'],
    ['telegram', 'Token of the bot'],
  ] as const) {
    await dialog.getByLabel('Kind').selectOption(kind);
    await dialog.getByLabel(field, { exact: true }).waitFor();
  }
  await expect.poll(() => barriers(page), WAITING).toEqual([]);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
});
