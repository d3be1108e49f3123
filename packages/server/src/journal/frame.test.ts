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
  tables: [
    { name: 'spans', rows, native: new Uint8Array([1, 2, 3, rows]) },
    { name: 'payloads', rows: 1, native: new Uint8Array(0) },
  ],
});

const plain = ({ tables, ...rest }: Frame) => ({ ...rest, tables: tables.map(({ native, ...table }) => ({ ...table, native: [...native] })) });

describe('readFrames', () => {
  it('reads back what was written, in order', () => {
    const { frames, damage } = readFrames(Buffer.concat([encodeFrame(frame(1)), encodeFrame(frame(2))]));
    expect(frames.map(plain)).toEqual([plain(frame(1)), plain(frame(2))]);
    expect(damage).toBeUndefined();
  });

  it('keeps the whole frames before a torn tail, wherever it is torn', () => {
    const first = encodeFrame(frame(1));
    const both = Buffer.concat([first, encodeFrame(frame(2))]);
    fc.assert(
      fc.property(fc.integer({ min: first.length + 1, max: both.length - 1 }), (length) => {
        const { frames, validBytes, damage } = readFrames(both.subarray(0, length));
        expect(frames).toHaveLength(1);
        expect(validBytes).toBe(first.length);
        expect(damage).toBeDefined();
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

  it('stops at a run of zeros, as a crash may leave them', () => {
    const { frames, damage } = readFrames(Buffer.concat([encodeFrame(frame(1)), Buffer.alloc(4096)]));
    expect(frames).toHaveLength(1);
    expect(damage).toBe('the frame mark is missing');
  });
});
