/**
 * Bodies that are small on the wire and large when they are inflated or parsed, at every door that takes compressed bodies:
 * refused with 413 and less than 100 MiB of memory beyond the body.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createDeflate, createGzip, type Gzip, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BODY_BYTES_MAX, EVENT_BODY_BYTES_MAX, JSON_MARKS_MAX } from '../src/receive/limits.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../src/telemetry/testing/temporaryTelemetry.ts';
import { openDoors } from './fuzz/doors.ts';
import { FUZZED_AT_MS } from './fuzz/hostileValues.ts';

const MIB = 1024 * 1024;
const EXTRA_BYTES_MAX = 100 * MIB;
const INFLATED_BYTES = 1024 * MIB;
/** A second of CPU is what reliability asks for on an idle machine. */
const CPU_MS_MAX = 1_000;

const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/x-protobuf';
const DOORS = [
  ['/v1/traces', JSON_TYPE],
  ['/v1/traces', PROTOBUF_TYPE],
  ['/v1/logs', JSON_TYPE],
  ['/v1/logs', PROTOBUF_TYPE],
  ['/v1/metrics', JSON_TYPE],
  ['/v1/metrics', PROTOBUF_TYPE],
  ['/api/public/otel/v1/traces', JSON_TYPE],
  ['/otel/v1/traces', PROTOBUF_TYPE],
  ['/api/public/ingestion', JSON_TYPE],
  ['/api/obs/ingest/events', JSON_TYPE],
] as const;

/** A gibibyte of one byte, compressed. */
async function bombOf(compressor: Gzip, byte: string): Promise<Uint8Array> {
  const piece = Buffer.alloc(MIB, byte);
  const chunks: Buffer[] = [];
  compressor.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve, reject) => compressor.on('end', resolve).on('error', reject));
  for (let bytes = 0; bytes < INFLATED_BYTES; bytes += MIB)
    if (!compressor.write(piece)) await new Promise((resolve) => compressor.once('drain', resolve));
  compressor.end();
  await ended;
  return new Uint8Array(Buffer.concat(chunks));
}

let store: TemporaryTelemetry;
let doors: ReturnType<typeof openDoors>;
let gzipBomb: Uint8Array;
let deflateBomb: Uint8Array;

beforeAll(async () => {
  store = await openTemporaryTelemetry();
  doors = openDoors(store.telemetry, () => FUZZED_AT_MS);
  gzipBomb = await bombOf(createGzip({ level: 1 }), '[');
  deflateBomb = await bombOf(createDeflate({ level: 1 }) as unknown as Gzip, '[');
});
afterAll(() => store.remove());

/** Forgets how much memory the process ever had, where the kernel lets it (Linux): inflating holds up the thread, so nothing can look on meanwhile. */
function forgetPeak(): void {
  if (process.platform === 'linux') writeFileSync('/proc/self/clear_refs', '5');
}

function peakBytes(): number {
  if (process.platform !== 'linux') return process.memoryUsage().rss;
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
}

/** Answers the status, and how far the process grew beyond what it was before the request. */
async function weigh(path: string, body: Uint8Array, headers: Record<string, string>) {
  forgetPeak();
  const before = process.memoryUsage().rss;
  const cpu = process.cpuUsage();
  const answer = await doors.post(path, body, headers);
  const { user, system } = process.cpuUsage(cpu);
  return { status: answer.status, extraBytes: peakBytes() - before, cpuMs: (user + system) / 1000 };
}

describe.each(DOORS)('%s as %s', (path, type) => {
  it('refuses a gibibyte in a few bytes of gzip', async () => {
    expect(gzipBomb.byteLength).toBeLessThan(10 * MIB);
    const { status, extraBytes, cpuMs } = await weigh(path, gzipBomb, { 'content-type': type, 'content-encoding': 'gzip' });
    expect(status).toBe(413);
    expect(extraBytes).toBeLessThan(EXTRA_BYTES_MAX);
    expect(cpuMs).toBeLessThan(CPU_MS_MAX);
  });

  it('refuses the same in deflate, or does not take deflate at all', async () => {
    const { status, extraBytes } = await weigh(path, deflateBomb, { 'content-type': type, 'content-encoding': 'deflate' });
    expect([413, 415]).toContain(status);
    expect(extraBytes).toBeLessThan(EXTRA_BYTES_MAX);
  });

  it('does not take br and zstd, whose bombs are the worst', async () => {
    for (const encoding of ['br', 'zstd', 'gzip, gzip', 'compress'])
      expect((await weigh(path, gzipBomb, { 'content-type': type, 'content-encoding': encoding })).status).toBe(415);
  });

  it('takes no gzip in gzip for what is inside', async () => {
    const { status, extraBytes } = await weigh(path, gzipSync(gzipBomb), { 'content-type': type, 'content-encoding': 'gzip' });
    expect(status).toBe(400);
    expect(extraBytes).toBeLessThan(EXTRA_BYTES_MAX);
  });
});

describe.each(DOORS.filter(([, type]) => type === JSON_TYPE))('%s as %s', (path, type) => {
  const limit = path === '/api/obs/ingest/events' ? EVENT_BODY_BYTES_MAX : BODY_BYTES_MAX;
  const headers = { 'content-type': type, 'content-encoding': 'gzip' };

  it('refuses JSON that is small on the wire and large when it is parsed', async () => {
    const lists = gzipSync(`{"batch":[${'[],'.repeat(JSON_MARKS_MAX / 2)}[]]}`, { level: 1 });
    const depth = gzipSync('['.repeat(JSON_MARKS_MAX + 1), { level: 1 });
    for (const body of [lists, depth]) {
      const { status, extraBytes } = await weigh(path, body, headers);
      expect(status).toBe(413);
      expect(extraBytes).toBeLessThan(EXTRA_BYTES_MAX);
    }
  });

  it('reads what just fits, and refuses a byte more', async () => {
    const spaces = (bytes: number) => gzipSync(Buffer.alloc(bytes, ' '), { level: 1 });
    expect((await weigh(path, spaces(limit), headers)).status).toBe(400);
    expect((await weigh(path, spaces(limit + 1), headers)).status).toBe(413);
  });
});
