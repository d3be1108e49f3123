import { BodyTooLarge } from './inflate.ts';
import { BODY_BYTES_MAX } from './limits.ts';
import type { SharedRoom } from './sharedRoom.ts';

/** Too many bodies are on their way: 503, to be sent again later. */
export class NoRoomForBody extends Error {
  override readonly name = 'NoRoomForBody';
  constructor() {
    super('too many requests are being read; try again');
  }
}

export interface BodyReading {
  /** Of all bodies that are on their way, by workspace. */
  room: SharedRoom;
  workspaceId: string;
  bytesMax?: number;
  /** Told of the bytes as they arrive. */
  onBytes?(bytes: number): void;
}

/**
 * Reads a request's body into one buffer that owns its memory. Stops as soon as the limit is passed, whatever
 * the sender said in Content-Length, and when the workspace has no room left for what is on its way.
 * @throws BodyTooLarge, NoRoomForBody
 */
export async function readBody(request: Request, reading: BodyReading): Promise<Uint8Array<ArrayBuffer>> {
  const { room, workspaceId, bytesMax = BODY_BYTES_MAX, onBytes } = reading;
  const announced = Number(request.headers.get('content-length') ?? Number.NaN);
  if (announced > bytesMax) throw new BodyTooLarge(bytesMax);
  if (request.body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
      onBytes?.(chunk.byteLength);
      if (bytes + chunk.byteLength > bytesMax) throw new BodyTooLarge(bytesMax);
      if (!room.take(workspaceId, chunk.byteLength)) throw new NoRoomForBody();
      bytes += chunk.byteLength;
      chunks.push(chunk);
    }
    return joined(chunks, bytes);
  } finally {
    room.give(workspaceId, bytes);
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
