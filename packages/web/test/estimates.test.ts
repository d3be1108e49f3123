/** A streamed call without usage, of a workspace that wants estimates: marked as one wherever a person meets it. */
import { beforeAll, expect, test } from 'vitest';
import { type Client, createClient, eventually, everythingSettled } from '../../server/test/program/apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from '../../server/test/program/startProgram.ts';
import { barriers, signInWithPassword, type Visit, visit } from './openBrowser.ts';
import { ago, newTraceId, refundTrace } from './shownTraces.ts';

const ESTIMATES = '/api/obs/settings/estimates';
const USAGE = /^gen_ai\.usage\./;
const traceId = newTraceId();

let program: Program;
let client: Client;
let person: Visit;
beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  client = createClient(program, OWNER.key);
  const put = await client.send(ESTIMATES, {
    method: 'PUT',
    body: JSON.stringify({ enabled: true }),
    headers: { 'content-type': 'application/json' },
  });
  expect(put.status).toBe(200);
  const spans = refundTrace({ traceId, atMs: ago(30_000) });
  await client.sendSpans(
    spans.map((span) => ({ ...span, attributes: Object.fromEntries(Object.entries(span.attributes ?? {}).filter(([key]) => !USAGE.test(key))) })),
  );
  await everythingSettled(client);
  await eventually(async () => {
    const [row] = await client.query({ measures: ['estimated_calls'], from: 'now-1h', to: 'now' });
    expect(Number(row?.estimated_calls)).toBe(2);
  });
  person = await visit(program.address, { cookies: await signInWithPassword(program.address) });
}, 2 * START_MS_MAX);

test('the API says of each call that it is estimated, and by which rule', async () => {
  const { items } = await client.get<{ items: { approximate_calls: number }[] }>('/api/obs/traces?from=now-1h&to=now');
  expect(items).toMatchObject([{ approximate_calls: 2 }]);
  const rows = await client.query({ measures: ['cost_usd', 'estimated_cost_usd'], group_by: ['cost_source'], from: 'now-1h', to: 'now' });
  const estimated = rows.find(({ cost_source }) => cost_source === 'estimated');
  expect(estimated?.cost_usd).toBe(estimated?.estimated_cost_usd);
  expect(Number(estimated?.cost_usd)).toBeGreaterThan(0);
});

test('every number that rests on it is marked: trace list, trace, span, costs and overview', { timeout: 60_000 }, async () => {
  const { page } = person;
  await page.goto('/traces');
  const row = page.getByRole('row', { name: /refund-agent/ });
  await row.getByText(/^≈ \$/).waitFor();
  await row.getByText(/^≈ \d+ → \d+$/).waitFor();

  await page.goto(`/traces/${traceId}`);
  const summary = page.locator('.trace-summary');
  await summary.getByText(/^≈ \$/).waitFor();
  await page.getByText('2 calls with estimated tokens').waitFor();
  await page
    .getByRole('row', { name: /chat gpt-4o/ })
    .first()
    .click();
  await page.getByText('estimated, because the sender gave no full usage').waitFor();
  await page.getByText('OpenAI’s tokenizer o200k_base').first().waitFor();
  expect(await page.locator('.span-figures').getByText(/^≈ \d/).count()).toBe(2);
  expect(await barriers(page)).toEqual([]);

  for (const path of ['/costs', '/']) {
    await page.goto(path);
    await page.getByText(/^\$[\d.]+ of it estimated$/).waitFor();
  }
  expect([person.faults, person.foreignRequests]).toEqual([[], []]);
});
