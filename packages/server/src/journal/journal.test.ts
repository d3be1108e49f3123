import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type JournalOptions, openJournal, sealedSegments } from './journal.ts';

let directory: string;
let sealed: { path: string; bytes: number }[];
let faults: unknown[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sightglass-journal-'));
  sealed = [];
  faults = [];
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const open = (options: Partial<JournalOptions> = {}) =>
  openJournal({
    directory,
    sealAfterMs: 60_000,
    onSealed: (segment) => sealed.push(segment),
    onFault: (error) => faults.push(error),
    ...options,
  });

describe('append', () => {
  it('has the frame in the file when it resolves', async () => {
    const journal = await open();
    await journal.append(Buffer.from('one'));
    const [name] = await readdir(directory);
    expect(await readFile(join(directory, name as string), 'utf8')).toBe('one');
    await journal.close();
  });

  it('keeps the order of frames that are appended at once', async () => {
    const journal = await open();
    await Promise.all(Array.from({ length: 200 }, (_, i) => journal.append(Buffer.from(`${i},`))));
    await journal.close();
    const [path] = await sealedSegments(directory);
    expect(await readFile(path as string, 'utf8')).toBe(Array.from({ length: 200 }, (_, i) => `${i},`).join(''));
  });

  it('refuses after close', async () => {
    const journal = await open();
    await journal.close();
    await expect(journal.append(Buffer.from('late'))).rejects.toThrow('closed');
  });

  it('rejects when the directory has gone, and works again when it is back', async () => {
    const journal = await open();
    await rm(directory, { recursive: true });
    await expect(journal.append(Buffer.from('lost'))).rejects.toThrow();
    await mkdir(directory);
    await journal.append(Buffer.from('kept'));
    await journal.close();
    const [path] = await sealedSegments(directory);
    expect(await readFile(path as string, 'utf8')).toBe('kept');
  });
});

describe('sealing', () => {
  it('seals a segment that has reached its size', async () => {
    const journal = await open({ segmentBytesMax: 4 });
    await journal.append(Buffer.from('12345'));
    await journal.append(Buffer.from('6'));
    expect(sealed).toHaveLength(1);
    await journal.close();
    expect(sealed.map(({ bytes }) => bytes)).toEqual([5, 1]);
  });

  it('seals a segment after its time', async () => {
    let tell: (() => void) | undefined;
    const told = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const journal = await openJournal({ directory, sealAfterMs: 1, onSealed: () => tell?.(), onFault: (error) => faults.push(error) });
    await journal.append(Buffer.from('x'));
    await told;
    expect(await sealedSegments(directory)).toHaveLength(1);
    await journal.close();
  });

  it('keeps a segment that fills fast open for longer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const journal = await open({ sealAfterMs: 250, fastSegmentBytes: 4, fastSealAfterMs: 750 });
      await journal.append(Buffer.from('123'));
      vi.advanceTimersByTime(250);
      // A frame waits for a seal that was begun before it.
      await journal.append(Buffer.from('1234'));
      expect(sealed.map(({ bytes }) => bytes)).toEqual([3]);
      vi.advanceTimersByTime(749);
      await journal.append(Buffer.from('5'));
      expect(sealed).toHaveLength(1);
      vi.advanceTimersByTime(1);
      await journal.append(Buffer.from('6'));
      expect(sealed.map(({ bytes }) => bytes)).toEqual([3, 5]);
      await journal.close();
    } finally {
      vi.useRealTimers();
    }
  });

  it('seals at start what a crash left open', async () => {
    await writeFile(join(directory, '000001763600000-aa.open'), 'left');
    const journal = await open();
    expect(await sealedSegments(directory)).toEqual([join(directory, '000001763600000-aa.sealed')]);
    await journal.close();
  });

  it('is tried again until it succeeds, and frames are taken in the meantime', async () => {
    const journal = await open({ sealAgainAfterMs: 1 });
    await journal.append(Buffer.from('first'));
    const elsewhere = `${directory}-elsewhere`;
    await rename(directory, elsewhere);
    await journal.seal();
    await expect.poll(() => faults.length).toBeGreaterThan(1);
    expect(sealed).toEqual([]);
    await rename(elsewhere, directory);
    await journal.append(Buffer.from('second'));
    await expect.poll(() => sealed.length).toBeGreaterThan(0);
    await journal.close();
    expect(await Promise.all(sealed.map(({ path }) => readFile(path, 'utf8')))).toEqual(['first', 'second']);
  });

  it('leaves no empty segment behind', async () => {
    const journal = await open();
    await journal.seal();
    await journal.close();
    expect(await readdir(directory)).toEqual([]);
  });
});
