/**
 * The promise behind every 200, kept through kill -9 at every named point, at random under load, and through SIGTERM. The
 * load client is a process of its own; what it saw is compared with what is stored. Each round goes on with the data
 * of the rounds before. More rounds: FAULT_ROUNDS=1000.
 */
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient } from './apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from './startProgram.ts';
import { expectAccounted, expectDerived, expectWitnessed, type Load, startLoad } from './witness/load.ts';

const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 50);
/** What is stored is compared after as many rounds: a comparison waits until everything is settled. */
const ROUNDS_A_CHECK = 10;
const ROUND_MS_MAX = 2 * START_MS_MAX;

/** A timer from the point on has the kill fall into the middle of an insert. */
const NAMED = `
  journal.written:3  journal.written:40  journal.synced:2    journal.synced:50    receive.answered:1   receive.answered:60
  journal.sealing:1  journal.sealing:2   journal.sealed:1    journal.sealed:2
  store.inserting:1  store.inserting:2+2 store.inserting:1+6 store.inserting:2+10 store.inserting:1+15 store.inserting:2+25
  store.inserted:1   store.inserted:2    store.inserted:3    store.inserted:5     store.stored:1       store.stored:2
  store.settled:1    store.settled:2     store.removed:1     store.removed:2
`
  .trim()
  .split(/\s+/);

const env = { ...HEADLESS, SIGHTGLASS_LOG_LEVEL: 'warn' };
let program: Program;
let isRunning = false;
let load: Load;
let rounds = 0;
let checkedRounds = 0;
const reopenedMs: number[] = [];
const ROUND = 'round ';
const nameRound = () => `${ROUND}${++rounds}`;

beforeAll(async () => {
  [program, load] = await Promise.all([startProgram({ env }), startLoad()]);
  isRunning = true;
}, START_MS_MAX);
afterAll(() => {
  load.close();
  const [median, last] = [reopenedMs[reopenedMs.length >> 1], reopenedMs.at(-1)].map((ms) => Math.round(ms ?? 0));
  console.log(`reopened ${reopenedMs.length} times after kill -9: median ${median} ms, longest ${last} ms, ${load.witness().length} requests`);
});

async function kill(): Promise<void> {
  isRunning = false;
  await program.kill();
}

/** Undefined when it was killed before it was ready: its fault lay on the way. */
async function reopen(fault?: string): Promise<Program | undefined> {
  if (isRunning && fault === undefined) return program;
  await kill();
  const startedMs = performance.now();
  try {
    program = await startProgram({ dataDir: program.dataDir, env: fault === undefined ? env : { ...env, SIGHTGLASS_FAULT: fault } });
  } catch (error) {
    // Its end may come before its address is printed, or between that and the first question.
    if (fault === undefined || !/ended with null|fetch failed/.test(String(error))) throw error;
    return undefined;
  }
  reopenedMs.push(performance.now() - startedMs);
  reopenedMs.sort((a, b) => a - b);
  isRunning = true;
  return program;
}

async function killAtPoint(fault: string): Promise<void> {
  if ((await reopen(fault)) === undefined) return;
  await load.run(program.address, nameRound());
  isRunning = false;
  expect((await program.ended).code).toBeNull();
}

async function killAtRandom(): Promise<void> {
  await reopen();
  let left = randomInt(1, 60);
  let killed: Promise<void> | undefined;
  await load.run(program.address, nameRound(), (status) => {
    if (status !== 200 || --left !== 0) return;
    killed = delay(randomInt(400)).then(kill);
  });
  await killed;
}

/** Of the rounds since the last check, and of the one before them, of which some was sent again. */
async function check(): Promise<void> {
  await reopen();
  const client = createClient(program, OWNER.key);
  const since = Math.max(1, checkedRounds);
  const recent = load.witness().filter(({ round }) => Number(round.slice(ROUND.length)) >= since);
  await expectWitnessed(client, recent);
  await expectDerived(client, recent);
  checkedRounds = rounds;
}

describe('everything acknowledged is stored exactly once', () => {
  const kills = Array.from({ length: ROUNDS }, (_, i) => NAMED[i] ?? 'random');
  const groups = Array.from({ length: Math.ceil(ROUNDS / ROUNDS_A_CHECK) }, (_, i) => kills.slice(i * ROUNDS_A_CHECK, (i + 1) * ROUNDS_A_CHECK));

  test.each(groups.map((group, i) => [i * ROUNDS_A_CHECK + 1, i * ROUNDS_A_CHECK + group.length, group] as const))(
    'after kill -9 under load, rounds %i to %i',
    { timeout: (ROUNDS_A_CHECK + 1) * ROUND_MS_MAX },
    async (_first, _last, group) => {
      for (const kill of group) await (kill === 'random' ? killAtRandom() : killAtPoint(kill));
      await check();
    },
  );

  test('after SIGTERM under load, which ends it with code 0', { timeout: 2 * ROUND_MS_MAX }, async () => {
    await reopen();
    let left = 40;
    let stopped: Promise<unknown> | undefined;
    await load.run(program.address, nameRound(), (status) => {
      if (status === 200 && --left === 0) stopped = program.stop();
    });
    await stopped;
    isRunning = false;
    expect((await program.ended).code).toBe(0);
    await check();
  });

  test('and still is after all of it', { timeout: 2 * ROUND_MS_MAX }, async () => {
    await reopen();
    const client = createClient(program, OWNER.key);
    await expectWitnessed(client, load.witness());
    await expectAccounted(client, load.witness());
  });
});
