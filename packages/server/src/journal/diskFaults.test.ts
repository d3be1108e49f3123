/** The journal on a disk that fails: at every call that it makes, with every kind of failure, for a while or for good. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal, sealedSegments, soundBytes } from './journal.ts';
import { type JournalDisk, type JournalFile, journalDisk } from './journalDisk.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sightglass-disk-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const CALLS = ['create', 'syncDirectory', 'writev', 'datasync', 'truncate', 'close', 'rename', 'remove'] as const;
type Call = (typeof CALLS)[number];

/** The real disk, on which some calls fail. What a failed write or sync has left in the file stays there. */
function failingDisk() {
  let failing: ReadonlySet<Call> = new Set();
  let code = 'EIO';
  const made = new Set<Call>();
  function check(call: Call): void {
    made.add(call);
    if (failing.has(call)) throw Object.assign(new Error(`${code}: ${call}`), { code });
  }
  const file = (real: JournalFile): JournalFile => ({
    writev: async (buffers, position) => {
      if (failing.has('writev')) await real.writev([(buffers[0] as Uint8Array).subarray(0, 2)], position);
      check('writev');
      return real.writev(buffers, position);
    },
    datasync: async () => {
      check('datasync');
      await real.datasync();
    },
    truncate: async (length) => {
      check('truncate');
      await real.truncate(length);
    },
    close: async () => {
      await real.close();
      check('close');
    },
  });
  const disk: JournalDisk = {
    create: async (path) => {
      check('create');
      return file(await journalDisk.create(path));
    },
    rename: async (from, to) => {
      check('rename');
      await journalDisk.rename(from, to);
    },
    remove: async (path) => {
      check('remove');
      await journalDisk.remove(path);
    },
    syncDirectory: async (path) => {
      check('syncDirectory');
      await journalDisk.syncDirectory(path);
    },
  };
  return {
    disk,
    made,
    fail: (calls: readonly Call[], errorCode: string) => {
      failing = new Set(calls);
      code = errorCode;
    },
    repair: () => {
      failing = new Set();
    },
  };
}

/** What a writer would store: of every sealed segment as much as was acknowledged. */
async function stored(): Promise<string[]> {
  const texts = await Promise.all(
    (await sealedSegments(directory)).map(async (path) => (await readFile(path)).subarray(0, soundBytes(path)).toString('utf8')),
  );
  return texts.flatMap((text) => text.split(';').slice(0, -1)).sort();
}

const faults: readonly (readonly Call[])[] = [
  ...CALLS.map((call) => [call]),
  ['writev', 'truncate'],
  ['datasync', 'truncate'],
  ['datasync', 'close'],
  CALLS,
];
const cases = faults.flatMap((calls) => ['ENOSPC', 'EIO', 'EROFS'].map((code) => ({ calls, code, name: calls.join(' and ') })));

describe.each([true, false])('with frames in the segment before: %s', (withFrames) => {
  it.each(cases)('$code at $name loses nothing acknowledged and keeps nothing refused', async ({ calls, code }) => {
    const { disk, fail, repair } = failingDisk();
    const acknowledged: string[] = [];
    const refused: string[] = [];
    const told: unknown[] = [];
    const journal = await openJournal({
      directory,
      disk,
      sealAfterMs: 60_000,
      sealAgainAfterMs: 60_000,
      onSealed: () => undefined,
      onFault: (error) => told.push(error),
    });
    const append = (frame: string) =>
      journal.append(Buffer.from(`${frame};`)).then(
        () => acknowledged.push(frame),
        () => refused.push(frame),
      );
    if (withFrames) await append('before');
    fail(calls, code);
    for (let i = 0; i < 3; i++) {
      await Promise.all([append(`during ${i}a`), append(`during ${i}b`)]);
      await journal.seal();
    }
    repair();
    await append('after');
    expect(acknowledged).toContain('after');
    expect(acknowledged.length + refused.length).toBe(withFrames ? 8 : 7);
    await journal.close();
    expect(await stored()).toEqual([...acknowledged].sort());
    expect((await readdir(directory)).filter((name) => name.endsWith('.open'))).toEqual([]);
  });
});

it('every call that the journal makes is among those that fail here', async () => {
  const { disk, made, fail } = failingDisk();
  const journal = await openJournal({ directory, disk, sealAfterMs: 60_000, onSealed: () => undefined, onFault: () => undefined });
  fail(['datasync'], 'EIO');
  await journal.append(Buffer.from('refused;')).catch(() => undefined);
  fail([], '');
  await journal.append(Buffer.from('kept;'));
  await journal.close();
  expect([...made].sort()).toEqual([...CALLS].sort());
});

it('a file whose sync failed takes no further frame, however often a sync of it would succeed now', async () => {
  const { disk, fail, repair } = failingDisk();
  const journal = await openJournal({ directory, disk, sealAfterMs: 60_000, onSealed: () => undefined, onFault: () => undefined });
  await journal.append(Buffer.from('first;'));
  const [before] = await readdir(directory);
  fail(['datasync'], 'EIO');
  await expect(journal.append(Buffer.from('refused;'))).rejects.toThrow('EIO');
  repair();
  await journal.append(Buffer.from('second;'));
  const open = (await readdir(directory)).filter((name) => name.endsWith('.open'));
  expect(open).toHaveLength(1);
  expect(open).not.toContain(before);
  await journal.close();
  expect(await stored()).toEqual(['first', 'second']);
});

it('what could not be cut off is left aside by the next process, too', async () => {
  const { disk, fail } = failingDisk();
  const journal = await openJournal({ directory, disk, sealAfterMs: 60_000, onSealed: () => undefined, onFault: () => undefined });
  await journal.append(Buffer.from('kept;'));
  fail(['datasync', 'truncate'], 'EIO');
  await expect(journal.append(Buffer.from('refused;'))).rejects.toThrow('EIO');
  const [path] = await sealedSegments(directory);
  expect(await readFile(path as string, 'utf8')).toBe('kept;refused;');
  expect(await stored()).toEqual(['kept']);
  await journal.close();
});

it('an empty segment on a full disk is not handed to the writer', async () => {
  const { disk, fail, repair } = failingDisk();
  const sealed: string[] = [];
  const journal = await openJournal({ directory, disk, sealAfterMs: 60_000, onSealed: ({ path }) => sealed.push(path), onFault: () => undefined });
  fail(['writev'], 'ENOSPC');
  await expect(journal.append(Buffer.from('refused;'))).rejects.toThrow('ENOSPC');
  repair();
  await journal.close();
  expect([sealed, await readdir(directory)]).toEqual([[], []]);
});
