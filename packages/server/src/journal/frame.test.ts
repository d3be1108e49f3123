import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, type Frame, readFrames } from './frame.ts';

const frame = (rows: number): Frame => ({
  workspaceId: 'wsp_1',
  receivedAtMs: 1_763_600_000_000 + rows,
  source: 'otlp/http',
  rows,
  traces: [
    { traceId: '0af7651916cd43dd8448eb211c80319c', complete: true },
    { traceId: 'ffffffffffffffffffffffffffffffff', complete: false },
  ],
  account: { signal: 'traces', received: rows + 3, rejected: 1, duplicate: 1, sampled: 1, error: 'one is wrong' },
  tables: [
    { name: 'spans', rows, native: new Uint8Array([1, 2, 3, rows]) },
    { name: 'payloads', rows: 1, native: new Uint8Array(0) },
  ],
});

const plain = ({ tables, ...rest }: Frame) => ({ ...rest, tables: tables.map(({ native, ...table }) => ({ ...table, native: [...native] })) });

describe('readFrames', () => {
  it('reads back what was written, in order', () => {
    const { frames, damages } = readFrames(Buffer.concat([encodeFrame(frame(1)), encodeFrame(frame(2))]));
    expect(frames.map(plain)).toEqual([plain(frame(1)), plain(frame(2))]);
    expect(damages).toEqual([]);
  });

  it('keeps the whole frames before a torn tail, wherever it is torn', () => {
    const first = encodeFrame(frame(1));
    const both = Buffer.concat([first, encodeFrame(frame(2))]);
    fc.assert(
      fc.property(fc.integer({ min: first.length + 1, max: both.length - 1 }), (length) => {
        const { frames, damages } = readFrames(both.subarray(0, length));
        expect(frames).toHaveLength(1);
        expect(damages).toMatchObject([{ start: first.length, end: length }]);
      }),
    );
  });

  it('never takes a frame with a flipped bit for whole', () => {
    const bytes = encodeFrame(frame(1));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), fc.integer({ min: 0, max: 7 }), (position, bit) => {
        const flipped = Buffer.from(bytes);
        flipped[position] = (flipped[position] as number) ^ (1 << bit);
        expect(readFrames(flipped).frames).toHaveLength(0);
      }),
    );
  });

  it('leaves out a run of zeros, as a crash may leave them', () => {
    const { frames, damages } = readFrames(Buffer.concat([encodeFrame(frame(1)), Buffer.alloc(4096)]));
    expect(frames).toHaveLength(1);
    expect(damages.map(({ why }) => why)).toEqual(['the frame mark is missing']);
  });

  it('goes on behind a damaged frame, wherever a bit of it is flipped', () => {
    const [first, second, third] = [1, 2, 3].map((rows) => encodeFrame(frame(rows))) as [Buffer, Buffer, Buffer];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: second.length - 1 }), fc.integer({ min: 0, max: 7 }), (position, bit) => {
        const flipped = Buffer.from(second);
        flipped[position] = (flipped[position] as number) ^ (1 << bit);
        const { frames, damages } = readFrames(Buffer.concat([first, flipped, third]));
        expect(frames.map(({ rows }) => rows)).toEqual([1, 3]);
        expect(damages).toMatchObject([{ start: first.length, end: first.length + second.length }]);
      }),
    );
  });

  it('does not take a frame that a sender put into a payload for one of its own', () => {
    const forged = encodeFrame(frame(7));
    forged.fill(0, 4, 12);
    const carrier = encodeFrame({ ...frame(1), tables: [{ name: 'spans', rows: 1, native: forged }] });
    carrier[40] = (carrier[40] as number) ^ 1;
    const { frames } = readFrames(Buffer.concat([encodeFrame(frame(2)), carrier, encodeFrame(frame(3))]));
    expect(frames.map(({ rows }) => rows)).toEqual([2, 3]);
  });
});
