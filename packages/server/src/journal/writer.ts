/**
 * Stores what the journal sealed: one insert a table and segment, whose deduplication token is the
 * segment's name, so that a segment stored before a crash is not stored again after it. A segment is
 * deleted only when its rows are stored and its traces settled; a batch that the store refuses for what it
 * holds goes to quarantine with the reason, never round for ever and never away.
 */
import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import { type AccountRow, encodeAccounts } from '../telemetry/encodeAccounts.ts';
import { isRefusedForItsContent, storeErrorText } from '../telemetry/storeErrors.ts';
import { ingestAccountsTable } from '../telemetry/tables/ingestAccounts.ts';
import { accountRows } from './accounts.ts';
import { reach } from './faultPoints.ts';
import { encodeFrame, type Frame, readFrames, storedOf } from './frame.ts';
import { SEALED_SUFFIX, sealedSegmentSizes, soundBytes } from './journal.ts';
import type { Quarantine } from './quarantine.ts';
import { createSegmentReader } from './segmentReader.ts';

const RETRY_FIRST_MS = 250;
const RETRY_LAST_MS = 10_000;
/** Segments stored and not yet settled; beyond it the next is not stored, so that the backlog grows on disk and not in memory. */
const FINISHING_MAX = 64;

export interface WriterOptions {
  telemetry: TelemetryConnection;
  journalDirectory: string;
  quarantine: Quarantine;
  nowMs(): number;
  /** Called with frames, their tables left out, once they are stored; the segment is deleted when it resolves. Called again after a rejection. */
  onStored(frames: readonly Frame[]): Promise<void>;
  /** Told what became of the items of a segment, once it is stored; again when a segment is stored again after a crash. */
  onAccounts?(rows: readonly AccountRow[]): void;
  /** Whether a workspace is deleted: what the journal still holds of it is dropped. */
  isGone?(workspaceId: string): boolean;
  /** Told of frames that were not stored, because the store would not take them or their workspace is deleted: what they hold is not there. */
  onQuarantined?(frames: readonly Frame[]): void;
  log: Logger;
  /** Waits before something is tried again; ends early, in whatever way, when the signal comes. Replaced in tests, where time is not waited for. */
  pause?(ms: number, signal: AbortSignal): Promise<void>;
}

export interface Writer {
  /** Takes a sealed segment in its turn; one that it has already is left out. */
  enqueue(segment: { path: string; bytes: number }): void;
  /** Bytes on disk that are acknowledged and not yet stored. */
  backlogBytes(): number;
  /** Resolves when everything enqueued so far is stored, whatever comes after it. */
  stored(): Promise<void>;
  /** Resolves when everything enqueued so far is stored and settled. */
  drained(): Promise<void>;
  /** Stops after the segment in hand; what is left, stored or only to be settled, has its turn at the next start. */
  close(): Promise<void>;
}

interface Segment {
  path: string;
  bytes: number;
  failures: number;
}

const pauseAfter = (failures: number) => Math.min(RETRY_FIRST_MS * 2 ** (failures - 1), RETRY_LAST_MS);

/** Starts with what an earlier process left behind. */
export async function startWriter(options: WriterOptions): Promise<Writer> {
  const { telemetry, journalDirectory, quarantine, nowMs, onStored, onAccounts, onQuarantined, isGone = () => false, log } = options;
  const { pause = (ms, signal) => delay(ms, undefined, { signal }) } = options;
  const queue: Segment[] = [];
  /** Could not be stored, and come back into the queue after a while. */
  const resting = new Set<Segment>();
  /** Paths of all that is not deleted yet: a receive worker that starts again reports what it finds. */
  const known = new Set<string>();
  const finishing = new Set<Promise<void>>();
  const stop = new AbortController();
  const readBytes = createSegmentReader();
  /** Segments that are not stored yet, with who waits for them. */
  const unstored = new Map<string, (() => void)[]>();
  let backlogBytes = 0;
  let wake: (() => void) | undefined;
  const idle: (() => void)[] = [];
  let working = false;
  /** Segments that failed one after the other: of several it is the store. */
  let failedInARow = 0;
  let lastFailed: Segment | undefined;

  const woken = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });

  function enqueue(segment: { path: string; bytes: number }): void {
    if (known.has(segment.path)) return;
    known.add(segment.path);
    queue.push({ ...segment, failures: 0 });
    unstored.set(segment.path, []);
    backlogBytes += segment.bytes;
    wake?.();
  }

  const paused = (ms: number) => pause(ms, stop.signal).catch(() => undefined);

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      const segment = queue.shift();
      if (segment === undefined) {
        working = resting.size > 0;
        if (!working) for (const resolve of idle.splice(0)) resolve();
        await woken();
        continue;
      }
      working = true;
      await tryToStore(segment);
      while (finishing.size >= FINISHING_MAX && !stop.signal.aborted) await woken();
    }
  }

  /** One that fails is tried again behind the others: a segment that cannot be read must not hold up those that can. */
  async function tryToStore(segment: Segment): Promise<void> {
    try {
      const frames = await storeSegment(segment.path);
      failedInARow = 0;
      lastFailed = undefined;
      backlogBytes -= segment.bytes;
      for (const resolve of unstored.get(segment.path) ?? []) resolve();
      unstored.delete(segment.path);
      finish(segment.path, frames);
    } catch (error) {
      segment.failures += 1;
      const retryInMs = pauseAfter(segment.failures);
      log.error({ err: error, segment: basename(segment.path), retryInMs }, 'a journal segment could not be stored; trying again');
      void rest(segment, retryInMs);
      if (segment !== lastFailed) failedInARow += 1;
      lastFailed = segment;
      if (failedInARow > 1) await paused(pauseAfter(failedInARow - 1));
    }
  }

  async function rest(segment: Segment, ms: number): Promise<void> {
    resting.add(segment);
    await paused(ms);
    resting.delete(segment);
    queue.push(segment);
    wake?.();
  }

  function finish(path: string, frames: readonly Frame[]): void {
    // Without their blocks, which the store has: many segments may wait here.
    const settling = frames.map((frame) => ({ ...frame, tables: [] }));
    const finished: Promise<void> = finishUntilDone(path, settling).finally(() => {
      finishing.delete(finished);
      wake?.();
    });
    finishing.add(finished);
  }

  async function finishUntilDone(path: string, frames: readonly Frame[]): Promise<void> {
    for (let pauseMs = RETRY_FIRST_MS; !stop.signal.aborted; pauseMs = Math.min(pauseMs * 2, RETRY_LAST_MS)) {
      try {
        await onStored(frames.filter(({ workspaceId }) => !isGone(workspaceId)));
        reach('store.settled');
        await rm(path, { force: true });
        reach('store.removed');
        known.delete(path);
        return;
      } catch (error) {
        if (stop.signal.aborted) return;
        log.error({ err: error, segment: basename(path), retryInMs: pauseMs }, 'a stored segment could not be finished; trying again');
        await paused(pauseMs);
      }
    }
  }

  async function storeSegment(path: string): Promise<Frame[]> {
    const bytes = await readSegment(path);
    const { frames: all, damages } = readFrames(bytes);
    const frames = all.filter(({ workspaceId }) => !isGone(workspaceId));
    if (frames.length < all.length) onQuarantined?.(all.filter(({ workspaceId }) => isGone(workspaceId)));
    const name = basename(path, SEALED_SUFFIX);
    for (const { start, end, why } of damages) {
      log.warn({ segment: name, why, bytes: end - start }, 'a journal segment is damaged; what is whole in it is stored');
      const note = { reason: why, atMs: nowMs(), workspaceId: null, source: null, signal: null, items: null };
      await quarantine.keep(`${name}.damaged-${start}`, bytes.subarray(start, end), note);
    }
    let quarantined = new Map<Frame, string>();
    reach('store.inserting');
    try {
      await insertFrames(frames, name);
    } catch (error) {
      if (!isRefusedForItsContent(error)) throw error;
      log.error({ err: error, segment: name }, 'the store refused a segment for what it holds; storing it frame by frame');
      quarantined = await insertOneByOne(frames, name);
    }
    const accounts = accountRows(frames, quarantined);
    if (accounts.length > 0) await telemetry.insertNative(ingestAccountsTable.name, encodeAccounts(accounts), name);
    reach('store.stored');
    onAccounts?.(accounts);
    if (quarantined.size > 0) onQuarantined?.([...quarantined.keys()]);
    return frames.filter((frame) => !quarantined.has(frame));
  }

  /** A file that has gone cannot come back: trying again would hold up all that follow. */
  async function readSegment(path: string): Promise<Buffer> {
    try {
      return (await readBytes(path)).subarray(0, soundBytes(path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      log.error({ segment: basename(path) }, 'a journal segment has gone; if it was not stored, what it held is lost');
      return Buffer.alloc(0);
    }
  }

  async function insertFrames(frames: readonly Frame[], token: string): Promise<void> {
    const tables = new Map<string, Uint8Array[]>();
    for (const frame of frames) {
      for (const { name, native } of frame.tables) {
        const blocks = tables.get(name);
        if (blocks === undefined) tables.set(name, [native]);
        else blocks.push(native);
      }
    }
    for (const [table, blocks] of tables) {
      await telemetry.insertNative(table, blocks, token);
      reach('store.inserted');
    }
  }

  /** Answers the frames that had to be put into quarantine, with the reason. */
  async function insertOneByOne(frames: readonly Frame[], name: string): Promise<Map<Frame, string>> {
    const quarantined = new Map<Frame, string>();
    for (const [i, frame] of frames.entries()) {
      try {
        await insertFrames([frame], `${name}.${i}`);
      } catch (error) {
        if (!isRefusedForItsContent(error)) throw error;
        const reason = storeErrorText(error);
        const { workspaceId, source, account } = frame;
        const note = { reason, atMs: nowMs(), workspaceId, source, signal: account.signal, items: storedOf(account) };
        await quarantine.keep(`${name}.${i}`, encodeFrame(frame), note);
        quarantined.set(frame, reason);
      }
    }
    return quarantined;
  }

  for (const segment of await sealedSegmentSizes(journalDirectory)) enqueue(segment);
  const running = run();

  return {
    enqueue,
    backlogBytes: () => backlogBytes,
    stored: async () => {
      await Promise.all([...unstored.values()].map((waiting) => new Promise<void>((resolve) => waiting.push(resolve))));
    },
    drained: async () => {
      if (working || queue.length > 0) await new Promise<void>((resolve) => idle.push(resolve));
      await Promise.all(finishing);
    },
    close: async () => {
      stop.abort();
      wake?.();
      await running;
    },
  };
}
