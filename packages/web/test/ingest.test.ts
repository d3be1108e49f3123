/** What became of everything that was received, as a person reads it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { traceRequest } from '../../server/src/receive/testing/traceRequests.ts';
import { createClient } from '../../server/test/program/apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from '../../server/test/program/startProgram.ts';
import { barriers, expectNoSidewaysScrolling, signInWithPassword, switchTheme, THEMES, type Visit, visit } from './openBrowser.ts';
import { ago, newTraceId } from './shownTraces.ts';

const NARROW_WINDOW = { width: 700, height: 900 };
let program: Program;
let person: Visit;
beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  person = await visit(program.address, { cookies: await signInWithPassword(program.address) });
}, START_MS_MAX);

const span = (traceId: string, spanId: string) => ({ traceId, spanId, atMs: ago(30_000) });
const send = (body: string, key: string = OWNER.key) =>
  createClient(program, key).send('/v1/traces', { method: 'POST', body, headers: { 'content-type': 'application/json' } });

test('before anything was received it says so, and leads to how to send', async () => {
  const { page } = person;
  await page.goto('/');
  await page.getByRole('link', { name: 'Ingest health' }).click();
  await page.getByText('Nothing was received in this range').waitFor();
  await page.getByText('Empty. What is acknowledged and cannot be stored').waitFor();
  await page.getByRole('link', { name: 'How to send data' }).click();
  await page.getByRole('heading', { name: 'Send your first trace' }).waitFor();
});

test('every item is in the sum, and what was not stored stands out', { timeout: 60_000 }, async () => {
  const { page } = person;
  const traceId = newTraceId();
  const good = JSON.stringify(traceRequest([span(traceId, 'a'.repeat(16)), span(traceId, 'b'.repeat(16))]));
  for (let i = 0; i < 2; i++) expect((await send(good)).status).toBe(200);
  expect((await send(JSON.stringify(traceRequest([span('no hex', 'c'.repeat(16))])))).status).toBe(200);
  expect((await send('{')).status).toBe(400);
  expect((await send(good, `sg_${'wrong'.repeat(8)}`)).status).toBe(401);
  await createClient(program, OWNER.key).post('/api/obs/ingest/events', { events: [{ agent_id: 'planner', event_type: 'action' }] });

  await page.goto('/ingest');
  // What was acknowledged is accounted for when it is stored: the page is asked again until it is.
  const sum = page.getByRole('group', { name: 'Everything received' });
  await expect
    .poll(
      async () => {
        await page.getByRole('button', { name: 'Refresh now' }).click();
        return (await sum.count()) === 0 ? '' : await sum.innerText();
      },
      { timeout: 20_000, interval: 300 },
    )
    .toMatch(/^6\nReceived\n.*\n=\n3\nStored 50.%\n.*\n\+\n1\nRejected 17.%\n.*\n\+\n2\nDuplicate 33.%\n.*\n\+\n0\nSampled\n.*\n\+\n0\nQuarantined/);
  await page.getByText('1 item rejected, 2 requests refused in the last hour').waitFor();

  const http = page.getByRole('row', { name: /^OTLP over HTTP/ });
  expect(await http.getByRole('cell').allInnerTexts()).toEqual([
    '5',
    expect.stringMatching(/^2\s+40/),
    '1',
    '2',
    '0',
    '0',
    '2',
    expect.stringMatching(/now|ago/),
  ]);
  expect(await http.getByRole('list', { name: 'Received, by signal' }).innerText()).toBe('5 spans');
  expect(await http.locator('time').getAttribute('title')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC$/);
  await page.getByRole('row', { name: /Events API/ }).waitFor();

  const lastHour = page.getByRole('region', { name: 'In the last hour' });
  for (const words of [/400.*Check the protocol/, /401.*Create one under Get started/, /in part.*trace_id.*The rest of the request was taken/])
    await lastHour.getByRole('listitem').filter({ hasText: words }).waitFor();
});

test('what is in quarantine is listed with the reason', async () => {
  const { page } = person;
  const keep = (name: string, note: Record<string, unknown>) =>
    writeFileSync(join(program.dataDir, 'quarantine', `${name}.json`), JSON.stringify({ workspaceId: null, atMs: Date.now() - 3_600_000, ...note }));
  keep('17-0', { reason: 'a map holds a key that is not text', source: 'otlp/http', signal: 'traces', items: 128, bytes: 48_211 });
  keep('18-0', { reason: '<b>damaged</b>', source: null, signal: null, items: null, bytes: 900 });
  await page.goto('/ingest');
  const panel = page.getByRole('region', { name: /Quarantine/ });
  await panel.getByRole('row', { name: /not text.*17-0.*OTLP over HTTP.*128 spans.*47\.1 KB.*1 h ago/ }).waitFor();
  await panel.getByRole('row', { name: /<b>damaged<\/b>.*18-0.*unknown.*–.*900 B/ }).waitFor();
});

test('it fits a narrow window and keeps no one out in either theme', async () => {
  const { page, foreignRequests, faults } = person;
  await page.setViewportSize(NARROW_WINDOW);
  await page.getByRole('row', { name: /^OTLP over HTTP/ }).waitFor();
  await expectNoSidewaysScrolling(page);
  for (const theme of THEMES) {
    await switchTheme(page, theme);
    expect(await barriers(page)).toEqual([]);
  }
  expect([foreignRequests, faults]).toEqual([[], []]);
});

test('a server that fails is told, with a way to try again', async () => {
  const { page } = person;
  await page.route('**/api/obs/ingest/health*', (route) =>
    route.fulfill({
      status: 422,
      contentType: 'application/problem+json',
      body: '{"code":"query-too-expensive","title":"The query needs more time or memory than it may use"}',
    }),
  );
  await page.goto('/ingest');
  await page.getByText('Ingest health could not be read').waitFor();
  await page.unroute('**/api/obs/ingest/health*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('row', { name: /^OTLP over HTTP/ }).waitFor();
});
