/** The pages of measures with a shop's telemetry in them: what they show, what leads where, and targets that people set. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Client, createClient, everythingSettled } from '../../server/test/program/apiClient.ts';
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
import { sendMeasures } from './shownMeasures.ts';

let program: Program;
let client: Client;
let cookies: NonNullable<VisitOptions['cookies']>;
beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  client = createClient(program, OWNER.key);
  cookies = await signInWithPassword(program.address);
  await sendMeasures(client);
  await everythingSettled(client);
}, 2 * START_MS_MAX);

const open = async (path: string, options: VisitOptions = {}) => {
  const visited = await visit(program.address, { cookies, ...options });
  await visited.page.goto(path);
  return visited;
};

/** Page, and rows that stand on it. */
const SHOWN: readonly [string, string, string, RegExp][] = [
  ['/llm', 'Providers', 'mistral', /down, 4 in a row/],
  ['/llm', 'Models', 'gpt-4o', /350 ms/],
  ['/llm', 'Tokens and cost', 'gpt-4o-mini', /8,000/],
  ['/llm', 'Embeddings', 'text-embedding-3-small', /40 ms/],
  ['/rag', 'By agent', 'support', /0\.82/],
  ['/tools', 'Tools', 'find_order', /it failed/],
  ['/tools', 'External services', 'orders.internal', /60 ms/],
  ['/requests', 'Endpoints', '/ask', /2\.40 s/],
  ['/requests', 'Status codes', '503', /4/],
  ['/requests/caches', 'Caches', 'answers', /90\u202f%/],
  ['/requests/caches', 'Commands of programs', 'redis', /2 ms/],
  ['/requests/system', 'Processes', 'shop', /34 ms/],
  ['/requests/system', 'Connection pools', 'orders', /10/],
  ['/requests/system', 'WebSockets', 'shop', /1,120/],
  ['/requests/system', 'Databases', 'postgresql', /1\.30 s/],
];

test.each(SHOWN)('%s shows %s: %s', async (path, table, name, text) => {
  const { page, context, faults } = await open(`${path}?from=now-2h`);
  const row = page.getByRole('region', { name: table, exact: true }).getByRole('row').filter({ hasText: name }).first();
  await row.filter({ hasText: text }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test.each(['/llm', '/rag', '/tools', '/requests', '/requests/caches', '/requests/system'])(
  '%s, full: fits a phone, and keeps no one out in either theme',
  async (path) => {
    const { page, context } = await open(`${path}?from=now-2h`, { viewport: PHONE });
    await page.locator('.measure-table tbody th').first().waitFor();
    await expectNoSidewaysScrolling(page);
    expect(await barriers(page)).toEqual([]);
    await page.setViewportSize(DESKTOP);
    for (const theme of THEMES) {
      await switchTheme(page, theme);
      expect(await barriers(page)).toEqual([]);
    }
    await context.close();
  },
);

describe('a row', () => {
  test('leads to its traces, in the same range and with the filters of the page', async () => {
    const { page, context } = await open('/llm?from=now-2h&agent_id=support');
    await page.getByRole('region', { name: 'Models' }).getByRole('link', { name: 'gpt-4o', exact: true }).click();
    await page.waitForURL('**/traces?**');
    const { searchParams } = new URL(page.url());
    expect(Object.fromEntries(searchParams)).toEqual({ from: 'now-2h', agent_id: 'support', model: 'gpt-4o', provider: 'openai' });
    await page.getByRole('gridcell').first().waitFor();
    await context.close();
  });

  test('stands where the heading that was pressed puts it, and the URL says so', async () => {
    const { page, context } = await open('/llm?from=now-2h');
    const models = page.getByRole('region', { name: 'Models' });
    await models.getByRole('button', { name: 'Rate limited' }).click();
    await page.waitForURL('**models_sort=-rate_limited_calls**');
    await models.getByRole('rowheader').first().filter({ hasText: 'mistral-large-latest' }).waitFor();
    expect(await models.getByRole('columnheader', { name: 'Rate limited' }).getAttribute('aria-sort')).toBe('descending');
    await context.close();
  });

  test('is not there when a filter leaves it out', async () => {
    const { page, context } = await open('/llm?from=now-2h&provider=openai');
    const models = page.getByRole('region', { name: 'Models' });
    await models.getByRole('rowheader').first().waitFor();
    expect(await models.getByRole('rowheader').allTextContents()).toHaveLength(2);
    await page.goto('/llm?from=now-2h&provider=nobody');
    await page
      .getByRole('button', { name: /^Remove: Provider/ })
      .first()
      .waitFor();
    await context.close();
  });
});

test('a page without data says what to send, with a command that holds the address', async () => {
  const { page, context } = await open('/rag?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z');
  await page.getByText('Nothing in this range').waitFor();
  await page.getByText(`${program.address}/api/obs/ingest/events`).waitFor();
  await context.close();
});

describe('a target', () => {
  test('is set, kept and taken back, and is in the audit log', async () => {
    const { page, context } = await open('/tools?from=now-2h');
    const row = page.getByRole('region', { name: 'Tools', exact: true }).getByRole('row').filter({ hasText: 'find_order' });
    await row.getByRole('button', { name: 'Set a target for find_order' }).click();
    const dialog = page.getByRole('dialog', { name: 'Target for find_order' });
    await dialog.getByLabel('Availability in percent').fill('101');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText(/above 0 and up to 100/).waitFor();
    expect(await barriers(page)).toEqual([]);
    await dialog.getByLabel('Availability in percent').fill('99.95');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await row.filter({ hasText: /missed.*99\.95/ }).waitFor();
    await page.reload();
    await row.getByRole('button', { name: /Change it/ }).click();
    await dialog.getByRole('button', { name: 'Take it back' }).click();
    await row.getByRole('button', { name: 'Set a target for find_order' }).waitFor();
    const { items } = await client.get<{ items: { action: string }[] }>('/api/obs/audit?action=settings.targets.change');
    expect(items).toHaveLength(2);
    await context.close();
  });
});
