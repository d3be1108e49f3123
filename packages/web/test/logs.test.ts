/** Logs as a person meets them: found by level, field and text, followed to the trace and back. */
import { beforeAll, expect, test } from 'vitest';
import { createClient, eventually, everythingSettled, RANGE } from '../../server/test/program/apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from '../../server/test/program/startProgram.ts';
import { logRequest, type MadeLog } from '../../server/src/receive/testing/logRequests.ts';
import { barriers, expectNoSidewaysScrolling, PHONE, signInWithPassword, switchTheme, THEMES, visit, type VisitOptions } from './openBrowser.ts';
import { ago, newTraceId, refundTrace } from './shownTraces.ts';

const TRACE = newTraceId();
const SPANS = refundTrace({ traceId: TRACE });
const ROOT = SPANS[0]?.spanId ?? '';
/** When the trace began. */
const AT_MS = ago(60_000);
const HOSTILE = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script> [x](javascript:window.pwned=1)';
const LOGS = `/logs?${new URLSearchParams(RANGE)}`;
let program: Program;
let cookies: NonNullable<VisitOptions['cookies']>;

beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  const client = createClient(program, OWNER.key);
  await client.sendSpans(SPANS);
  const ofTrace = { traceId: TRACE, spanId: ROOT };
  const logs: MadeLog[] = [
    { atMs: AT_MS + 1, message: 'request received', severity: 9, attributes: { 'logger.name': 'http' }, ...ofTrace },
    { atMs: AT_MS + 2, message: 'stock is low', severity: 13, attributes: { 'logger.name': 'stock', sku: 'A-1042' }, ...ofTrace },
    {
      atMs: AT_MS + 3,
      message: 'refund failed',
      severity: 17,
      attributes: {
        'logger.name': 'refunds',
        'exception.type': 'CardError',
        'exception.message': 'card expired',
        'exception.stacktrace': 'CardError: card expired\n    at refund (refund.ts:10:3)',
      },
      ...ofTrace,
    },
    { atMs: AT_MS + 4, message: HOSTILE, severity: 21, attributes: { 'logger.name': HOSTILE, [HOSTILE]: HOSTILE } },
    ...Array.from({ length: 400 }, (_, i) => ({
      atMs: AT_MS - 1000 * (i + 1),
      message: `tick ${i}`,
      severity: 5,
      attributes: { 'logger.name': 'clock' },
    })),
  ];
  const body = JSON.stringify(logRequest(logs));
  expect((await client.postJson('/v1/logs', JSON.parse(body))).status).toBe(200);
  await everythingSettled(client);
  await eventually(async () => expect((await client.query({ source: 'logs', measures: ['logs'] }))[0]?.logs).toBe(logs.length));
  cookies = await signInWithPassword(program.address);
}, 2 * START_MS_MAX);

test('a log is found by text, followed to its trace, and back', async () => {
  const { page, faults } = await visit(program.address, { cookies });
  await page.goto(LOGS);
  await page.getByText('404 logs').or(page.getByText('200 logs loaded')).first().waitFor();
  await page.getByRole('searchbox', { name: 'Search logs' }).fill('CARD EXPIRED');
  await page.getByText('1 log', { exact: true }).waitFor();
  expect(new URL(page.url()).searchParams.get('q')).toBe('CARD EXPIRED');
  await page.getByRole('button', { name: 'Details of error log: refund failed' }).click();
  await page.getByRole('region', { name: 'Exception' }).waitFor();
  await page.getByRole('link', { name: 'Open its trace' }).click();
  await page.getByRole('tab', { name: 'Logs 3' }).click();
  await page.getByRole('list', { name: 'Logs', exact: true }).getByText('stock is low').waitFor();
  await page.goBack();
  await page.getByRole('region', { name: 'Exception' }).waitFor();
  await page.getByText('1 log', { exact: true }).waitFor();
  expect(faults).toEqual([]);
});

test('a click on a value filters by it, and the URL says so', async () => {
  const { page } = await visit(program.address, { cookies });
  await page.goto(LOGS);
  await page.getByTitle('WARNING: show only this level').click();
  await page.getByText('1 log', { exact: true }).waitFor();
  expect(new URL(page.url()).searchParams.get('level')).toBe('WARNING');
  await page.getByRole('button', { name: 'Remove: Exact level is WARNING' }).click();
  await page.getByTitle('stock: show only this logger').click();
  await page.getByText('1 log', { exact: true }).waitFor();
  expect(new URL(page.url()).searchParams.get('logger')).toBe('stock');
});

test('the least level is chosen from a list, and an empty answer says what to loosen', async () => {
  const { page } = await visit(program.address, { cookies });
  await page.goto(LOGS);
  await page.getByRole('button', { name: 'Level', exact: true }).click();
  await page.getByRole('checkbox', { name: 'ERROR' }).click();
  await page.getByText('2 logs').waitFor();
  await page.goto(`${LOGS}&min_level=CRITICAL&logger=stock`);
  await page.getByText('No log matches').waitFor();
  await page.getByRole('button', { name: 'Remove: Level at least CRITICAL' }).last().click();
  await page.getByText('1 log', { exact: true }).waitFor();
});

test('only what is on screen exists, and more comes while scrolling', async () => {
  const { page } = await visit(program.address, { cookies });
  await page.goto(`${LOGS}&logger=clock`);
  await page.getByText('200 logs loaded, more below').waitFor();
  expect(await page.locator('.log').count()).toBeLessThan(80);
  const table = page.locator('.record-list');
  await expect
    .poll(async () => {
      await table.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
      return page.getByText('tick 399', { exact: true }).count();
    })
    .toBe(1);
  await page.getByText('400 logs', { exact: true }).waitFor();
});

test('the span panel shows what was logged inside it', async () => {
  const { page } = await visit(program.address, { cookies });
  await page.goto(`/traces/${TRACE}?span=${ROOT}`);
  await page.getByRole('list', { name: 'Logs of the span' }).getByText('refund failed').waitFor();
});

test('what logs say runs nothing', async () => {
  const { page, faults, foreignRequests } = await visit(program.address, { cookies });
  await page.goto(`${LOGS}&min_level=CRITICAL`);
  await page.getByRole('button', { name: /^Details of critical log/ }).click();
  await page.locator('.record-detail').waitFor();
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
  expect([...faults, ...foreignRequests]).toEqual([]);
});

test.each([
  ['desktop', undefined],
  ['phone', PHONE],
] as const)('on a %s it keeps no one out in either theme', async (_name, viewport) => {
  const { page } = await visit(program.address, { cookies, ...(viewport === undefined ? {} : { viewport }) });
  await page.goto(`${LOGS}&min_level=WARNING`);
  await page.getByRole('button', { name: 'Details of error log: refund failed' }).click();
  await page.locator('.record-detail').waitFor();
  for (const theme of THEMES) {
    await switchTheme(page, theme);
    expect(await barriers(page)).toEqual([]);
  }
  await expectNoSidewaysScrolling(page);
});
