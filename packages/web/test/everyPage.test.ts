/** What holds for every page: open to everyone, at home on a phone, safe from what agents say, able to bear long traces. */
import type { BrowserContext, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Client, createClient, eventually, everythingSettled } from '../../server/test/program/apiClient.ts';
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
import { longTrace, newTraceId, refundTrace } from './shownTraces.ts';

const REFUND = newTraceId();
const HOSTILE = newTraceId();
const LONG = newTraceId();
const LONG_SPANS = 30_000;

/** Tries to run, to load and to mislead. */
const HOSTILE_TEXT = [
  '<img src=x onerror="window.pwned=1"> <script>window.pwned=1</script> <svg onload="window.pwned=1">',
  '[click me](javascript:window.pwned=1) [and me](data:text/html,<script>window.pwned=1</script>)',
  '![tracker](http://tracker.invalid/pixel.png) ![relative](/api/auth/sign-out)',
  '<iframe src="http://tracker.invalid/frame"></iframe><style>@import "http://tracker.invalid/x.css"; body { display: none }</style>',
].join('\n\n');

let program: Program;
let client: Client;
let cookies: NonNullable<VisitOptions['cookies']>;
/** One person looks at all the pages: the browser loads the program's files once. */
let phone: BrowserContext;
beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  client = createClient(program, OWNER.key);
  await client.sendSpans(refundTrace({ traceId: REFUND }));
  const hostile = refundTrace({ traceId: HOSTILE, agent: HOSTILE_TEXT, user: HOSTILE_TEXT, chat: { question: HOSTILE_TEXT, answer: HOSTILE_TEXT } });
  await client.sendSpans(hostile.map((span) => ({ ...span, attributes: { ...span.attributes, [HOSTILE_TEXT]: HOSTILE_TEXT } })));
  await client.post('/api/obs/ingest/events', {
    events: [
      { event_type: 'run_started', agent_id: 'planner', run_id: 'run-7' },
      { event_type: 'llm_call', agent_id: 'planner', run_id: 'run-7', model: 'gpt-4o', provider: 'openai', input_tokens: 1000, output_tokens: 100 },
      { event_type: 'approval', agent_id: HOSTILE_TEXT, status: 'pending', message: HOSTILE_TEXT },
      { event_type: 'error', agent_id: 'planner', status: 'error', error_message: 'The model did not answer' },
    ],
  });
  const spans = longTrace(LONG, LONG_SPANS);
  for (let i = 0; i < spans.length; i += 10_000) expect((await client.sendSpans(spans.slice(i, i + 10_000))).status).toBe(200);
  await everythingSettled(client);
  cookies = await signInWithPassword(program.address);
  phone = (await visit(program.address, { cookies, viewport: PHONE })).context;
}, 2 * START_MS_MAX);

/** Address, and what stands on the page once it has what it shows. */
const PAGES: readonly [string, string, string][] = [
  ['overview', '/', '[aria-label="Today"]:not([aria-busy])'],
  ['trace list', '/traces', '.trace-grid [role="gridcell"], .trace-cards li'],
  ['empty trace list', '/traces?q=nothing-has-this', 'text=No trace matches'],
  ['trace', `/traces/${REFUND}`, '[role="treegrid"] [role="row"]'],
  ['chosen span', `/traces/${REFUND}?view=waterfall`, '[role="treegrid"] [role="row"]'],
  ['conversation', `/traces/${REFUND}?view=conversation`, 'text=Where is my refund?'],
  ['unknown trace', `/traces/${'0'.repeat(31)}1`, 'text=No such trace'],
  ['runs', '/runs', '.item-grid [role="gridcell"], .item-cards li'],
  ['empty runs', '/runs?q=nothing-has-this', 'text=No run matches'],
  ['run', `/runs/${REFUND}`, '.run-steps li'],
  ['run told by events', '/runs/run-7', '.run-steps li'],
  ['unknown run', '/runs/nobody', 'text=No such run'],
  ['sessions', '/sessions', '.item-grid [role="gridcell"], .item-cards li'],
  ['session', '/sessions/session%20of%20user-1', 'text=Where is my refund?'],
  ['runs of a session', '/sessions/session%20of%20user-1?view=runs', '.run-table tbody tr'],
  ['unknown session', '/sessions/nobody', 'text=No such session'],
  ['users', '/users', '.item-grid [role="gridcell"], .item-cards li'],
  ['user', '/users/user-1', '.run-table tbody tr'],
  ['unknown user', '/users/nobody', 'text=Nothing of this user'],
  ['events', '/events', '.event'],
  ['empty events', '/events?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z', 'text=No events in this range'],
  ['events of no run', '/events?run_id=nothing-has-this', 'text=No event matches'],
  ['alerts while nothing is watched', '/alerts', 'text=No rule is switched on'],
  ['alerts like none', '/alerts?status=resolved&q=nothing-has-this', 'text=No alert is like that'],
  ['unknown alert', '/alerts/alr_nobody', 'text=No such alert'],
  ['costs', '/costs', '.costs-table tbody tr'],
  ['costs of a quiet day', '/costs?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z', 'text=No calls in this range'],
  ['LLM calls', '/llm', '.measure-table tbody th'],
  ['LLM calls of a quiet day', '/llm?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z', 'text=Nothing in this range'],
  ['RAG of a quiet day', '/rag?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z', 'text=Nothing in this range'],
  ['tools', '/tools', '.measure-table tbody th'],
  ['tools of a quiet day', '/tools?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z', 'text=Nothing in this range'],
  ['requests of a quiet day', '/requests?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z', 'text=Nothing in this range'],
  ['caches of a quiet day', '/requests/caches?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z', 'text=Nothing in this range'],
  ['system of a quiet day', '/requests/system?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z', 'text=Nothing in this range'],
  ['ingest health', '/ingest', '.ways-in tbody tr'],
  ['ingest health of a quiet day', '/ingest?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z', 'text=Nothing was received in this range'],
  ['redaction settings', '/settings/redaction', 'text=Mask what arrives'],
  ['sampling settings', '/settings/sampling', 'text=Keep only a part'],
  ['estimates settings', '/settings/estimates', 'text=Estimate the tokens'],
  ['encryption settings', '/settings/encryption', 'text=Encrypt inputs, outputs and context'],
  ['price book', '/prices?q=gpt-4o-mini', '.price-table tbody button'],
  ['unpriced models', '/prices?view=unpriced', '.unpriced tbody tr, .state-message'],
  ['recompute', '/prices?view=recompute', 'text=Price stored calls again'],
  ['calculator', '/prices?view=calculator&model=gpt-4o', '.calculator-cost'],
  ['set a price', '/prices/set?model=gpt-4o', 'text=Prices that it has'],
  ['rules of alerts', '/alerts/rules', '.rule-table tbody tr'],
  ['no rules of alerts', '/alerts/rules?q=nothing-has-this', 'text=No rule is like that'],
  ['new rule', '/alerts/rules/new?kind=latency', '.rule-kinds'],
  ['new rule of SQL', '/alerts/rules/new?kind=sql_query', '.rule-sql'],
  ['unknown rule', '/alerts/rules/nobody', 'text=No such rule'],
  ['silences', '/alerts/silences', 'text=No alert is silenced now'],
  ['new silence', '/alerts/silences/new?rule_name=Errors', '[aria-label="Silence"]'],
  ['channels', '/alerts/channels', 'text=Alerts are sent nowhere yet'],
  ['get started', '/get-started', 'text=Waiting for the next trace'],
  ['unknown page', '/nowhere', 'h1'],
];

test.each(PAGES)('%s: fits a phone, and keeps no one out in either theme', async (name, path, landmark) => {
  const page = await phone.newPage();
  await page.goto(path);
  await page.locator(landmark).first().waitFor();
  await expectNoSidewaysScrolling(page);
  expect(await barriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Open navigation' }).click();
  await page.getByRole('dialog').getByRole('link', { name: 'Traces' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  await page.setViewportSize(DESKTOP);
  await page.locator(landmark).first().waitFor();
  if (name === 'chosen span') {
    await page
      .getByRole('row', { name: /gpt-4o/ })
      .first()
      .click();
    await page.getByRole('region', { name: 'Messages' }).waitFor();
  }
  for (const theme of THEMES) {
    await switchTheme(page, theme);
    expect(await barriers(page)).toEqual([]);
  }
  await page.close();
});

test('the theme can be chosen and stays', async () => {
  const { page, context } = await visit(program.address, { cookies });
  await page.goto('/');
  await page.getByRole('button', { name: 'Theme: as the system' }).click();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('dark');
  await page.reload();
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  await context.close();
});

async function expectHarmless(page: Page): Promise<void> {
  expect(await page.evaluate(() => (window as { pwned?: number }).pwned)).toBeUndefined();
  const addresses = await page.locator('a[href]').evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
  expect(addresses.filter((address) => /^\s*(?:javascript|data|vbscript):/i.test(address))).toEqual([]);
  expect(await page.locator('main img, main iframe, main script, main style, main object, main embed').count()).toBe(0);
}

describe('what agents and users say', () => {
  test('is text: it never runs, links nowhere dangerous and loads nothing', async () => {
    const { page, context, foreignRequests, faults } = await visit(program.address, { cookies });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    const answer = await page.goto('/');
    expect(answer?.headers()['content-security-policy']).not.toContain('unsafe');
    await page.getByRole('region', { name: 'Today' }).waitFor();
    await page.goto('/traces');
    await page.getByRole('gridcell').first().waitFor();
    await page.goto(`/traces/${HOSTILE}`);
    await page
      .getByRole('row', { name: /gpt-4o/ })
      .first()
      .click();
    const panel = page.getByRole('complementary', { name: /^Span / });
    await panel.getByText('onerror').first().waitFor();
    for (const folded of await panel.locator('summary').all()) await folded.click();
    for (const mode of ['Raw', 'JSON', 'Markdown']) {
      await panel.getByRole('radiogroup', { name: 'Show text as' }).getByText(mode).click();
      await panel.getByRole('radio', { name: mode, checked: true }).waitFor({ state: 'attached' });
      await expectHarmless(page);
    }
    await panel.locator('.markdown').first().getByText('click me').waitFor();
    await expectHarmless(page);
    await page.getByRole('tab', { name: /Conversation/ }).click();
    await page.locator('.markdown').first().getByText('click me').waitFor();
    await expectHarmless(page);
    for (const list of ['runs', 'sessions', 'users']) {
      await page.goto(`/${list}`);
      await page
        .getByRole('gridcell', { name: /onerror/ })
        .first()
        .waitFor();
      await expectHarmless(page);
    }
    const session = encodeURIComponent(`session of ${HOSTILE_TEXT}`);
    for (const path of [`/runs/${HOSTILE}`, `/sessions/${session}`, `/sessions/${session}?view=runs`, `/users/${encodeURIComponent(HOSTILE_TEXT)}`]) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).getByText('onerror').waitFor();
      await page.locator('main').getByText('click me').first().waitFor();
      await expectHarmless(page);
    }
    expect(asked).not.toContain('/api/auth/sign-out');
    expect([foreignRequests, faults]).toEqual([[], []]);
    await context.close();
  });
});

describe(`a trace of ${LONG_SPANS} spans`, () => {
  test('opens whole, of which only what is seen is drawn, and answers', { timeout: START_MS_MAX }, async () => {
    await eventually(async () =>
      expect((await client.traces({ from: 'now-1h', to: 'now' })).find(({ trace_id }) => trace_id === LONG)?.span_count).toBe(LONG_SPANS),
    );
    const { page, context, faults } = await visit(program.address, { cookies });
    await page.goto(`/traces/${LONG}`);
    const tree = page.getByRole('treegrid', { name: 'Spans' });
    await tree.getByRole('row', { name: /long run/ }).waitFor();
    const drawn = () => tree.getByRole('gridcell').count();
    expect(await drawn()).toBeGreaterThan(0);
    expect(await drawn()).toBeLessThan(500);
    await tree.focus();
    await page.keyboard.press('End');
    await tree.getByRole('row', { name: new RegExp(`step ${LONG_SPANS - 1}`) }).waitFor();
    expect(await drawn()).toBeLessThan(500);
    await page.getByLabel('Find spans by name, model, tool or message').fill('step 12345');
    await page.getByText(/of 1$/).waitFor();
    await page.keyboard.press('Enter');
    await tree.getByRole('row', { name: /step 12345/ }).click();
    await page.getByRole('complementary', { name: /^Span step 12345/ }).waitFor();
    // Bars are painted, not laid out: the canvas must hold something.
    const painted = await tree.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: new Uint8ClampedArray() };
      return data.some((value) => value !== 0);
    });
    expect(painted).toBe(true);
    expect(faults).toEqual([]);
    await context.close();
  });
});
