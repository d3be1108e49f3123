/**
 * A disk that is full or will not be written, under load: senders are told to come again, nothing is damaged, and the program
 * goes on by itself when there is room again. Every file of the program is meant, the engines' as well as the journal's.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient } from './apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram, temporaryDirectory } from './startProgram.ts';
import { expectAccounted, expectDerived, expectWitnessed, type Load, startLoad } from './witness/load.ts';

const ENOUGH = 40;
const env = { ...HEADLESS, SIGHTGLASS_LOG_LEVEL: 'silent' };

/** Counts the answers of the load and lets a test wait for the next ones. */
function countAnswers() {
  const counts = new Map<number, number>();
  let waiting: { status: number; until: number; resolve(): void } | undefined;
  return {
    statuses: () => [...counts.keys()].sort(),
    count: (status: number) => {
      const now = (counts.get(status) ?? 0) + 1;
      counts.set(status, now);
      if (waiting?.status === status && now >= waiting.until) waiting.resolve();
    },
    more: (status: number) =>
      new Promise<void>((resolve) => {
        waiting = { status, until: (counts.get(status) ?? 0) + ENOUGH, resolve };
      }),
  };
}

async function expectRefusedForNow(program: Program): Promise<void> {
  const answer = await createClient(program, OWNER.key).sendSpans([{ traceId: 'f'.repeat(32), spanId: 'f'.repeat(16) }]);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
}

/** Fills and frees the disk under load, again and again; the first time not one byte is left. */
async function fillAndFree(program: Program, load: Load, disk: { fill(): void; free(): void }): Promise<void> {
  const answers = countAnswers();
  const running = load.run(program.address, 'full disk', answers.count);
  for (let i = 0; i < 3; i++) {
    await answers.more(200);
    disk.fill();
    await answers.more(503);
    // The first time nothing fits; later a small request may still.
    if (i === 0) await expectRefusedForNow(program);
    disk.free();
  }
  await answers.more(200);
  load.finish();
  await running;
  expect(answers.statuses()).toEqual([200, 503]);
  const client = createClient(program, OWNER.key);
  await expectWitnessed(client, load.witness());
  await expectDerived(client, load.witness());
  await expectAccounted(client, load.witness());
}

/** The same after a restart: what is on disk is whole. */
async function expectKept(program: Program, load: Load): Promise<void> {
  expect((await program.stop()).code).toBe(0);
  const again = await startProgram({ dataDir: program.dataDir, env });
  await expectWitnessed(createClient(again, OWNER.key), load.witness());
  await again.stop();
}

const isLinux = process.platform === 'linux';

describe.runIf(isLinux)('files that may not grow (RLIMIT_FSIZE)', () => {
  let program: Program;
  let load: Load;
  beforeAll(async () => {
    [program, load] = await Promise.all([startProgram({ env }), startLoad()]);
  }, START_MS_MAX);
  afterAll(() => load.close());

  test('503 with Retry-After while they may not, and all that was acknowledged is there afterwards', { timeout: 3 * START_MS_MAX }, async () => {
    // From "nothing at all" to "the first frames of a segment fit".
    const limits = [1, 2_000, 20_000];
    const limitTo = (bytes: number | 'unlimited') => execFileSync('prlimit', ['--pid', String(program.pid), `--fsize=${bytes}:unlimited`]);
    await fillAndFree(program, load, { fill: () => limitTo(limits.shift() ?? 1), free: () => limitTo('unlimited') });
    await expectKept(program, load);
  });
});

const mount = (folder: string) => spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=256m', 'tmpfs', folder]).status === 0;
const unmount = (folder: string) => spawnSync('/bin/umount', ['--lazy', folder]);

/** A disk of its own takes rights which not every process has; without them the limit above stands for it. */
function mayMount(): boolean {
  const folder = temporaryDirectory();
  const could = isLinux && mount(folder);
  if (could) unmount(folder);
  return could;
}

describe.runIf(mayMount())('a disk without room (ENOSPC)', () => {
  const folder = temporaryDirectory();
  let load: Load;
  beforeAll(async () => {
    mount(folder);
    load = await startLoad();
  });
  afterAll(() => {
    load.close();
    unmount(folder);
  });

  test('503 with Retry-After while it is full, and all that was acknowledged is there afterwards', { timeout: 3 * START_MS_MAX }, async () => {
    const program = await startProgram({ dataDir: join(folder, 'data'), env });
    const balloon = join(folder, 'balloon');
    const free = () => rmSync(balloon, { force: true });
    await fillAndFree(program, load, { fill: () => fillDisk(balloon), free });
    await expectKept(program, load);
  });
});

/** Writes until the system says that there is no room. */
function fillDisk(path: string): void {
  const file = openSync(path, 'a');
  try {
    for (let size = statfsSync(path).bsize * 1024; size >= 1; size >>= 1) {
      const bytes = Buffer.alloc(size);
      try {
        while (writeSync(file, bytes) === size);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  } finally {
    closeSync(file);
  }
}
