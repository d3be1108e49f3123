/** The power goes at any call of the journal: what was acknowledged is there after the next start, whatever else is. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeFrame, type Frame, readFrames } from './frame.ts';
import { openJournal, sealedSegments, soundBytes } from './journal.ts';
import type { JournalDisk } from './journalDisk.ts';
import { createPowerCutDisk, type Draw, type PowerCutDisk } from './testing/powerCutDisk.ts';

/** T9 of the figures to reach. */
const CUTS = 200;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sightglass-power-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Mulberry32: the same for the same seed. */
function drawOf(seed: number): Draw {
  let state = seed * 2_654_435_761;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
}

function frame(name: string, bytes: number): Buffer {
  const of: Frame = {
    workspaceId: name,
    receivedAtMs: 1,
    source: 'test',
    rows: 1,
    traces: [],
    account: { received: 1, rejected: 0, duplicate: 0, sampled: 0, errors: [] } as unknown as Frame['account'],
    tables: [{ name: 'spans', rows: 1, native: new Uint8Array(bytes).fill(7) }],
  };
  return encodeFrame(of);
}

interface Outcome {
  acknowledged: string[];
  found: Set<string>;
  calls: number;
}

/** Requests come side by side until the power goes at the call `cutAt`; then the machine starts again. */
async function run(name: string, draw: Draw, cutAt: number, wrap: (disk: PowerCutDisk) => JournalDisk = (disk) => disk): Promise<Outcome> {
  const disk = createPowerCutDisk();
  disk.onCall = () => {
    if (disk.calls() >= cutAt) disk.cut();
  };
  const before = join(directory, `${name}-before`);
  const journal = await openJournal({
    directory: before,
    segmentBytesMax: 6_000,
    sealAfterMs: 2,
    fastSealAfterMs: 4,
    sealAgainAfterMs: 60_000,
    onSealed: () => undefined,
    onFault: () => undefined,
    disk: wrap(disk),
  });
  const acknowledged: string[] = [];
  const senders = Array.from({ length: 1 + draw(4) }, async (_, sender) => {
    for (let i = 0; i < 12; i++) {
      const id = `${sender}-${i}`;
      const stored = await journal.append(frame(id, 1 + draw(2_500))).then(
        () => true,
        () => false,
      );
      if (stored) acknowledged.push(id);
      if (draw(3) === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  });
  await Promise.all(senders);
  const calls = disk.calls();
  disk.cut();
  await journal.close();
  const after = join(directory, `${name}-after`);
  await disk.leave(after, draw);
  const again = await openJournal({ directory: after, onSealed: () => undefined, onFault: () => undefined });
  await again.close();
  const found = new Set<string>();
  for (const path of await sealedSegments(after)) {
    const bytes = await readFile(path);
    for (const { workspaceId } of readFrames(bytes.subarray(0, Math.min(bytes.length, soundBytes(path)))).frames) found.add(workspaceId);
  }
  await rm(after, { recursive: true, force: true });
  await rm(before, { recursive: true, force: true });
  return { acknowledged, found, calls };
}

test(`${CUTS} cuts lose nothing that was acknowledged, and the journal always opens again`, { timeout: 120_000 }, async () => {
  const whole = await run('whole', drawOf(1), Number.POSITIVE_INFINITY);
  expect(whole.acknowledged.length).toBeGreaterThan(10);
  let [acknowledged, unanswered] = [0, 0];
  for (let cut = 0; cut < CUTS; cut++) {
    const draw = drawOf(cut + 2);
    const outcome = await run(`cut-${cut}`, draw, 1 + draw(whole.calls));
    const lost = outcome.acknowledged.filter((id) => !outcome.found.has(id));
    expect(lost, `seed ${cut}`).toEqual([]);
    acknowledged += outcome.acknowledged.length;
    unanswered += [...outcome.found].filter((id) => !outcome.acknowledged.includes(id)).length;
  }
  expect(acknowledged).toBeGreaterThan(CUTS);
  // The simulation leaves more than it must, too: what nobody was told yes for may have arrived.
  expect(unanswered).toBeGreaterThan(0);
});

test.each<[string, (disk: PowerCutDisk) => JournalDisk]>([
  ['does not sync its files', (disk) => ({ ...disk, create: async (path) => ({ ...(await disk.create(path)), datasync: async () => undefined }) })],
  ['does not sync its directory', (disk) => ({ ...disk, syncDirectory: async () => undefined })],
])('a journal that %s would be found out', { timeout: 120_000 }, async (name, wrap) => {
  let lost = 0;
  for (let cut = 0; cut < 40; cut++) {
    const draw = drawOf(cut + 500);
    const { acknowledged, found } = await run(`${name.replaceAll(' ', '-')}-${cut}`, draw, 5 + draw(30), wrap);
    lost += acknowledged.filter((id) => !found.has(id)).length;
  }
  expect(lost).toBeGreaterThan(0);
});
