/** Runs, sessions and users as a person meets them: what goes on now, what went wrong, what was said and what it cost. */
import { beforeAll, expect, test } from 'vitest';
import { pendingCopy } from '../../server/src/live/testing/pendingCopy.ts';
import type { MadeSpan } from '../../server/src/receive/testing/traceRequests.ts';
import { type Client, createClient, everythingSettled } from '../../server/test/program/apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from '../../server/test/program/startProgram.ts';
import { signInWithPassword, visit, type VisitOptions } from './openBrowser.ts';
import { ago, newTraceId } from './shownTraces.ts';

const SESSION = 'visit 4711, second floor';
const USER = 'ana';
const traceIds = [newTraceId(), newTraceId()];
const said = (role: string, content: string) => ({ role, parts: [{ type: 'text', content }] });
const ASKED = said('user', 'Where are the lighthouse books?');
const LOOKED_UP = { role: 'assistant', parts: [{ type: 'tool_call', id: 'call_1', name: 'find_shelf', arguments: { about: 'lighthouses' } }] };
const FOUND = { role: 'tool', parts: [{ type: 'tool_call_response', id: 'call_1', response: { shelf: 7 } }] };
const TOLD = said('assistant', 'On shelf seven.');
const ASKED_AGAIN = said('user', 'Can I reserve one?');
const REFUSED = said('assistant', 'Not today.');

/** A turn of the conversation: an agent, and its calls with the whole history each time. */
function turn(n: 0 | 1, agoMs: number, calls: readonly (readonly [object[], object])[], failed: boolean): MadeSpan[] {
  const traceId = traceIds[n] ?? '';
  const root = `${n + 1}`.repeat(16);
  const atMs = ago(agoMs);
  return [
    {
      traceId,
      spanId: root,
      name: 'invoke_agent librarian',
      atMs,
      durationMs: 3_000,
      attributes: {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': 'librarian',
        'session.id': SESSION,
        'user.id': USER,
        'user.email': 'ana@example.com',
        'sightglass.run_id': `turn/${n + 1}`,
      },
    },
    ...calls.map(
      ([input, output], i): MadeSpan => ({
        traceId,
        spanId: `a${n}b${i}`.repeat(4),
        parentSpanId: root,
        name: 'chat gpt-4o',
        atMs: atMs + 100 + i * 1_500,
        durationMs: 900,
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'openai',
          'gen_ai.request.model': 'gpt-4o',
          'gen_ai.usage.input_tokens': 1_000,
          'gen_ai.usage.output_tokens': 100,
          'gen_ai.input.messages': JSON.stringify(input),
          'gen_ai.output.messages': JSON.stringify([output]),
        },
      }),
    ),
    {
      traceId,
      spanId: `${n}f`.repeat(8),
      parentSpanId: root,
      name: 'execute_tool find_shelf',
      atMs: atMs + 1_100,
      durationMs: 300,
      failed,
      attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'find_shelf' },
    },
  ];
}

let program: Program;
let client: Client;
let cookies: NonNullable<VisitOptions['cookies']>;
beforeAll(async () => {
  program = await startProgram({ env: HEADLESS });
  client = createClient(program, OWNER.key);
  await client.sendSpans(
    turn(
      0,
      900_000,
      [
        [[ASKED], LOOKED_UP],
        [[ASKED, LOOKED_UP, FOUND], TOLD],
      ],
      false,
    ),
  );
  await client.sendSpans(turn(1, 600_000, [[[ASKED, LOOKED_UP, FOUND, TOLD, ASKED_AGAIN], REFUSED]], true));
  await everythingSettled(client);
  cookies = await signInWithPassword(program.address);
}, 2 * START_MS_MAX);

test('the newest run is opened with the keyboard; its page begins with what failed and leads to the span', async () => {
  const { page, context, faults } = await visit(program.address, { cookies });
  await page.goto('/runs');
  const grid = page.getByRole('grid', { name: 'Runs' });
  await grid.getByRole('row').filter({ hasText: 'Can I reserve one?' }).waitFor();
  await page.keyboard.press('j');
  await grid.getByRole('row', { selected: true }).getByText('Can I reserve one?').waitFor();
  await page.keyboard.press('j');
  await grid.getByRole('row', { selected: true }).getByText('Where are the lighthouse books?').waitFor();
  await page.keyboard.press('k');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1 }).getByText('1 error').waitFor();
  expect(new URL(page.url()).pathname).toBe('/runs/turn%2F2');

  const panels = await page.locator('main h2').allTextContents();
  expect(panels).toEqual(['Input', 'Steps', 'Output', 'Models', 'Tools']);
  await page.getByRole('region', { name: 'Input' }).getByText('Can I reserve one?').waitFor();
  expect(await page.getByText('Where are the lighthouse books?').count()).toBe(0);
  await page.getByRole('button', { name: 'Show 3 earlier messages' }).click();
  await page.getByText('Where are the lighthouse books?').waitFor();
  expect(await page.getByRole('region', { name: 'Steps' }).getByRole('listitem').count()).toBe(2);
  await page.getByRole('region', { name: 'Failures' }).getByRole('link', { name: 'execute_tool find_shelf' }).click();
  await page.getByRole('complementary', { name: 'Span execute_tool find_shelf' }).waitFor();
  await page.goBack();
  await page.getByRole('link', { name: 'Runs /' }).click();
  await grid.getByRole('row', { selected: true }).getByText('Can I reserve one?').waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test('filters stand in the URL and narrow the list', async () => {
  const { page, context, faults } = await visit(program.address, { cookies });
  await page.goto('/runs?q=reserve&status=success,error');
  await page.getByText('1 run', { exact: true }).waitFor();
  await page.getByRole('button', { name: /^Remove: .*reserve/ }).click();
  await page.getByRole('row').filter({ hasText: 'Where are the lighthouse books?' }).waitFor();
  await page.getByRole('columnheader', { name: 'Tokens' }).getByRole('button').click();
  await page.getByText('most tokens first').waitFor();
  expect(new URL(page.url()).searchParams.get('sort')).toBe('-tokens');
  await page.getByRole('row').nth(1).getByText('Where are the lighthouse books?').waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test('a run in progress stands on top and is followed until it ends', { timeout: 60_000 }, async () => {
  const root: MadeSpan = {
    traceId: newTraceId(),
    spanId: 'e'.repeat(16),
    name: 'agent run',
    // It began before the others, and stands above them because it goes on.
    atMs: ago(3_000_000),
    durationMs: 2_900_000,
    attributes: { agent_name: 'night-watch', 'session.id': 'the night', 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'night-watch' },
  };
  await client.sendSpans([pendingCopy(root)]);
  const { page, context, faults } = await visit(program.address, { cookies });
  await page.goto('/runs');
  await page.getByRole('row').nth(1).getByText('night-watch').waitFor();
  await page.goto('/sessions');
  const session = page.getByRole('row').filter({ hasText: 'the night' });
  await session.getByText('Live', { exact: true }).waitFor();
  await session.getByRole('link', { name: 'the night' }).click();
  await page.getByText('No model call of it has ended yet.').waitFor();
  await page.getByRole('link', { name: 'night-watch' }).first().click();
  const heading = page.getByRole('heading', { level: 1 });
  await heading.getByText('Running').waitFor();
  await client.sendSpans([root]);
  await heading.getByText('Success').waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test('a session is replayed turn by turn, what is sent again is shown once, and every turn leads to its run and trace', async () => {
  const { page, context, faults } = await visit(program.address, { cookies });
  await page.goto('/sessions');
  await page.getByRole('link', { name: SESSION }).click();
  const [first, second] = [1, 2].map((n) => page.getByRole('region', { name: `Run ${n}: librarian` }));
  await second?.getByText('Not today.').waitFor();
  expect(await page.getByText('Where are the lighthouse books?').count()).toBe(1);
  await first?.getByText('On shelf seven.').waitFor();
  // The tool's answer came with the next call and stands with the question that it answers.
  const tool = first?.getByRole('region', { name: /^Call 1:/ });
  await tool?.getByText('shelf', { exact: true }).waitFor();
  await tool?.getByRole('button', { name: 'ran 300 ms' }).waitFor();
  await second?.getByText('4 messages of the history, shown above, sent again').waitFor();
  await second?.getByRole('link', { name: 'Trace' }).click();
  await page.waitForURL(`**/traces/${traceIds[1]}?span=*`);
  await page.goBack();
  await page.getByRole('tab', { name: /^Runs/ }).click();
  expect(await page.getByRole('row').filter({ hasText: 'librarian' }).count()).toBe(2);
  expect(new URL(page.url()).searchParams.get('view')).toBe('runs');
  await page.getByRole('link', { name: USER }).click();
  await page.getByRole('heading', { level: 1 }).getByText(USER).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test('a user’s page tells what was done for them, and leads to their sessions, runs and costs', async () => {
  const { page, context, faults } = await visit(program.address, { cookies });
  await page.goto('/users');
  const row = page.getByRole('row').filter({ hasText: 'ana@example.com' });
  await row.getByText('$0.0105').waitFor();
  await row.getByRole('link', { name: USER }).click();
  await page.getByRole('region', { name: 'Agents' }).getByText('librarian').waitFor();
  await page.getByRole('region', { name: 'Sessions' }).getByRole('link', { name: SESSION }).waitFor();
  await page
    .getByRole('region', { name: /^Cost per/ })
    .getByText('Total $0.0105')
    .waitFor();
  await page.getByRole('link', { name: 'All runs' }).click();
  await page.getByText('2 runs', { exact: true }).waitFor();
  expect(new URL(page.url()).searchParams.get('user_id')).toBe(USER);
  await page.goBack();
  await page.getByRole('link', { name: 'Costs', exact: true }).last().click();
  await page.waitForURL(`**/costs?user_id=${USER}`);
  expect(faults).toEqual([]);
  await context.close();
});
