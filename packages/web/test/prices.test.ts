/** Prices as an admin sets them and prices stored calls with them, and as others see them. */
import { readFile } from 'node:fs/promises';
import type { PriceItem } from '@sightglass/contract/price';
import type { PriceFile, PriceList, RecomputeJob } from '@sightglass/contract/routes/pricing';
import type { TraceSummary } from '@sightglass/contract/trace';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Client, createClient, eventually, everythingSettled } from '../../server/test/program/apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from '../../server/test/program/startProgram.ts';
import { barriers, expectNoSidewaysScrolling, signInWithPassword, switchTheme, THEMES, type Visit, visit, type VisitOptions } from './openBrowser.ts';
import { newTraceId, refundTrace } from './shownTraces.ts';

const PRICING = '/api/obs/pricing';
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
  person = await visit(program.address, { cookies, viewport: DESKTOP });
});
afterEach(async () => {
  expect([person.faults, person.foreignRequests]).toEqual([[], []]);
  await person.context.close();
});

const set = (price: Record<string, unknown>) => client.post<PriceItem>(PRICING, price);
const ownPrices = async (model: string) => (await client.get<PriceList>(`${PRICING}?origin=override&model=${model}`)).items;
const costOf = async (traceId: string) => (await client.get<{ trace: TraceSummary }>(`/api/obs/traces/${traceId}?detail=summary`)).trace.cost_usd;

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

test('a model that has no price gets one, and its calls are priced with it: looked at first, then applied', { timeout: 120_000 }, async () => {
  const traceId = newTraceId();
  await client.sendSpans(refundTrace({ traceId, chat: { provider: 'acme', model: 'acme-large' } }));
  await everythingSettled(client);
  const { page } = person;
  await page.goto('/prices');
  await page.getByRole('tab', { name: /^Unpriced/ }).click();
  const row = page.getByRole('row', { name: /acme-large/ });
  await row.getByText('no price', { exact: true }).waitFor();
  await expectAtHomeEverywhere(person);
  await row.getByRole('link', { name: 'Set a price and recompute' }).click();

  expect(await page.getByLabel('Provider').inputValue()).toBe('acme');
  expect(await page.getByRole('textbox', { name: 'Model' }).inputValue()).toBe('acme-large');
  const input = page.getByLabel('Input ($)', { exact: true });
  await input.fill('1,25');
  await page.getByRole('button', { name: 'Save and preview the recompute' }).click();
  await page.getByText('write a point before the cents, and no commas').waitFor();
  expect(await input.evaluate((field) => field === document.activeElement)).toBe(true);
  await expectAtHomeEverywhere(person);
  await input.fill('1.25');
  await page.getByLabel('Output ($)', { exact: true }).fill('10');
  await page.keyboard.press('Control+s');

  // Two calls of 1200 × $1.25/M + 300 × $10/M = $0.0045.
  const preview = page.getByRole('region', { name: 'Preview', exact: true });
  await preview.getByText('All 2 calls would cost another amount. $0.00 before, $0.009 after: +$0.009.').waitFor();
  expect(
    await preview
      .getByRole('table', { name: 'By agent' })
      .getByRole('row', { name: /refund-agent/ })
      .innerText(),
  ).toContain('+$0.009');
  expect(await costOf(traceId)).toBeNull();
  await expectAtHomeEverywhere(person);
  await preview.getByRole('button', { name: 'Apply to 2 calls' }).click();
  const question = page.getByRole('alertdialog', { name: 'Change the cost of 2 calls?' });
  await question.getByText('Costs that senders reported are left alone.').waitFor();
  await question.getByRole('button', { name: 'Apply' }).click();
  await page.getByRole('region', { name: 'Applied' }).getByText('Done. All 2 calls cost another amount now.').waitFor();
  expect(await costOf(traceId)).toBe('0.009');

  await page
    .getByRole('row', { name: /done.*\+\$0\.009.*you/ })
    .getByRole('link')
    .click();
  await page.getByRole('region', { name: 'Result' }).getByText('Done. All 2 calls cost another amount now.').waitFor();
  await expectAtHomeEverywhere(person);
  await page.getByRole('tab', { name: 'Unpriced' }).click();
  await page.getByText('Every call in this range has a cost').waitFor();

  await page.goto(`/traces/${traceId}?view=waterfall`);
  await page
    .getByRole('row', { name: /acme-large/ })
    .first()
    .click();
  const cost = page.getByRole('region', { name: 'Cost' });
  await cost.getByText('1,200 input × $1.25 / M').waitFor();
  expect(await cost.innerText()).toContain('Own price of acme-large');
  await cost.getByRole('link', { name: 'acme-large' }).click();
  await page.getByRole('button', { name: 'acme-large', exact: true }).waitFor();
});

test('a recompute is previewed again once the choice is another one', async () => {
  const traceId = newTraceId();
  await client.sendSpans(refundTrace({ traceId, chat: { provider: 'acme', model: 'acme-later' } }));
  await everythingSettled(client);
  await set({ provider: 'acme', model: 'acme-later', input_per_mtok: '1', output_per_mtok: '1' });
  const { page } = person;
  await page.goto('/prices?view=recompute&model=acme-later');
  await page.getByRole('button', { name: 'Preview' }).click();
  const apply = page.getByRole('button', { name: 'Apply to 2 calls' });
  await apply.waitFor();
  await page.getByLabel('Also replace costs that senders reported').check();
  await page.getByText('look again before you apply it').waitFor();
  expect(await apply.isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Preview again' }).click();
  await expect.poll(() => apply.isEnabled()).toBe(true);
  expect(await costOf(traceId)).toBeNull();
});

test('a recompute that goes on is followed until it has ended, also past looks that fail', async () => {
  const { page } = person;
  await client.post(`${PRICING}/recompute`, { from: 'now-1h', to: 'now', dry_run: false });
  const [job] = (await client.get<{ items: RecomputeJob[] }>(`${PRICING}/recompute?limit=1`)).items;
  const running = { ...job, state: 'running', done: 1, remaining: 3, result: null, finished_at: null };
  // A job that takes longer than an answer needs more calls than a test may send: its middle is told here, its end by the program.
  let looks = 0;
  await page.route(`**${PRICING}/recompute/${job?.job_id}`, async (route) => {
    looks += 1;
    if (looks <= 2) await route.fulfill({ json: running });
    else if (looks <= 5) await route.fulfill({ status: 503, body: '' });
    else await route.continue();
  });
  await page.goto(`/prices?view=recompute&job=${job?.job_id}`);
  await page.getByText(/^25.%, 3 calls to go\./).waitFor();
  expect(await page.getByRole('progressbar', { name: 'Recompute' }).getAttribute('value')).toBe('0.25');
  await page.getByText('The last look failed; it is looked at again.').waitFor();
  await page
    .getByRole('region', { name: 'Result' })
    .getByText(/^Done\. /)
    .waitFor();
  expect(await page.getByRole('progressbar').count()).toBe(0);
});

test('the book is searched, a price is opened to all there is, changed, and removed', { timeout: 120_000 }, async () => {
  const { page } = person;
  await page.goto('/prices');
  await page.getByRole('button', { name: 'Load more' }).click();
  await page.getByText(/^200 prices so far/).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('gemini-2.5-pro');
  const row = page.getByRole('button', { name: 'gemini-2.5-pro', exact: true });
  await expect.poll(() => page.getByRole('row').count()).toBeLessThan(20);
  await row.click();
  const detail = page.getByRole('region', { name: 'Price of gemini-2.5-pro', exact: true });
  expect(await detail.getByRole('columnheader').allInnerTexts()).toEqual(['per million tokens', 'Standard', 'over 200,000 input tokens']);
  await expectAtHomeEverywhere(person);

  await detail.getByRole('link', { name: 'Set an own price from this' }).click();
  const tier = page.getByRole('list', { name: 'Context tiers' }).getByRole('listitem', { name: 'context tier 1' });
  expect(await tier.getByLabel('Input larger than').inputValue()).toBe('200000');
  await page.getByLabel('Input ($)', { exact: true }).first().fill('0.000000000001');
  await page.getByLabel('Holds from').fill('2026-08-01');
  await page.getByText('2026-08-01 00:00:00.000 UTC').waitFor();
  await page.getByRole('button', { name: 'Add service tier' }).click();
  const batch = page.getByRole('list', { name: 'Service tiers' }).getByRole('listitem', { name: 'service tier 1' });
  await batch.getByLabel('Name, as calls report it').fill('batch');
  await batch.getByLabel('Input ($)', { exact: true }).fill('-1');
  await page.getByLabel('Patterns with *').fill('gemini-acme-*');
  await page.getByLabel('Where the figures come from').fill('contract of 2026');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await batch.getByText('must be dollars from 0 to 1,000,000').waitFor();
  await expectAtHomeEverywhere(person);
  await page.getByRole('link', { name: 'Explorer' }).click();
  await page.getByRole('alertdialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Stay' }).click();
  await batch.getByLabel('Input ($)', { exact: true }).fill('0.6');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Set. It holds for what arrives from now on.').waitFor();
  expect(await ownPrices('gemini-2.5-pro')).toMatchObject([
    {
      provider: 'google',
      input_per_mtok: '0.000000000001',
      effective_from: '2026-08-01T00:00:00Z',
      source: 'contract of 2026',
      context_tiers: [{ above_input_tokens: 200_000, input_per_mtok: '2.5' }],
      service_tiers: { batch: { input_per_mtok: '0.6' } },
    },
  ]);

  // What was saved comes back into the form, and saving it again replaces it.
  const own = page.getByRole('row', { name: /own.*\$0\.000000000001/ });
  await own.getByRole('button').click();
  await page.getByRole('link', { name: 'Change' }).click();
  await page.getByText('will be replaced').waitFor();
  expect(await page.getByLabel('Patterns with *').inputValue()).toBe('gemini-acme-*');
  await page.getByLabel('Input ($)', { exact: true }).first().fill('1');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page
    .getByRole('row', { name: /own.*\$1\.00/ })
    .getByRole('button')
    .click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  const question = page.getByRole('alertdialog', { name: 'Remove the price of gemini-2.5-pro?' });
  await question.getByText('Stored calls keep their cost until a recompute').waitFor();
  await question.getByRole('button', { name: 'Remove' }).click();
  await page.getByText('Removed. For what arrives from now on the bundled price holds again').waitFor();
  expect(await ownPrices('gemini-2.5-pro')).toEqual([]);
  await page.getByLabel('Show own prices that were replaced or removed').check();
  await page
    .getByRole('row', { name: /no longer/ })
    .first()
    .waitFor();
  expect(await page.getByRole('row', { name: /no longer/ }).count()).toBe(2);
});

test('what the server alone can refuse stands beside its field', async () => {
  const { page } = person;
  await page.goto('/prices/set?provider=acme&model=acme-names');
  await page.getByLabel('Input ($)', { exact: true }).fill('1');
  await page.getByLabel('In full, one a line').fill(`short\n\n${'x'.repeat(257)}`);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText(/^Line 3: /).waitFor();
  expect(await page.getByLabel('In full, one a line').evaluate((field) => field === document.activeElement)).toBe(true);
  expect(await ownPrices('acme-names')).toEqual([]);
  await page.getByLabel('In full, one a line').fill('short');
  await page.getByRole('button', { name: 'Copy from …' }).click();
  await page.getByLabel('Find the price to copy').fill('claude-3-5-haiku');
  await page
    .getByRole('button', { name: /^claude-3-5-haiku/ })
    .first()
    .click();
  await expect.poll(() => page.getByLabel('Output ($)', { exact: true }).first().inputValue()).not.toBe('');
  // It is the figures that are copied: what the price is for stays.
  expect(await page.getByRole('textbox', { name: 'Model' }).inputValue()).toBe('acme-names');
  expect(await page.getByLabel('In full, one a line').inputValue()).toBe('short');
});

test('prices go out as a file and come in again, shown before they are taken over', async () => {
  await set({ provider: 'custom', model: 'house-model', input_per_mtok: '0.5', output_per_mtok: '1' });
  const { page } = person;
  await page.goto('/prices');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export' }).click()]);
  const file = JSON.parse(await readFile(await download.path(), 'utf8')) as PriceFile;
  expect(file.prices.map(({ model }) => model)).toContain('house-model');

  await page.getByRole('button', { name: 'Import' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import prices' });
  const choose = (content: string) =>
    dialog.getByLabel('A file of prices').setInputFiles({ name: 'prices.json', mimeType: 'application/json', buffer: Buffer.from(content) });
  await choose('{"prices": [');
  await dialog.getByText('The file is not JSON').waitFor();
  await choose(JSON.stringify({ ...file, prices: [...file.prices, { provider: 'custom', model: 'new', input_per_mtok: '-1' }] }));
  await dialog.getByText(`/prices/${file.prices.length}/input_per_mtok`).waitFor();
  const changed = file.prices.map((price) => (price.model === 'house-model' ? { ...price, input_per_mtok: '0.75' } : price));
  await choose(JSON.stringify({ ...file, prices: [...changed, { provider: 'custom', model: 'new', input_per_mtok: '1' }] }));
  await dialog.getByText(/^Would be: 1 price added, 1 replaced/).waitFor();
  expect(await barriers(page)).toEqual([]);
  expect((await ownPrices('house-model'))[0]?.input_per_mtok).toBe('0.5');
  await dialog.getByRole('button', { name: 'Import' }).click();
  await dialog.getByText(/^Imported: 1 price added, 1 replaced/).waitFor();
  expect((await ownPrices('house-model'))[0]?.input_per_mtok).toBe('0.75');
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await page.getByRole('button', { name: 'house-model', exact: true }).waitFor();
});

test('the calculator tells the cost and the sum behind it', async () => {
  const { page } = person;
  await page.goto('/prices?view=calculator');
  await page.getByText('Name a model.').waitFor();
  await page.getByLabel('Model', { exact: true }).fill('gpt-4o');
  await page.getByLabel('Provider').fill('openai');
  await page.getByLabel('Starts').fill('2026-01-01');
  await page.getByLabel('Input tokens').fill('2000');
  await page.getByLabel('of the input, read from cache').fill('1280');
  await page.getByLabel('Output tokens').fill('100');
  // 720 × $2.50/M + 1280 × $1.25/M + 100 × $10/M: openai.com/api/pricing
  await page.getByText('$0.0044', { exact: true }).waitFor();
  expect(await page.getByRole('table', { name: 'The sum behind the cost' }).getByRole('row').allInnerTexts()).toEqual([
    '720 input × $2.50 / M\t$0.0018',
    '1,280 cached × $1.25 / M\t$0.0016',
    '100 output × $10.00 / M\t$0.0010',
  ]);
  await expectAtHomeEverywhere(person);
  await page.getByLabel('Model', { exact: true }).fill('no-such-model');
  await page.getByText('The price book has no price for this model at that time.').waitFor();
});

test('who may not change prices sees all of them and has nothing to press that would fail', { timeout: 60_000 }, async () => {
  await set({ provider: 'custom', model: 'seen-model', input_per_mtok: '0.5' });
  const { key } = await client.post<{ key: string }>('/api/obs/api-keys', { name: 'reader', scopes: ['read'] });
  const reader = await visit(program.address);
  const { page, context } = reader;
  await context.setExtraHTTPHeaders({ authorization: `Bearer ${key}` });
  await page.goto('/prices');
  await page.getByText('Only admins of the workspace may change it').waitFor();
  await page.getByRole('button', { name: 'seen-model', exact: true }).click();
  const detail = page.getByRole('region', { name: 'Price of seen-model' });
  await detail.getByRole('link', { name: 'Calculate' }).waitFor();
  const main = page.getByRole('main');
  const forbidden = /Import|Set a|Change|Remove|Recompute its|Apply|Preview/;
  expect(await page.getByRole('button', { name: 'Export' }).count()).toBe(1);
  for (const view of ['book', 'unpriced', 'recompute', 'calculator']) {
    await page.goto(`/prices?view=${view}`);
    await page.getByRole('tabpanel').waitFor();
    await eventually(async () => expect(await main.locator('[aria-busy="true"]').count()).toBe(0));
    expect(await page.getByRole('button', { name: forbidden }).count()).toBe(0);
    expect(await page.getByRole('link', { name: forbidden }).count()).toBe(0);
  }
  await page.goto('/prices/set');
  await page.getByText('Only admins of the workspace may set prices').waitFor();
  expect([reader.faults, reader.foreignRequests]).toEqual([[], []]);
  await context.close();
});
