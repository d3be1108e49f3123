import { BodyTooLarge } from './inflate.ts';
import { BODY_BYTES_MAX } from './limits.ts';

/** Too many bodies are on their way: 503, to be sent again later. */
export class NoRoomForBody extends Error {
  override readonly name = 'NoRoomForBody';
  constructor() {
    super('too many requests are being read; try again');
  }
}

/** What bodies that are still being read hold together. */
export interface BodyRoom {
  /** False when there is no room for so many bytes more. */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

export function createBodyRoom(bytesMax: number): BodyRoom {
  let taken = 0;
  return {
    take: (bytes) => {
      if (taken + bytes > bytesMax) return false;
      taken += bytes;
      return true;
    },
    give: (bytes) => {
      taken -= bytes;
    },
  };
}

/**
 * Reads a request's body into one buffer that owns its memory. Stops as soon as the limit is passed, whatever
 * the sender said in Content-Length, and when there is no room for what is being read by all requests together.
 * @throws BodyTooLarge, NoRoomForBody
 */
export async function readBody(request: Request, room: BodyRoom, bytesMax = BODY_BYTES_MAX): Promise<Uint8Array<ArrayBuffer>> {
  const announced = Number(request.headers.get('content-length') ?? Number.NaN);
  if (announced > bytesMax) throw new BodyTooLarge(bytesMax);
  if (request.body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
      if (bytes + chunk.byteLength > bytesMax) throw new BodyTooLarge(bytesMax);
      if (!room.take(chunk.byteLength)) throw new NoRoomForBody();
      bytes += chunk.byteLength;
      chunks.push(chunk);
    }
    return joined(chunks, bytes);
  } finally {
    room.give(bytes);
  }
}

function joined(chunks: readonly Uint8Array[], bytes: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytes);
  let position = 0;
  for (const chunk of chunks) {
    whole.set(chunk, position);
    position += chunk.byteLength;
  }
  return whole;
}
