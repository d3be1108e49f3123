import { randomBytes } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { UndecodableBody } from './decoded.ts';
import { BodyTooLarge, inflateBody } from './inflate.ts';
import { BODY_BYTES_MAX } from './limits.ts';

/** The last four bytes of gzip say how long the content is. */
function announcing(gzipped: Buffer, bytes: number): Buffer {
  const changed = Buffer.from(gzipped);
  changed.writeUInt32LE(bytes, changed.length - 4);
  return changed;
}

describe('inflateBody', () => {
  it.each([0, 1, 16_383, 16_384, 16_385, 1_048_575, 1_048_576, 3_000_000])('gives back %i bytes of either format', (bytes) => {
    const content = randomBytes(bytes);
    expect(content.equals(inflateBody(gzipSync(content), 'gzip'))).toBe(true);
    expect(content.equals(inflateBody(deflateSync(content), 'deflate'))).toBe(true);
  });

  it.each([0, 7, 2 ** 32 - 1])('refuses gzip that announces %i bytes and holds others', (bytes) => {
    expect(() => inflateBody(announcing(gzipSync(randomBytes(40_000)), bytes), 'gzip')).toThrow(UndecodableBody);
  });

  it.each(['', 'a', 'abc', 'no gzip at all'])('refuses %j as gzip', (text) => {
    expect(() => inflateBody(Buffer.from(text), 'gzip')).toThrow(UndecodableBody);
  });

  it('takes as much as a body may have and not a byte more', () => {
    expect(inflateBody(gzipSync(Buffer.alloc(BODY_BYTES_MAX)), 'gzip')).toHaveLength(BODY_BYTES_MAX);
    expect(() => inflateBody(gzipSync(Buffer.alloc(BODY_BYTES_MAX + 1)), 'gzip')).toThrow(BodyTooLarge);
  });
});
