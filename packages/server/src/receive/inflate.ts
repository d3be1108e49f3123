import { gunzipSync, inflateSync } from 'node:zlib';
import { UndecodableBody } from './decoded.ts';
import { BODY_BYTES_MAX } from './limits.ts';

/** `deflate`: in the zlib format, as gRPC and HTTP mean it. */
export type BodyEncoding = 'identity' | 'gzip' | 'deflate';

const INFLATE = { gzip: gunzipSync, deflate: inflateSync } as const;

const PIECE_BYTES_MIN = 16 * 1024;
const PIECE_BYTES_MAX = 1024 * 1024;

/** gzip ends with the inflated length (RFC 1952, 2.3.1): where it is true, all comes in one piece and nothing is joined. It may be a lie. */
function pieceBytes(body: Uint8Array, encoding: BodyEncoding): number {
  if (encoding !== 'gzip' || body.length < 4) return PIECE_BYTES_MIN;
  const announced = new DataView(body.buffer, body.byteOffset + body.length - 4, 4).getUint32(0, true);
  return Math.min(Math.max(announced + 1, PIECE_BYTES_MIN), PIECE_BYTES_MAX);
}

/** The body is over the limit, as sent or after inflating: 413. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
  constructor(bytesMax = BODY_BYTES_MAX) {
    super(`the body is over ${bytesMax / 1024 / 1024} MiB after inflating`);
  }
}

/**
 * Undoes the content encoding. Stops at the limit without inflating the rest, so that a bomb costs no more
 * than the limit.
 * @throws BodyTooLarge, UndecodableBody
 */
export function inflateBody(body: Uint8Array, encoding: BodyEncoding): Uint8Array {
  if (encoding === 'identity') return body;
  try {
    return INFLATE[encoding](body, { maxOutputLength: BODY_BYTES_MAX, chunkSize: pieceBytes(body, encoding) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new BodyTooLarge();
    throw new UndecodableBody(`the body is not ${encoding}`);
  }
}
