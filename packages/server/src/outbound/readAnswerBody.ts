import type { Readable } from 'node:stream';

/** The body up to so many bytes; the rest is neither waited for nor kept. A body of exactly that size is not cut. */
export async function readAnswerBody(body: Readable, bytesMax: number): Promise<{ bytes: Uint8Array; isCut: boolean }> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop early destroys the stream.
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > bytesMax) return { bytes: Buffer.concat(chunks).subarray(0, bytesMax), isCut: true };
  }
  return { bytes: Buffer.concat(chunks), isCut: false };
}
