/** The settings of a workspace as an admin changes them, and as others see them. */
import type { EncryptionSetting, EstimatesSetting, RedactionSetting, SamplingSetting } from '@sightglass/contract/routes/settings';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Client, createClient } from '../../server/test/program/apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from '../../server/test/program/startProgram.ts';
import { barriers, expectNoSidewaysScrolling, signInWithPassword, switchTheme, THEMES, type Visit, visit, type VisitOptions } from './openBrowser.ts';

const REDACTION = '/api/obs/settings/redaction';
const SAMPLING = '/api/obs/settings/sampling';
const ENCRYPTION = '/api/obs/settings/encryption';
const ESTIMATES = '/api/obs/settings/estimates';
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

const put = (path: string, body: unknown) =>
  client.send(path, { method: 'PUT', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
beforeEach(async () => {
  await put(REDACTION, {});
  await put(SAMPLING, {});
  person = await visit(program.address, { cookies });
});
afterEach(async () => {
  expect([person.faults, person.foreignRequests]).toEqual([[], []]);
  await person.context.close();
});

const saved = () => person.page.getByText('Saved. It holds for what arrives from now on.').waitFor();
const saveButton = () => person.page.getByRole('button', { name: 'Save changes' });

/** Open for everyone, in both themes and in a narrow window, as the page stands. */
async function expectAtHomeEverywhere({ page }: Visit): Promise<void> {
  for (const theme of THEMES) {
    await switchTheme(page, theme);
    expect(await barriers(page)).toEqual([]);
  }
  await page.setViewportSize(NARROW_WINDOW);
  await expectNoSidewaysScrolling(page);
  await page.setViewportSize(DESKTOP);
}

test('masking rules are tried as they stand in the form, saved, and there again', { timeout: 60_000 }, async () => {
  const { page } = person;
  await page.goto('/');
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('switch', { name: 'Mask what arrives' }).check();
  await page.getByLabel('A text as it might arrive').fill('ada@example.com ordered CUST-20417733 from 10.0.0.1');
  const masked = page.getByRole('group', { name: 'Masked text' });
  await expect.poll(() => masked.innerText()).toBe('[email] ordered CUST-20417733 from 10.0.0.1');

  await page.getByRole('button', { name: 'Add pattern' }).click();
  const pattern = page.getByRole('listitem', { name: 'pattern 1' });
  expect(await pattern.getByRole('textbox', { name: 'Name' }).evaluate((field) => field === document.activeElement)).toBe(true);
  await page.keyboard.type('customer');
  await pattern.getByRole('textbox', { name: 'Pattern' }).fill('CUST-[z-a]');
  await pattern.getByText('invalid character class range at position 6').waitFor();
  await expectAtHomeEverywhere(person);
  await pattern.getByRole('textbox', { name: 'Pattern' }).fill('CUST-\\d{8}');
  await pattern.getByLabel('Replaced by').fill('a customer');
  await page.getByLabel('IPv4 addresses').check();
  await expect.poll(() => masked.innerText()).toBe('[email] ordered a customer from [ipv4]');
  expect(await masked.locator('mark').allInnerTexts()).toEqual(['[email]', 'a customer', '[ipv4]']);
  await page.getByText('customer × 1').waitFor();
  await expectAtHomeEverywhere(person);
  expect((await client.get<RedactionSetting>(REDACTION)).enabled).toBe(false);

  await saveButton().click();
  await saved();
  await page.getByText(/Changed (now|\d+ s ago) by you\./).waitFor();
  expect(await client.get<RedactionSetting>(REDACTION)).toMatchObject({
    enabled: true,
    detectors: ['api_key', 'card', 'email', 'iban', 'ipv4', 'phone'],
    patterns: [{ name: 'customer', pattern: 'CUST-\\d{8}', replacement: 'a customer' }],
  });
  await page.reload();
  expect(await pattern.getByRole('textbox', { name: 'Pattern' }).inputValue()).toBe('CUST-\\d{8}');
  expect(await page.getByRole('switch', { name: 'Mask what arrives' }).isChecked()).toBe(true);
});

test('what the server refuses stands beside its field, and the first one is at hand', async () => {
  const { page } = person;
  await page.goto('/settings/redaction');
  await page.getByLabel(/^Keys, one a line/).fill('app.secret.*\n\n*key*');
  await saveButton().click();
  await page.getByText('Line 3: may have a * at its end only').waitFor();
  await page.getByText('Not saved: 1 field to correct.').waitFor();
  expect(await page.getByLabel(/^Keys, one a line/).evaluate((field) => field === document.activeElement)).toBe(true);
  await page.getByLabel(/^Keys, one a line/).fill('app.secret.*\n\nkey*');
  await page.keyboard.press('Control+s');
  await saved();
  expect((await client.get<RedactionSetting>(REDACTION)).drop_attributes).toEqual(['app.secret.*', 'key*']);
});

test('changes that are not saved are not lost by a click', async () => {
  const { page } = person;
  await page.goto('/settings/sampling');
  await page.getByLabel('Of all traces, keep one in').fill('7');
  await page.getByRole('link', { name: 'Traces', exact: true }).click();
  const question = page.getByRole('alertdialog', { name: 'Leave without saving?' });
  await question.waitFor();
  expect(await barriers(page)).toEqual([]);
  await question.getByRole('button', { name: 'Stay' }).click();
  await question.waitFor({ state: 'detached' });
  expect(await page.getByLabel('Of all traces, keep one in').inputValue()).toBe('7');
  await page.getByRole('link', { name: 'Encryption' }).click();
  await question.getByRole('button', { name: 'Leave' }).click();
  await page.getByText('Encrypt inputs, outputs and context').waitFor();
  await page.getByRole('link', { name: 'Sampling' }).click();
  expect(await page.getByLabel('Of all traces, keep one in').inputValue()).toBe('1');
});

test('what somebody else saved meanwhile is not written over unasked', async () => {
  const { page } = person;
  await page.goto('/settings/sampling');
  await page.getByLabel('Of all logs, keep one in').fill('3');
  expect((await put(SAMPLING, { logs: { keep_one_in: 5 } })).status).toBe(200);
  await saveButton().click();
  await page.getByText('Somebody changed this while you did').waitFor();
  expect((await client.get<SamplingSetting>(SAMPLING)).logs.keep_one_in).toBe(5);
  await page.getByRole('button', { name: 'Take theirs' }).click();
  expect(await page.getByLabel('Of all logs, keep one in').inputValue()).toBe('5');
  await page.getByText(/Changed .* by the key “/).waitFor();

  await page.getByLabel('Of all logs, keep one in').fill('3');
  await put(SAMPLING, { logs: { keep_one_in: 6 } });
  await saveButton().click();
  await page.getByRole('button', { name: 'Save mine over theirs' }).click();
  await saved();
  expect((await client.get<SamplingSetting>(SAMPLING)).logs.keep_one_in).toBe(3);
});

test('sampling rules begin with a preset, are put in order by keyboard, and say what is no number', { timeout: 60_000 }, async () => {
  const { page } = person;
  await page.goto('/settings/sampling');
  await page.getByRole('button', { name: 'Use the preset “light”' }).click();
  const traces = page.getByRole('list', { name: 'Rules for traces' });
  expect(await traces.getByLabel('only without calls').isChecked()).toBe(true);
  await page.getByRole('button', { name: 'Add rule' }).first().click();
  const second = traces.getByRole('listitem', { name: 'rule 2' });
  await second.getByLabel('Endpoint').fill('/health*');
  await second.getByLabel('Keep one in').fill('many');
  await saveButton().click();
  await second.getByText('must be a whole number from 1 to 10,000').waitFor();
  await expectAtHomeEverywhere(person);
  await second.getByLabel('Keep one in').fill('100');
  await second.getByText(/^keeps 1/).waitFor();
  await second.getByRole('button', { name: 'Move rule 2 up' }).press('Enter');
  const first = traces.getByRole('listitem', { name: 'rule 1' });
  expect(await first.getByLabel('Endpoint').inputValue()).toBe('/health*');
  // The button that moved it is disabled now; the keyboard stays with the rule.
  await expect.poll(() => first.getByRole('button', { name: 'Move rule 1 down' }).evaluate((button) => button === document.activeElement)).toBe(true);
  const logs = page.getByRole('list', { name: 'Rules for logs' });
  await logs.getByRole('combobox', { name: 'Level' }).selectOption('INFO');
  await saveButton().click();
  await saved();
  expect(await client.get<SamplingSetting>(SAMPLING)).toMatchObject({
    enabled: true,
    traces: {
      keep_one_in: 1,
      slow_ms: 10_000,
      rules: [
        { endpoint: '/health*', keep_one_in: 100 },
        { without_calls: true, keep_one_in: 10 },
      ],
    },
    logs: { keep_one_in: 1, rules: [{ max_level: 'INFO', keep_one_in: 10 }] },
  });
  await page.getByRole('button', { name: 'Remove rule 1' }).first().click();
  await page.getByRole('button', { name: 'Discard' }).click();
  expect(await traces.getByRole('listitem').count()).toBe(2);
});

test('encryption is asked about before it is switched, and its key is rotated', { timeout: 60_000 }, async () => {
  const { page } = person;
  await page.goto('/settings/encryption');
  await page.getByText('None yet').waitFor();
  const encrypt = page.getByRole('switch', { name: 'Encrypt inputs, outputs and context' });
  await encrypt.click();
  const question = page.getByRole('alertdialog');
  await question.getByText('Text search will not find it').waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await question.waitFor({ state: 'detached' });
  expect((await client.get<EncryptionSetting>(ENCRYPTION)).enabled).toBe(false);

  await encrypt.click();
  await question.getByRole('button', { name: 'Switch on' }).click();
  await page.getByText('Switched on.').waitFor();
  expect(await encrypt.isChecked()).toBe(true);
  await page.getByRole('button', { name: 'Rotate' }).click();
  await question.waitFor();
  expect(await page.getByText(/There is a new key|Switched on/).count()).toBe(0);
  await question.getByRole('button', { name: 'Rotate' }).click();
  await page.getByText('There is a new key.').waitFor();
  const { keys, enabled } = await client.get<EncryptionSetting>(ENCRYPTION);
  expect([enabled, keys.length]).toEqual([true, 2]);
  await page.getByRole('row', { name: new RegExp(`${keys[0]?.id}.*in use`) }).waitFor();
  await page.getByRole('row', { name: new RegExp(`${keys[1]?.id}.*reads only`) }).waitFor();
  await expectAtHomeEverywhere(person);
  await encrypt.click();
  await question.getByRole('button', { name: 'Switch off' }).click();
  await page.getByText('Switched off.').waitFor();
  expect((await client.get<EncryptionSetting>(ENCRYPTION)).enabled).toBe(false);
});

test('estimates are switched on and off, and what was switched is there again', { timeout: 60_000 }, async () => {
  const { page } = person;
  await page.goto('/settings/encryption');
  await page.getByRole('link', { name: 'Estimates' }).click();
  const estimate = page.getByRole('switch', { name: 'Estimate the tokens of calls that tell none' });
  await page.getByText('Never changed.').waitFor();
  await estimate.click();
  await page.getByText('Switched on. It holds for what arrives from now on.').waitFor();
  expect((await client.get<EstimatesSetting>(ESTIMATES)).enabled).toBe(true);
  await expectAtHomeEverywhere(person);
  await page.reload();
  await expect.poll(() => estimate.isChecked()).toBe(true);
  await estimate.click();
  await page.getByText('Switched off. It holds for what arrives from now on.').waitFor();
  expect((await client.get<EstimatesSetting>(ESTIMATES)).enabled).toBe(false);
});

test('who may not change settings sees them, can try rules, and has nothing to press', { timeout: 60_000 }, async () => {
  await put(REDACTION, { enabled: true, patterns: [{ name: 'customer', pattern: 'CUST-\\d+' }] });
  await put(SAMPLING, { traces: { rules: [{ endpoint: '/health*', keep_one_in: 100 }] } });
  const { key } = await client.post<{ key: string }>('/api/obs/api-keys', { name: 'reader', scopes: ['read'] });
  const reader = await visit(program.address);
  const { page, context } = reader;
  await context.setExtraHTTPHeaders({ authorization: `Bearer ${key}` });
  await page.goto('/settings/redaction');
  await page.getByText('Only admins of the workspace may change it').waitFor();
  expect(await page.getByRole('textbox', { name: 'Pattern' }).isDisabled()).toBe(true);
  expect(await page.getByRole('switch').isDisabled()).toBe(true);
  await page.getByLabel('A text as it might arrive').fill('CUST-1');
  await expect.poll(() => page.getByRole('group', { name: 'Masked text' }).innerText()).toBe('[customer]');
  await expectAtHomeEverywhere(reader);
  for (const path of ['/settings/redaction', '/settings/sampling', '/settings/encryption', '/settings/estimates']) {
    await page.goto(path);
    await page.getByRole('switch').waitFor();
    expect(await page.getByRole('switch').isDisabled()).toBe(true);
    expect(
      await page
        .getByRole('main')
        .getByRole('button', { name: /Add|Remove|Move|Save|preset|Rotate/ })
        .count(),
    ).toBe(0);
  }
  expect([reader.faults, reader.foreignRequests]).toEqual([[], []]);
  await context.close();
});
