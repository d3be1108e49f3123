/** However a trace is cut into requests, in whatever order they come and wherever the program stops between them: it ends the same. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { traceIdOfLangfuse } from '../normalise/langfuse/langfuseIds.ts';
import { testWorkspace } from '../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { type IngestionProgram, startIngestionProgram } from './testing/ingestionProgram.ts';

const RUNS = 12;
const TRACE = 'order 7';

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
afterAll(() => store.remove());

const start = (journal: IngestionProgram['journal'] = []) =>
  startIngestionProgram({ telemetry: store.telemetry, journal: [...journal], nowMs: () => Date.now() });

const time = (at: number) => new Date(Date.UTC(2026, 10, 20, 9, 0, 0) + at * 1_000).toISOString();
const item = (type: string, at: number, body: Record<string, unknown>) => ({
  id: `${type} ${at}`,
  type,
  timestamp: time(at),
  body: type === 'trace-create' ? { id: TRACE, ...body } : { traceId: TRACE, ...body },
});

/** A chain that is the trace itself, and spans that begin in other minutes than it. */
const CHAIN = [
  item('trace-create', 60, { name: 'chain', userId: 'u', input: 'x' }),
  item('span-create', 50, { id: 'c', name: 'chain', startTime: time(50) }),
  item('generation-create', 61, { id: 'g', name: 'g', startTime: time(61), parentObservationId: 'c', model: 'gpt-4o' }),
  item('generation-update', 130, { id: 'g', endTime: time(130), usage: { input: 3, output: 4 } }),
  item('span-update', 140, { id: 'c', endTime: time(140), output: 'o' }),
  item('trace-create', 141, { tags: ['t'], output: 'said' }),
  item('event-create', 70, { id: 'e', name: 'e', startTime: time(70), parentObservationId: 'c' }),
  item('span-create', 20, { id: 'inner', name: 'inner', startTime: time(20), endTime: time(30), parentObservationId: 'outer' }),
  item('span-create', 15, { id: 'outer', name: 'outer', startTime: time(15), endTime: time(31), parentObservationId: 'c' }),
];
/** The same with a second one at its top: then the trace is no observation. */
const APART = [...CHAIN, item('span-create', 80, { id: 'second', name: 'second', startTime: time(80), endTime: time(81) })];

/** Requests, each with whether the store had its turn and whether the program was started anew after it. */
const sendings = (items: typeof CHAIN) =>
  fc.record({
    order: fc.shuffledSubarray(items, { minLength: items.length }),
    steps: fc.array(fc.record({ items: fc.integer({ min: 1, max: 4 }), stored: fc.boolean(), again: fc.boolean(), restarted: fc.boolean() }), {
      minLength: items.length,
      maxLength: items.length,
    }),
  });

let made = 0;
async function told(send: (program: IngestionProgram, workspace: ReturnType<typeof testWorkspace>) => Promise<IngestionProgram>): Promise<unknown> {
  made += 1;
  const workspace = testWorkspace(`random${made}`);
  const program = await send(start(), workspace);
  await program.store();
  return program.trace(workspace, traceIdOfLangfuse(TRACE));
}

it.each([
  ['a chain that is the trace', CHAIN],
  ['two at the top of a trace', APART],
])('%s', { timeout: 120_000 }, async (_, items) => {
  const whole = await told(async (program, workspace) => {
    await program.send(workspace, ...items);
    return program;
  });
  await fc.assert(
    fc.asyncProperty(sendings(items), async ({ order, steps }) => {
      const inParts = await told(async (first, workspace) => {
        let program = first;
        const left = [...order];
        for (const { items: count, stored, again, restarted } of steps) {
          const batch = left.splice(0, count);
          await program.send(workspace, ...batch);
          if (stored) await program.store();
          if (again) await program.send(workspace, ...batch);
          if (restarted) program = start(program.journal);
        }
        return program;
      });
      expect(inParts).toEqual(whole);
    }),
    { numRuns: RUNS },
  );
});
