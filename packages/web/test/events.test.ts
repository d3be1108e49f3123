/** The event log as a person meets it: narrowed by type, status, agent and run, followed to the trace and back. */
import { beforeAll, expect, test } from 'vitest';
import { type Client, createClient, eventually, everythingSettled } from '../../server/test/program/apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from '../../server/test/program/startProgram.ts';
import { barriers, expectNoSidewaysScrolling, PHONE, signInWithPassword, switchTheme, THEMES, visit, type VisitOptions } from './openBrowser.ts';

const HOSTILE = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script> [x](javascript:window.pwned=1)';
const TICKS = 400;
const RUN = 'run-7';
let program: Program;
let client: Client;
let cookies: NonNullable<VisitOptions['cookies']>;

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  client = createClient(program, OWNER.key);
  const of = { agent_id: 'planner', run_id: RUN };
  const run = [
    { ...of, event_type: 'run_started', timestamp: ago(60), payload: { input_context: 'Where is my order?' } },
    {
      ...of,
      event_type: 'llm_call',
      timestamp: ago(50),
      latency_ms: 1500,
      provider: 'openai',
      model: 'gpt-4o',
      input_tokens: 1000,
      output_tokens: 100,
      payload: { request: { attempt: 2, stop: ['END'] } },
      tags: { team: 'shop' },
    },
    { ...of, event_type: 'tool_call', timestamp: ago(45), tool_name: 'find_order', status: 'error', error_message: 'No such order' },
    { ...of, event_type: 'run_finished', timestamp: ago(40), status: 'error' },
  ];
  const others = [
    { event_type: 'action', agent_id: 'clerk', timestamp: ago(30), cost_usd: '0.25', message: 'refunded' },
    { event_type: 'custom', agent_id: HOSTILE, timestamp: ago(20), message: HOSTILE, payload: { [HOSTILE]: HOSTILE } },
  ];
  const ticks = Array.from({ length: TICKS }, (_, i) => ({ event_type: 'log', agent_id: 'clock', timestamp: ago(100 + i), message: `tick ${i}` }));
  for (const events of [run, others, ticks])
    expect(await client.post('/api/obs/ingest/events', { events })).toMatchObject({ accepted: events.length, rejected: 0 });
  await everythingSettled(client);
  await eventually(async () =>
    expect((await client.query({ source: 'events', measures: ['events'], from: 'now-1h', to: 'now' }))[0]?.events).toBe(
      run.length + others.length + TICKS,
    ),
  );
  cookies = await signInWithPassword(program.address);
}, 2 * START_MS_MAX);

const LLM_CALL = 'Details of LLM call event of planner';

test('an event shows what was sent and what it costs, leads to its span, and the span back to the events of the run', async () => {
  const { page, context, faults, foreignRequests } = await visit(program.address, { cookies });
  await page.goto(`/events?run_id=${RUN}`);
  await page.getByText('4 events', { exact: true }).waitFor();
  await page.getByRole('button', { name: LLM_CALL }).click();
  const detail = page.locator('.record-detail');
  // (1 000 × $2.50 + 100 × $10) ÷ 10⁶
  await detail.getByText('$0.0035', { exact: true }).waitFor();
  await detail.getByText('computed from the price book').waitFor();
  await detail.getByRole('region', { name: 'Payload' }).getByText('END').waitFor();
  await detail.getByRole('region', { name: 'Tags' }).getByText('shop').waitFor();
  const facts = { Latency: '1.50 s', 'Input tokens': '1,000', Provider: 'openai' };
  for (const [label, value] of Object.entries(facts))
    expect(await detail.locator('dl > div', { hasText: label }).textContent()).toBe(`${label}${value}`);
  await detail.getByRole('link', { name: 'Open its trace' }).click();
  const span = page.getByRole('complementary', { name: /^Span .*gpt-4o/ });
  await span.waitFor();
  await page.goBack();
  await detail.getByText('$0.0035', { exact: true }).waitFor();
  await page.goForward();
  await span.getByRole('link', { name: 'Events of this run' }).click();
  await page.getByText('4 events', { exact: true }).waitFor();
  expect(new URL(page.url()).searchParams.get('run_id')).toBe(RUN);
  expect([faults, foreignRequests]).toEqual([[], []]);
  await context.close();
});

test('filters stand in the URL; several types are any of them', async () => {
  const { page, context } = await visit(program.address, { cookies });
  await page.goto('/events');
  await page.getByText('200 events loaded').waitFor();
  await page.getByRole('button', { name: 'Type', exact: true }).click();
  await page.getByRole('checkbox', { name: 'tool call' }).check();
  await page.getByRole('checkbox', { name: 'LLM call' }).check();
  await page.keyboard.press('Escape');
  await page.getByText('2 events', { exact: true }).waitFor();
  expect(new URL(page.url()).searchParams.get('event_type')).toBe('tool_call,llm_call');
  await page.getByTitle('error: show only this status').click();
  await page.getByText('1 event', { exact: true }).waitFor();
  expect(new URL(page.url()).searchParams.get('status')).toBe('error');
  await page.goBack();
  await page.getByText('2 events', { exact: true }).waitFor();
  await page.goto('/events?agent_id=clerk&event_type=approval');
  await page.getByText('No event matches').waitFor();
  await page.getByRole('button', { name: 'Remove: Type is approval' }).last().click();
  await page.getByText('refunded').waitFor();
  await context.close();
});

test('the run of an event is a link to its events', async () => {
  const { page, context } = await visit(program.address, { cookies });
  await page.goto('/events?event_type=llm_call');
  await page.getByRole('button', { name: LLM_CALL }).click();
  await page.locator('.record-detail').getByRole('link', { name: RUN, exact: true }).click();
  await page.getByText('4 events', { exact: true }).waitFor();
  await context.close();
});

test('j and k move, Enter opens, Esc closes and then leaves the row', async () => {
  const { page, context } = await visit(program.address, { cookies });
  await page.goto(`/events?run_id=${RUN}`);
  await page.getByText('4 events', { exact: true }).waitFor();
  const active = page.locator('.event[data-active]');
  for (const key of ['j', 'j', 'j', 'k']) await page.keyboard.press(key);
  await expect.poll(() => active.textContent()).toContain('No such order');
  await page.keyboard.press('Enter');
  await active.getByRole('region', { name: 'Error' }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.record-detail').waitFor({ state: 'detached' });
  expect(await active.count()).toBe(1);
  await page.keyboard.press('Escape');
  await expect.poll(() => active.count()).toBe(0);
  await context.close();
});

test('only what is on screen exists, and more comes while scrolling', async () => {
  const { page, context } = await visit(program.address, { cookies });
  await page.goto('/events?agent_id=clock');
  await page.getByText('200 events loaded, more below').waitFor();
  expect(await page.locator('.event').count()).toBeLessThan(80);
  await expect
    .poll(async () => {
      await page.locator('.record-list').evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
      return page.getByText(`tick ${TICKS - 1}`, { exact: true }).count();
    })
    .toBe(1);
  await context.close();
});

test('what events say runs nothing', async () => {
  const { page, context, faults, foreignRequests } = await visit(program.address, { cookies });
  await page.goto('/events?event_type=custom');
  await page.getByRole('button', { name: /^Details of custom event/ }).click();
  await page.locator('.record-detail').waitFor();
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
  expect([...faults, ...foreignRequests]).toEqual([]);
  await context.close();
});

test('when the server refuses, the page says so and asks again', async () => {
  const { page, context } = await visit(program.address, { cookies });
  await page.route(
    '**/api/obs/events?*',
    (route) => route.fulfill({ status: 400, contentType: 'application/problem+json', body: '{"title":"Refused"}' }),
    {
      times: 1,
    },
  );
  await page.goto(`/events?run_id=${RUN}`);
  await page.getByText('Events could not be read').waitFor();
  await page.getByRole('button', { name: 'Try again' }).last().click();
  await page.getByText('4 events', { exact: true }).waitFor();
  await context.close();
});

test.each([
  ['desktop', undefined],
  ['phone', PHONE],
] as const)('on a %s its details keep no one out in either theme', async (_name, viewport) => {
  const { page, context } = await visit(program.address, { cookies, ...(viewport === undefined ? {} : { viewport }) });
  await page.goto(`/events?run_id=${RUN}`);
  await page.getByRole('button', { name: LLM_CALL }).click();
  await page.locator('.record-detail').waitFor();
  for (const theme of THEMES) {
    await switchTheme(page, theme);
    expect(await barriers(page)).toEqual([]);
  }
  await expectNoSidewaysScrolling(page);
  await context.close();
});
