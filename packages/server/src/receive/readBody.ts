import { BodyTooLarge } from './inflate.ts';
import { BODY_BYTES_MAX } from './limits.ts';

/**
 * Reads a request's body into one buffer that owns its memory. Stops as soon as the limit is passed, whatever
 * the sender said in Content-Length.
 * @throws BodyTooLarge
 */
export async function readBody(request: Request, bytesMax = BODY_BYTES_MAX): Promise<Uint8Array<ArrayBuffer>> {
  const announced = Number(request.headers.get('content-length') ?? Number.NaN);
  if (announced > bytesMax) throw new BodyTooLarge(bytesMax);
  if (request.body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new BodyTooLarge(bytesMax);
    chunks.push(chunk);
  }
  const whole = new Uint8Array(bytes);
  let position = 0;
  for (const chunk of chunks) {
    whole.set(chunk, position);
    position += chunk.byteLength;
  }
  return whole;
}
