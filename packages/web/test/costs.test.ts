/** The cost explorer on events and spans that have come in over HTTP. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Client, createClient, eventually, everythingSettled } from '../../server/test/program/apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from '../../server/test/program/startProgram.ts';
import { barriers, DESKTOP, expectNoSidewaysScrolling, signInWithPassword, switchTheme, THEMES, type Visit, visit } from './openBrowser.ts';
import { ago, refundTrace } from './shownTraces.ts';

const DAY_MS = 86_400_000;
const NARROW = { width: 700, height: 900 } as const;
const TINY_CALLS = 1_000;
const CROWD = 60;
/** Where the events stand: whole minutes around now, and the day before. */
const now = Date.now();
const today = new Date(now - 60_000).toISOString();
const yesterday = new Date(now - DAY_MS - 60_000).toISOString();

let program: Program;
let client: Client;
let person: Visit;
beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  client = createClient(program, OWNER.key);
  const call = (agent_id: string, model: string, cost_usd: string, more: Record<string, unknown> = {}) => ({
    event_type: 'llm_call',
    timestamp: today,
    agent_id,
    model,
    provider: 'openai',
    input_tokens: 100,
    output_tokens: 10,
    cost_usd,
    ...more,
  });
  await client.post('/api/obs/ingest/events', {
    events: [
      call('planner', 'gpt-4o', '3', { tags: { team: 'blue', tier: 'gold' } }),
      call('planner', 'gpt-4o-mini', '1', { tags: { team: 'blue' } }),
      call('=writer', 'gpt-4o', '1', { status: 'error' }),
      call('planner', 'gpt-4o', '2', { timestamp: yesterday }),
      call('retired', 'gpt-4o', '8', { timestamp: yesterday }),
      { ...call('planner', 'never-heard-of-it', ''), cost_usd: undefined },
    ],
  });
  // A session of its own, two days ago, so that nothing else is summed with it.
  const tiny = { ...call('tiny', 'gpt-4o', '0.000000123'), session_id: 'tiny', timestamp: new Date(now - 2 * DAY_MS).toISOString() };
  await client.post('/api/obs/ingest/events', { events: Array.from({ length: TINY_CALLS }, () => tiny) });
  const crowd = { ...call('crowd', 'gpt-4o', '0.000000000007'), session_id: 'crowd', timestamp: new Date(now - 4 * DAY_MS).toISOString() };
  await client.post('/api/obs/ingest/events', { events: Array.from({ length: CROWD }, (_, i) => ({ ...crowd, user_id: `member-${i}` })) });
  await client.sendSpans(refundTrace({ atMs: ago(120_000) }));
  await client.sendSpans(
    refundTrace({ agent: 'travel-agent', user: 'user-2', atMs: ago(150_000), chat: { model: 'claude-sonnet-4-5', provider: 'anthropic' } }),
  );
  await everythingSettled(client);
  await eventually(async () => {
    const [row] = await client.query({ measures: ['calls'], from: 'now-7d', to: 'now' });
    expect(Number(row?.calls)).toBe(TINY_CALLS + CROWD + 12);
  });
  person = await visit(program.address, { cookies: await signInWithPassword(program.address) });
}, 2 * START_MS_MAX);

const table = () => person.page.locator('.costs-table');
/** The cells of the row whose names begin so, as they are read. */
async function row(...names: string[]): Promise<string[]> {
  const found = table()
    .locator('tr')
    .filter({ has: person.page.getByRole('rowheader', { name: names[0] ?? '', exact: true }) })
    .filter({ hasText: names.join('') });
  await found.first().waitFor();
  return (await found.first().locator('th, td').allTextContents()).map((text) => text.replaceAll('\u202f', ' ').trim());
}

async function open(path: string): Promise<void> {
  await person.page.goto(path);
  await table().waitFor();
}

describe('the cost explorer', () => {
  test('tells what each agent and model cost, its share and its change', async () => {
    await open('/costs');
    // 3 + 1 + 1, two calls of gpt-4o at $0.006 and two of Claude at $0.0081.
    const totals = person.page.getByRole('region', { name: 'In this range' });
    await totals.getByText('$5.03', { exact: true }).waitFor();
    expect(await totals.getByText('$5.03', { exact: true }).getAttribute('title')).toBe('$5.0282 exactly');
    expect(await totals.textContent()).toContain('1 call unpriced, not in it');
    expect(await row('planner', 'gpt-4o')).toEqual(['planner', 'gpt-4o', '$3.00', '60 %', '+50 % (worse)', '110', '1', '0', 'Traces']);
    expect((await row('planner', 'gpt-4o-mini')).slice(2, 8)).toEqual(['$1.00', '20 %', 'new', '110', '1', '0']);
    expect((await row('=writer', 'gpt-4o')).slice(2, 8)).toEqual(['$1.00', '20 %', 'new', '110', '1', '1']);
    expect((await row('travel-agent', 'claude-sonnet-4-5')).slice(2, 6)).toEqual(['$0.0162', '0.3 %', 'new', '3,000']);
    expect((await row('planner', 'never-heard-of-it')).slice(2, 5)).toEqual(['unpriced', '–', 'new']);
    expect((await row('retired', 'gpt-4o')).slice(2, 8)).toEqual(['$0.00', '0 %', 'gone', '0', '0', '0']);
    // 2 + 8 the day before.
    expect((await row('Total')).slice(1, 4)).toEqual(['1 unpriced calls not in it$5.03', '100 %', '−50 % (better)']);
  });

  test('by one dimension sums up what two tell apart', async () => {
    await open('/costs');
    await person.page.getByLabel('and', { exact: true }).selectOption({ label: 'nothing else' });
    await expect.poll(async () => (await row('planner'))[1]).toContain('$4.00');
    expect(new URL(person.page.url()).searchParams.get('and')).toBe('none');
    await person.page.getByLabel('By', { exact: true }).selectOption({ label: 'Provider' });
    await expect.poll(async () => (await row('anthropic'))[1]).toBe('$0.0162');
    // Tools have no provider, and cost nothing that is known.
    expect((await row('(none)')).slice(1, 6)).toEqual(['$0.00', '0 %', 'new', '0', '2']);
    await person.page.goBack();
    await expect.poll(async () => (await row('planner'))[1]).toContain('$4.00');
  });

  test('shares and changes are of the measure that was chosen', async () => {
    await open('/costs?and=none');
    await person.page.getByLabel('Measure').selectOption({ label: 'Errors' });
    // Two failed tools and a failed call.
    await expect.poll(async () => (await row('=writer')).slice(2, 4)).toEqual(['33 %', 'new']);
  });

  test('is sorted by what the address and the header say', async () => {
    await open('/costs?and=none');
    const calls = person.page.getByRole('columnheader', { name: 'Calls' });
    await calls.getByRole('button').press('Enter');
    await expect.poll(() => calls.getAttribute('aria-sort')).toBe('descending');
    expect(new URL(person.page.url()).searchParams.get('sort')).toBe('-calls');
    const first = () => table().locator('tbody tr').first().locator('th').textContent();
    await expect.poll(first).toMatch(/planner|refund-agent|travel-agent/);
    await calls.getByRole('button').press('Enter');
    await expect.poll(first).toBe('=writer');
  });

  test('a click on a name filters by it, and its traces are one click away', async () => {
    const { page } = person;
    await open('/costs');
    await table().getByRole('button', { name: 'travel-agent' }).first().click();
    await expect.poll(async () => (await row('Total'))[1]).toBe('$0.0162');
    expect(new URL(page.url()).searchParams.get('agent_id')).toBe('travel-agent');
    await page.getByRole('link', { name: 'Traces of travel-agent, claude-sonnet-4-5' }).click();
    await page.getByRole('grid', { name: 'Traces' }).waitFor();
    const { searchParams } = new URL(page.url());
    expect([searchParams.get('agent_id'), searchParams.get('model')]).toEqual(['travel-agent', 'claude-sonnet-4-5']);
  });

  test('tags overlap, and the page says so', async () => {
    await open('/costs?by=tag&and=none');
    await person.page.getByText('A call with several tags is counted under each of them').waitFor();
    expect((await row('team:blue')).slice(1, 6)).toEqual(['$4.00', '80 %', 'new', '220', '2']);
    expect((await row('tier:gold')).slice(1, 6)).toEqual(['$3.00', '60 %', 'new', '110', '1']);
    expect((await row('Total'))[1]).toContain('$5.03');
  });

  test('a thousand calls of $0.000000123 are $0.000123', async () => {
    await open('/costs?session_id=tiny&from=now-3d');
    expect((await row('tiny', 'gpt-4o')).slice(2, 7)).toEqual(['$0.000123', '100 %', 'new', '110,000', '1,000']);
    const cost = table().locator('tfoot').getByText('$0.000123');
    expect(await cost.getAttribute('title')).toBe('$0.000123');
  });

  test('what is beyond the last line is one line, to the last digit', async () => {
    await open('/costs?session_id=crowd&from=now-5d&by=user_id&and=none');
    expect((await row('Other')).slice(0, 7)).toEqual(['Other', '$0.00000000007', '17 %', 'new', '1,100', '10', '0']);
    expect((await row('Total'))[1]).toBe('$0.00000000042');
    await person.page.getByRole('button', { name: 'Show up to 200' }).click();
    await expect.poll(() => table().locator('tbody tr').count()).toBe(CROWD);
    expect(await table().getByText('Other').count()).toBe(0);
  });

  test('the calendar offers days and months of the workspace', async () => {
    const { page } = person;
    await open('/costs');
    await page.getByRole('button', { name: 'Calendar' }).click();
    await page.getByRole('menuitem', { name: 'Last month' }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('from')).toMatch(/^\d{4}-\d\d-01T00:00:00Z$/);
  });

  test('the file holds every digit, and no formula', async () => {
    const { page } = person;
    await open('/costs?from=now-3d');
    await expect.poll(async () => (await row('tiny', 'gpt-4o'))[2]).toBe('$0.000123');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()]);
    expect(download.suggestedFilename()).toMatch(/^costs-by-agent_id-and-model-\d{8}T\d{6}Z-\d{8}T\d{6}Z\.csv$/);
    const lines = readFileSync(await download.path(), 'utf8').split('\r\n');
    expect(lines[0]).toBe(
      'agent_id,model,cost_usd,unpriced_calls,estimated_cost_usd,estimated_calls,calls,errors,input_tokens,output_tokens,total_tokens',
    );
    expect(lines).toContain('tiny,gpt-4o,0.000123,0,0,0,1000,0,100000,10000,110000');
    expect(lines).toContain('planner,gpt-4o,5,0,0,0,2,0,200,20,220');
    expect(lines).toContain("'=writer,gpt-4o,1,0,0,0,1,1,100,10,110");
    expect(lines).toContain('planner,never-heard-of-it,0,1,0,0,1,0,100,10,110');
  });

  test('a filter that lets nothing through says which one to remove', async () => {
    const { page } = person;
    await page.goto('/costs?agent_id=planner&model=claude-sonnet-4-5');
    await page.getByText('No call matches').waitFor();
    await page
      .getByRole('button', { name: /^Remove: Model/ })
      .first()
      .click();
    await expect.poll(async () => (await row('Total'))[1]).toContain('$4.00');
  });
  test('calls without a price lead to where one is set', async () => {
    const { page } = person;
    await open('/costs');
    await page.getByRole('link', { name: '1 call unpriced, not in it' }).click();
    await page.waitForURL(/\/prices\?.*view=unpriced/);
    await page.getByText('never-heard-of-it').first().waitFor();
    await page.getByRole('link', { name: 'Explorer' }).click();
    await table().waitFor();
  });
});

test.each(THEMES)('keeps no one out and fits 700 pixels in the %s theme', async (theme) => {
  const { page } = person;
  await open('/costs');
  await switchTheme(page, theme);
  expect(await barriers(page)).toEqual([]);
  await page.setViewportSize(NARROW);
  await table().waitFor();
  await expectNoSidewaysScrolling(page);
  expect(await barriers(page)).toEqual([]);
  await page.setViewportSize(DESKTOP);
});

test('nothing went wrong in the page and nothing was asked of anyone else', () => {
  expect([person.foreignRequests, person.faults]).toEqual([[], []]);
});
