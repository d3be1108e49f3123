import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestPipeline, traceRequest } from '../receive/testing/traceRequests.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../telemetry/testing/temporaryTelemetry.ts';
import { encodeFrame, type Frame, readFrames } from './frame.ts';
import { openQuarantine } from './quarantine.ts';
import { startWriter, type Writer } from './writer.ts';

let store: TemporaryTelemetry;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
afterAll(() => store.remove());

let directory: string;
let writers: Writer[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sightglass-writer-'));
  writers = [];
});
afterEach(async () => {
  await Promise.all(writers.map((writer) => writer.close()));
  rmSync(directory, { recursive: true, force: true });
});

const process = createTestPipeline();
const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');

/** A segment of `count` frames with one span each. */
function segment(workspaceId: string, count: number): Buffer {
  const frames = Array.from(
    { length: count },
    (_, i) => process(workspaceId, traceRequest([{ traceId: hex(i + 1, 32), spanId: hex(i + 1, 16) }])).frame as Buffer,
  );
  return Buffer.concat(frames);
}

type StartOptions = Partial<Pick<Parameters<typeof startWriter>[0], 'telemetry' | 'onStored' | 'onQuarantined' | 'pause'>>;

async function start(options: StartOptions = {}): Promise<Writer> {
  const writer = await startWriter({
    telemetry: store.telemetry,
    journalDirectory: directory,
    quarantine: await openQuarantine(join(directory, 'quarantine')),
    nowMs: () => 1_763_600_000_000,
    onStored: async () => undefined,
    log: pino({ level: 'silent' }),
    ...options,
  });
  writers.push(writer);
  return writer;
}

const count = async (workspaceId: string) =>
  Number((await store.telemetry.rows<{ n: number }>('SELECT count() AS n FROM spans WHERE workspace_id = {w:String}', { w: workspaceId }))[0]?.n);
const quarantined = async () => (await openQuarantine(join(directory, 'quarantine'))).list();
const accounts = (workspaceId: string) =>
  store.telemetry.rows(
    `SELECT source, signal, error, toUInt32(sum(received)) AS received, toUInt32(sum(stored)) AS stored, toUInt32(sum(quarantined)) AS quarantined
     FROM ingest_accounts WHERE workspace_id = {w:String} GROUP BY source, signal, error ORDER BY error`,
    { w: workspaceId },
  );

describe('a sealed segment', () => {
  it('is stored at the next start and then deleted', async () => {
    const path = join(directory, '1.sealed');
    writeFileSync(path, segment('wsp_start', 3));
    await (await start()).drained();
    expect(await count('wsp_start')).toBe(3);
    expect(existsSync(path)).toBe(false);
  });

  it('is stored once although the process died before deleting it', async () => {
    const path = join(directory, '2.sealed');
    writeFileSync(path, segment('wsp_once', 3));
    // Settling never ends: the process dies with the segment stored and still on disk.
    const dying = await start({ onStored: () => new Promise(() => undefined) });
    await expect.poll(() => count('wsp_once')).toBe(3);
    writers = writers.filter((writer) => writer !== dying);
    await (await start()).drained();
    expect(await count('wsp_once')).toBe(3);
    expect(existsSync(path)).toBe(false);
  });

  it('is kept until the store is back', async () => {
    let failures = 2;
    const telemetry: TelemetryConnection = {
      ...store.telemetry,
      insertNative: async (...args) => {
        if (failures-- > 0) throw new Error('connection refused');
        await store.telemetry.insertNative(...args);
      },
    };
    writeFileSync(join(directory, '3.sealed'), segment('wsp_down', 2));
    const writer = await start({ telemetry });
    expect(writer.backlogBytes()).toBeGreaterThan(0);
    await writer.drained();
    expect(await count('wsp_down')).toBe(2);
    expect(writer.backlogBytes()).toBe(0);
  });

  it('waits out a store that is down for four minutes, and is stored once when it is back', async () => {
    let nowMs = 0;
    let tries = 0;
    const telemetry: TelemetryConnection = {
      ...store.telemetry,
      insertNative: async (table, native, token) => {
        tries += 1;
        // Now and then it takes the rows and its answer is lost.
        if (nowMs >= 240_000 || tries % 5 === 0) await store.telemetry.insertNative(table, native, token);
        if (nowMs < 240_000) throw new Error('socket hang up');
      },
    };
    for (let i = 10; i < 70; i++) writeFileSync(join(directory, `down-${i}.sealed`), segment(`wsp_outage_${i % 3}`, 2));
    const pausesMs: number[] = [];
    const pause = async (ms: number) => {
      nowMs += ms;
      pausesMs.push(ms);
    };
    await (await start({ telemetry, pause })).drained();
    const counts = await Promise.all([0, 1, 2].map((i) => accounts(`wsp_outage_${i}`)));
    const account = { source: 'test', signal: 'traces', error: '', received: 40, stored: 40, quarantined: 0 };
    expect(counts).toEqual([[account], [account], [account]]);
    expect(Math.max(...pausesMs)).toBe(10_000);
    // Neither a flood of tries while it is down nor a long wait once it is back.
    expect(tries).toBeLessThan(60 * 3 + 100);
    expect(nowMs).toBeLessThan(2 * 240_000);
  });

  it('does not hold up the others while it cannot be read', async () => {
    const path = join(directory, '00.sealed');
    mkdirSync(path);
    writeFileSync(join(directory, '01.sealed'), segment('wsp_behind', 1));
    let readable: (() => void) | undefined;
    const untilReadable = new Promise<void>((resolve) => {
      readable = resolve;
    });
    const writer = await start({ pause: () => untilReadable });
    await expect.poll(() => count('wsp_behind')).toBe(1);
    rmSync(path, { recursive: true });
    writeFileSync(path, segment('wsp_readable_again', 1));
    readable?.();
    await writer.drained();
    expect(await count('wsp_readable_again')).toBe(1);
  });

  it('is stored as far as it was acknowledged where its name says how far', async () => {
    const acknowledged = segment('wsp_up_to', 2);
    writeFileSync(join(directory, `12.upto-${acknowledged.length}.sealed`), Buffer.concat([acknowledged, segment('wsp_refused', 1)]));
    await (await start()).drained();
    expect([await count('wsp_up_to'), await count('wsp_refused'), await quarantined()]).toEqual([2, 0, []]);
  });

  it('is finished when what follows the store works again, and only then deleted', async () => {
    const path = join(directory, '6.sealed');
    writeFileSync(path, segment('wsp_finish', 1));
    const calls: boolean[] = [];
    const writer = await start({
      onStored: async () => {
        calls.push(existsSync(path));
        if (calls.length < 3) throw new Error('the control plane restarts');
      },
    });
    await writer.drained();
    expect(calls).toEqual([true, true, true]);
    expect(existsSync(path)).toBe(false);
  });

  it('is left for the next start when it cannot be settled before the program ends', async () => {
    const path = join(directory, '7.sealed');
    writeFileSync(path, segment('wsp_unsettled', 1));
    const writer = await start({ onStored: () => new Promise(() => undefined) });
    await expect.poll(() => writer.backlogBytes()).toBe(0);
    await writer.close();
    expect(existsSync(path)).toBe(true);
  });

  it('is taken once although it is reported twice', async () => {
    const path = join(directory, '8.sealed');
    writeFileSync(path, segment('wsp_twice', 1));
    let finished = 0;
    const writer = await start({ onStored: async () => void (finished += 1) });
    writer.enqueue({ path, bytes: 1 });
    await writer.drained();
    expect(finished).toBe(1);
  });

  it('does not hold up the others when its file has gone', async () => {
    const writer = await start();
    writer.enqueue({ path: join(directory, '9.sealed'), bytes: 1 });
    await writer.drained();
    expect(writer.backlogBytes()).toBe(0);
  });

  it('waits in its file while too many before it are not settled', async () => {
    for (let i = 0; i < 70; i++) writeFileSync(join(directory, `a${String(i).padStart(2, '0')}.sealed`), segment('wsp_slow', 1));
    let release: (() => void) | undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let open = 0;
    let openMost = 0;
    const writer = await start({
      telemetry: { ...store.telemetry, insertNative: async () => undefined },
      onStored: async () => {
        openMost = Math.max(openMost, ++open);
        await released;
        open -= 1;
      },
    });
    await expect.poll(() => open).toBe(64);
    release?.();
    await writer.drained();
    expect(openMost).toBe(64);
  });

  it('is stored up to its torn tail, and the tail is kept with the reason', async () => {
    const path = join(directory, '4.sealed');
    writeFileSync(path, segment('wsp_torn', 2));
    appendFileSync(path, segment('wsp_torn_tail', 1).subarray(0, 100));
    await (await start()).drained();
    expect(await count('wsp_torn')).toBe(2);
    expect(await quarantined()).toMatchObject([{ name: expect.stringMatching(/^4\.damaged-/), bytes: 100, reason: 'the frame is cut off' }]);
  });

  it('loses nothing but the poisoned frame, which goes to quarantine with the reason', async () => {
    const [whole] = readFrames(segment('wsp_poison', 1)).frames as [Frame];
    const poison = encodeFrame({ ...whole, tables: whole.tables.map((table) => ({ ...table, native: table.native.subarray(0, -40) })) });
    writeFileSync(join(directory, '5.sealed'), Buffer.concat([segment('wsp_poison', 2), poison, segment('wsp_poison_after', 1)]));
    const quarantinedFrames: Frame[] = [];
    await (await start({ onQuarantined: (frames) => quarantinedFrames.push(...frames) })).drained();
    expect([await count('wsp_poison'), await count('wsp_poison_after')]).toEqual([2, 1]);
    expect(quarantinedFrames.map(({ workspaceId }) => workspaceId)).toEqual(['wsp_poison']);
    const reason = 'the store refused it: CANNOT_EXTRACT_TABLE_STRUCTURE (636)';
    expect(await quarantined()).toMatchObject([{ name: '5.2', workspaceId: 'wsp_poison', items: 1, signal: 'traces', reason }]);
    expect(await accounts('wsp_poison')).toEqual([
      { source: 'test', signal: 'traces', error: '', received: 2, stored: 2, quarantined: 0 },
      { source: 'test', signal: 'traces', error: reason, received: 1, stored: 0, quarantined: 1 },
    ]);
  });

  it('is accounted for once, however often it is replayed', async () => {
    const bytes = segment('wsp_account', 3);
    for (let i = 0; i < 2; i++) {
      writeFileSync(join(directory, '10.sealed'), bytes);
      await (await start()).drained();
    }
    expect(await accounts('wsp_account')).toEqual([{ source: 'test', signal: 'traces', error: '', received: 3, stored: 3, quarantined: 0 }]);
  });

  it('gives up what lies behind a flipped byte, and no frame more than that', async () => {
    const before = segment('wsp_flip', 1);
    const middle = segment('wsp_flipped', 1);
    middle[middle.length >> 1] = (middle[middle.length >> 1] as number) ^ 0x10;
    writeFileSync(join(directory, '11.sealed'), Buffer.concat([before, middle, segment('wsp_flip_after', 1)]));
    await (await start()).drained();
    expect([await count('wsp_flip'), await count('wsp_flipped'), await count('wsp_flip_after')]).toEqual([1, 0, 1]);
    expect(await quarantined()).toMatchObject([{ bytes: middle.length, reason: 'the checksum does not match', workspaceId: null }]);
  });
});
