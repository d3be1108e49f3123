/** The pages of agents: who is there, is it healthy, and why not. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Client, createClient, everythingSettled } from '../../server/test/program/apiClient.ts';
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
import { ago, refundTrace } from './shownTraces.ts';

/** Would lead elsewhere if it were not written into the address with care. */
const ODD = `odd/agent?x=1#y "quoted" & more`;

const WAITING = { timeout: 10_000 };
/** The last is of the one that waits until everything is stored. */
const NAMED_WITH_E = ['invoice-reader', ODD, 'planner', 'refund-agent', 'sentinel'];

let program: Program;
let client: Client;
let person: Visit;
let cookies: NonNullable<VisitOptions['cookies']>;
beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  client = createClient(program, OWNER.key);
  for (let i = 0; i < 4; i++) await client.sendSpans(refundTrace({ agent: 'refund-agent', atMs: ago(60_000 + i * 10_000) }));
  await client.sendSpans(refundTrace({ agent: ODD, atMs: ago(60_000) }));
  await client.post('/api/obs/ingest/events', {
    events: [{ event_type: 'error', agent_id: 'planner', status: 'error', error_message: 'The order system did not answer' }],
  });
  await everythingSettled(client);
  await client.post('/api/obs/agents', { agent_id: 'invoice-reader', owner: 'bob@example.com', department: 'Finance', tags: ['pilot'] });
  await client.post('/api/obs/ingest/heartbeat', { agent_id: 'invoice-reader', status: 'degraded' });
  cookies = await signInWithPassword(program.address);
  person = await visit(program.address, { cookies });
}, 2 * START_MS_MAX);

describe('the list of agents', () => {
  test('tells what each did, what its heartbeats say, and why it lost points', async () => {
    const { page } = person;
    await page.goto('/agents');
    const row = page.getByRole('row', { name: /refund-agent/ });
    // Four traces, each of a run, two calls of a model for $0.006 and a tool that failed.
    await row.getByText('$0.048', { exact: true }).waitFor();
    await row.getByText('33', { exact: false }).first().waitFor();
    await page
      .getByRole('row', { name: /invoice-reader/ })
      .getByText('Degraded')
      .waitFor();
    await row.getByRole('button', { name: /Health of refund-agent: \d+ of 100, poor/ }).click();
    await page.getByText('4 of 12 calls failed (33 %)').waitFor();
    await page.keyboard.press('Escape');
  });

  test('is narrowed and sorted by what the address says', async () => {
    const { page } = person;
    await page.goto('/agents?department=Finance');
    await page.getByRole('link', { name: 'invoice-reader' }).waitFor();
    await expect.poll(() => page.locator('.agents-table tbody tr').count(), WAITING).toBe(1);
    await page.goto('/agents?status=degraded,silent&q=INVOICE&tag=pilot');
    await expect.poll(() => page.locator('.agents-table tbody tr').count(), WAITING).toBe(1);
    await page.goto('/agents?q=nobody-has-this');
    await page.getByText('No agent is like that').waitFor();
    await page.goto('/agents?sort=name&q=e');
    await expect.poll(() => page.locator('.agents-table tbody th a').allTextContents(), WAITING).toEqual(NAMED_WITH_E);
    await page.getByRole('button', { name: 'Agent', exact: true }).click();
    expect(new URL(page.url()).searchParams.get('sort')).toBe('-name');
  });
});

describe('the page of an agent', () => {
  test('says whether it is healthy and why not, and leads to its traces', async () => {
    const { page } = person;
    await page.goto('/agents/refund-agent');
    const health = page.getByRole('region', { name: /^Health/ });
    await health.getByText('4 of 12 calls failed (33 %)').waitFor();
    await health.getByText(/of 100 · Poor/).waitFor();
    await page
      .getByRole('region', { name: /Recent runs/ })
      .getByText('invoke_agent refund-agent')
      .first()
      .waitFor();
    await page
      .getByRole('region', { name: /^Models/ })
      .getByText('gpt-4o')
      .waitFor();
    await page
      .getByRole('region', { name: /^Tools/ })
      .getByText('find_order')
      .waitFor();
    await page
      .getByRole('region', { name: /^Failures/ })
      .getByText('execute_tool find_order')
      .waitFor();
    await page.getByRole('link', { name: 'Traces', exact: true }).last().click();
    await page.waitForURL(/\/traces\?.*agent_id=refund-agent/);
  });

  test('opens for whatever an agent calls itself, and says so for one that is not there', async () => {
    const { page, faults } = person;
    await page.goto('/agents?sort=name');
    await page.getByRole('link', { name: ODD }).click();
    await page.getByRole('heading', { name: new RegExp('odd/agent') }).waitFor();
    await page
      .getByRole('region', { name: /^Health/ })
      .getByText('1 of 3 calls failed')
      .waitFor();
    await page.goto('/agents/nobody');
    await page.getByText(/There is no agent nobody/).waitFor();
    expect(faults).toEqual([]);
  });
});

describe('an agent', () => {
  test('is created, described and deleted', async () => {
    const { page } = person;
    await page.goto('/agents');
    await page.getByRole('button', { name: 'Create an agent' }).click();
    await page.getByLabel('Agent id').fill('invoice-reader');
    await page.getByRole('button', { name: 'Create it' }).click();
    await page
      .getByRole('alert')
      .getByText(/has been created already/)
      .waitFor();
    await page.getByLabel('Agent id').fill('night-shift');
    await page.getByLabel('Owner', { exact: true }).fill('ada@example.com');
    await page.getByRole('button', { name: 'Create it' }).click();
    await page.getByRole('heading', { name: /night-shift/ }).waitFor();
    await page.getByText('ada@example.com').waitFor();
    await page.getByText('No score', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Describe' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Night shift');
    await page.getByLabel('Tags').fill('pilot\neu');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: /Night shift/ }).waitFor();
    await page.getByText('pilot', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Delete the agent' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.waitForURL(/\/agents$/);
    await page.getByRole('link', { name: 'refund-agent' }).waitFor();
    await expect.poll(() => page.getByRole('link', { name: 'Night shift' }).count(), WAITING).toBe(0);
  });

  test('of which telemetry is stored cannot be deleted, and says why', async () => {
    const { page } = person;
    await page.goto('/agents/refund-agent');
    await page.getByRole('button', { name: 'Delete the agent' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page
      .getByRole('alert')
      .getByText(/Telemetry of refund-agent is stored/)
      .waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
  });
});

describe.each([
  ['the list', '/agents', '.agents-table tbody tr'],
  ['an agent', '/agents/refund-agent', '.health-reasons li'],
])('%s', (_, path, shown) => {
  test('keeps nobody out, in both themes', async () => {
    const { page } = person;
    await page.goto(path);
    await page.locator(shown).first().waitFor();
    for (const theme of THEMES) {
      await switchTheme(page, theme);
      expect(await barriers(page)).toEqual([]);
    }
  });

  test('fits on a phone', async () => {
    const { page, context } = await visit(program.address, { cookies, viewport: PHONE });
    await page.goto(path);
    await page.locator(shown).first().waitFor();
    await expectNoSidewaysScrolling(page);
    await context.close();
  });
});
