/** A trace in progress as a person sees it: running, followed by itself while they keep their place, and done when it is. */
import { beforeAll, expect, test } from 'vitest';
import { pendingCopy } from '../../server/src/live/testing/pendingCopy.ts';
import type { MadeSpan } from '../../server/src/receive/testing/traceRequests.ts';
import { type Client, createClient } from '../../server/test/program/apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from '../../server/test/program/startProgram.ts';
import { barriers, signInWithPassword, switchTheme, THEMES, visit, type VisitOptions } from './openBrowser.ts';
import { ago, newTraceId } from './shownTraces.ts';

let program: Program;
let client: Client;
let cookies: NonNullable<VisitOptions['cookies']>;
beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  client = createClient(program, OWNER.key);
  cookies = await signInWithPassword(program.address);
}, 2 * START_MS_MAX);

test('a running trace is followed until it ends', { timeout: 60_000 }, async () => {
  const traceId = newTraceId();
  const atMs = ago(5_000);
  const attributes = { agent_name: 'order-agent', model_name: 'gpt-4o' };
  const root: MadeSpan = { traceId, spanId: '1'.repeat(16), name: 'agent run', atMs, durationMs: 4_000, attributes };
  const tool: MadeSpan = {
    traceId,
    spanId: '2'.repeat(16),
    parentSpanId: root.spanId,
    name: 'running tool',
    atMs: atMs + 100,
    durationMs: 3_000,
    attributes: { 'gen_ai.tool.name': 'lookup_order', tool_arguments: '{"order":"A-1042"}' },
  };
  await client.sendSpans([root, tool].map(pendingCopy));

  const { page, faults } = await visit(program.address, { cookies });
  await page.goto('/traces');
  const row = page.getByRole('grid', { name: 'Traces' }).getByRole('row').filter({ hasText: 'agent run' });
  await row.getByText('Running').waitFor();
  await row.getByRole('link', { name: 'agent run' }).click();

  const heading = page.getByRole('heading', { level: 1 });
  await heading.getByText('Running').waitFor();
  await page
    .getByText(/ so far$/)
    .first()
    .waitFor();
  const tree = page.getByRole('row').filter({ hasText: 'running tool' });
  await tree.getByLabel('running', { exact: true }).waitFor();
  await tree.getByText('running tool').click();
  const panel = page.getByRole('complementary', { name: 'Span running tool' });
  await panel.getByText('A-1042').first().waitFor();
  for (const theme of THEMES) {
    await switchTheme(page, theme);
    expect(await barriers(page)).toEqual([]);
  }

  // Nobody touches the page: it finds out by itself, and the span stays open.
  await client.sendSpans([tool]);
  await panel.getByText('Running', { exact: true }).waitFor({ state: 'detached' });
  await panel.getByText('3.00 s', { exact: true }).waitFor();
  await heading.getByText('Running').waitFor();
  await client.sendSpans([root]);
  await heading.getByText('Success').waitFor();
  await panel.waitFor();
  expect(await page.getByText(/ so far$/).count()).toBe(0);
  expect(faults).toEqual([]);
});
