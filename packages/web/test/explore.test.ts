/** Overview, trace list and trace view on data that has come in over HTTP. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Client, createClient, everythingSettled } from '../../server/test/program/apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from '../../server/test/program/startProgram.ts';
import { signInWithPassword, type Visit, visit } from './openBrowser.ts';
import { ago, newTraceId, orphanTrace, refundTrace } from './shownTraces.ts';

const REFUND = newTraceId();
const ORPHANS = newTraceId();
const LEFT_BEHIND = orphanTrace(ORPHANS);

let program: Program;
let client: Client;
let person: Visit;
beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  client = createClient(program, OWNER.key);
  await client.sendSpans(refundTrace({ traceId: REFUND, atMs: ago(30_000) }));
  await client.sendSpans(
    refundTrace({ agent: 'travel-agent', user: 'user-2', atMs: ago(60_000), chat: { model: 'claude-sonnet-4-5', provider: 'anthropic' } }),
  );
  await client.sendSpans(refundTrace({ agent: 'travel-agent', user: 'user-3', atMs: ago(90_000), chat: { question: 'A window seat, please' } }));
  await client.sendSpans(LEFT_BEHIND);
  await everythingSettled(client);
  person = await visit(program.address, { cookies: await signInWithPassword(program.address) });
}, 2 * START_MS_MAX);

describe('the overview', () => {
  test('shows what today cost, its calls and its failures, and leads to the traces', async () => {
    const { page } = person;
    await page.goto('/');
    const today = page.getByRole('region', { name: 'Today' });
    // Two calls of gpt-4o a trace: (1 200 × $2.50 + 300 × $10) ÷ 10⁶ = $0.006 each; of Claude: (1 200 × $3 + 300 × $15) ÷ 10⁶ = $0.0081.
    await today.getByText('$0.0402', { exact: true }).waitFor();
    const words = (await today.textContent()) ?? '';
    expect(words).toMatch(/LLM calls6/);
    expect(words).toMatch(/Error rate33/);
    expect(words).toMatch(/Active agents/);
    await page.getByRole('link', { name: /^Error rate .*show traces/ }).click();
    await page.getByRole('heading', { name: 'Traces' }).waitFor();
    expect(new URL(page.url()).searchParams.get('status')).toBe('error');
  });

  test('names agents and models with what they cost', async () => {
    const { page } = person;
    await page.goto('/');
    await page.getByRole('row', { name: /travel-agent/ }).waitFor();
    await page.getByRole('row', { name: /claude-sonnet-4-5/ }).waitFor();
  });
});

describe('the trace list', () => {
  const rows = () =>
    person.page
      .getByRole('grid', { name: 'Traces' })
      .getByRole('row')
      .filter({ has: person.page.getByRole('gridcell') });
  const countIs = (count: number) => expect.poll(() => rows().count(), { timeout: 10_000 }).toBe(count);

  test('filters by what the address says', async () => {
    await person.page.goto('/traces?agent_id=travel-agent');
    await countIs(2);
    await person.page.goto('/traces?q=window+seat');
    await countIs(1);
    await person.page.goto('/traces?agent_id=travel-agent&user_id=user-1');
    await person.page.getByText('No trace matches').waitFor();
    await person.page
      .getByRole('button', { name: /Remove: .*user-1/ })
      .first()
      .click();
    await countIs(2);
  });

  test('a click on a value filters by it, back takes it away', async () => {
    const { page } = person;
    await page.goto('/traces');
    await countIs(5);
    await rows().filter({ hasText: 'user-2' }).getByRole('button', { name: 'user-2', exact: true }).click();
    await countIs(1);
    expect(new URL(page.url()).searchParams.get('user_id')).toBe('user-2');
    await page.goBack();
    await countIs(5);
  });

  test('j and k move, Enter opens, Esc leaves the row', async () => {
    const { page } = person;
    await page.goto('/traces?agent_id=travel-agent');
    await countIs(2);
    const selected = page.getByRole('row', { selected: true });
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await expect.poll(() => selected.getAttribute('id')).toBe(await rows().first().getAttribute('id'));
    await page.keyboard.press('Escape');
    await expect.poll(() => selected.count()).toBe(0);
    await page.keyboard.press('j');
    const place = (await selected.locator('a[href^="/traces/"]').first().getAttribute('href'))?.split('?')[0] ?? 'nowhere';
    await page.keyboard.press('Enter');
    await page.getByRole('treegrid', { name: 'Spans' }).waitFor();
    await page.waitForURL(`**${place}*`);
  });

  test('columns are chosen and stay chosen', async () => {
    const { page } = person;
    await page.goto('/traces');
    await countIs(5);
    expect(await page.getByRole('columnheader', { name: 'Service' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Service' }).check();
    await page.keyboard.press('Escape');
    await page.getByRole('columnheader', { name: 'Service' }).waitFor();
    await page.reload();
    await page.getByRole('columnheader', { name: 'Service' }).waitFor();
  });

  test('sorting stands in the address and in the header', async () => {
    const { page } = person;
    await page.goto('/traces');
    await countIs(5);
    const cost = page.getByRole('columnheader', { name: 'Cost' });
    await cost.getByRole('button').click();
    await expect.poll(() => cost.getAttribute('aria-sort')).toBe('descending');
    expect(new URL(page.url()).searchParams.get('sort')).toBe('-cost');
    await expect.poll(() => rows().first().textContent()).toContain('claude-sonnet-4-5');
  });
});

describe('the trace view', () => {
  const open = async (path: string) => {
    await person.page.goto(path);
    await person.page.getByRole('treegrid', { name: 'Spans' }).waitFor();
  };
  const span = (name: RegExp) => person.page.getByRole('treegrid', { name: 'Spans' }).getByRole('row', { name });

  test('shows every span, what failed first, and where time and money went', async () => {
    const { page } = person;
    await open(`/traces/${REFUND}`);
    for (const name of [/invoke_agent|refund-agent/, /gpt-4o/, /find_order/]) expect(await span(name).count()).toBeGreaterThan(0);
    expect(await page.getByRole('treegrid', { name: 'Spans' }).getAttribute('aria-rowcount')).toBe('5');
    const findings = page.getByRole('complementary', { name: 'Findings' });
    const words = (await findings.textContent()) ?? '';
    expect(words.indexOf('Where it went wrong')).toBeLessThan(words.indexOf('Where the time went'));
    expect(words).toContain('it failed');
    expect(words).toMatch(/gpt-4o.*\$0\.012/);
    expect(
      await page
        .getByText(/critical path/)
        .first()
        .textContent(),
    ).toMatch(/3\.6\d? ?s of 4/);
  });

  test('a chosen span shows its messages and how its cost was reckoned', async () => {
    const { page } = person;
    await open(`/traces/${REFUND}`);
    await span(/gpt-4o/)
      .first()
      .click();
    const panel = page.getByRole('complementary', { name: /^Span / });
    await panel.getByText('Where is my refund?').waitFor();
    await panel.getByText('I will look it up.').waitFor();
    const cost = (await panel.getByRole('region', { name: 'Cost' }).textContent()) ?? '';
    expect(cost).toContain('$0.006');
    expect(cost).toMatch(/1,200.*2\.50?/s);
    expect(cost).toMatch(/300.*10/s);
    await page.waitForURL(/[?&]span=[0-9a-f]{16}/);
    await page.reload();
    await panel.getByText('Where is my refund?').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('complementary', { name: 'Findings' }).waitFor();
  });

  test('e goes to where it went wrong', async () => {
    const { page } = person;
    await open(`/traces/${REFUND}`);
    await page.keyboard.press('e');
    const panel = page.getByRole('complementary', { name: /^Span .*find_order/ });
    await panel.getByText('it failed').first().waitFor();
  });

  test('the conversation holds the same messages', async () => {
    const { page } = person;
    await open(`/traces/${REFUND}`);
    await page.getByRole('tab', { name: /Conversation/ }).click();
    await page.getByText('Where is my refund?').first().waitFor();
    expect(new URL(page.url()).searchParams.get('view')).toBe('conversation');
  });

  test('spans whose parent never came are said to be orphans', async () => {
    const { page } = person;
    await open(`/traces/${ORPHANS}`);
    const notes = page.getByRole('list', { name: 'Notes on this trace' });
    expect(await notes.textContent()).toMatch(/Root span missing.*2 orphan spans/);
    expect(await span(/left behind/).count()).toBe(2);
  });

  test('loaded again, shows what has arrived since and leaves the person where they are', async () => {
    const { page } = person;
    await open(`/traces/${ORPHANS}`);
    const search = page.getByLabel('Find spans by name, model, tool or message');
    await span(/left behind too/).click();
    await search.fill('left behind');
    await page.getByText('2 of 2').waitFor();
    await client.sendSpans([{ traceId: ORPHANS, spanId: LEFT_BEHIND[0]?.parentSpanId ?? '', name: 'late parent', atMs: ago(30_000) }]);
    await everythingSettled(client);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Load again' }).click();
    await span(/late parent/).waitFor();
    expect(await search.inputValue()).toBe('left behind');
    await page.getByText('2 of 2').waitFor();
    await page.getByRole('complementary', { name: 'Span left behind too' }).waitFor();
  });

  test('leads back to the list as it was', async () => {
    const { page } = person;
    await page.goto('/traces?agent_id=travel-agent');
    await page
      .getByRole('link', { name: /travel-agent/ })
      .first()
      .click();
    await page.getByRole('treegrid', { name: 'Spans' }).waitFor();
    await page.getByRole('link', { name: 'Traces /' }).click();
    await page.getByRole('grid', { name: 'Traces' }).waitFor();
    expect(new URL(page.url()).searchParams.get('agent_id')).toBe('travel-agent');
  });

  test('says so when there is no such trace', async () => {
    await person.page.goto(`/traces/${'0'.repeat(31)}1`);
    await person.page.getByText('No such trace in this workspace').waitFor();
  });
});

test('nothing went wrong in the page and nothing was asked of anyone else', () => {
  expect([person.foreignRequests, person.faults]).toEqual([[], []]);
});
