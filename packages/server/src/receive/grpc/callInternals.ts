/**
 * Two things that the gRPC library does out of sight, taken in hand: the bytes of a message as they arrive, and its
 * inflating. By itself it holds a message of each call, and inflates them all at once in the program's own thread, so
 * that some connections could fill the memory. Its interface offers neither; both are fields of its call, and a library
 * that has them no longer refuses every call, which the tests notice.
 */
import type { ServerInterceptingCallInterface } from '@grpc/grpc-js';
import type { BodyEncoding } from '../inflate.ts';

/** What `@grpc/grpc-js` 1.14 keeps in a call. */
interface CallInternals {
  stream: NodeJS.ReadableStream;
  /** `framed`: flag (1 byte), length (4 bytes) and the message. Rejects with a status. */
  decompressMessage(framed: Buffer, encoding: string): Buffer | Promise<Buffer>;
}

export interface MessageWatch {
  /** Bytes of the call's body as they arrive, compressed or not. */
  onBytes(bytes: number): void;
  /** Once, when nothing more is held: the call was answered, or is gone. */
  onClose(): void;
}

const PREFIX_BYTES = 5;
const encodings = new WeakMap<Buffer, BodyEncoding>();

/** How a message is compressed that is still as it was sent. */
export const encodingOfMessage = (message: Buffer): BodyEncoding => encodings.get(message) ?? 'identity';

/** Tells of the bytes of a call, and leaves its message compressed: {@link encodingOfMessage} says how. */
export function watchMessage(call: ServerInterceptingCallInterface, watch: MessageWatch): void {
  const internals = internalsOf(call);
  // Before the library's own listener, which takes nothing more once the call is refused.
  internals.stream.prependListener('data', (chunk: Buffer) => watch.onBytes(chunk.byteLength));
  internals.stream.once('close', () => watch.onClose());
  const inflate = internals.decompressMessage.bind(call);
  internals.decompressMessage = (framed, encoding) => {
    // Others are refused in the library's own words.
    if (encoding !== 'gzip' && encoding !== 'deflate') return inflate(framed, encoding);
    const message = framed.subarray(PREFIX_BYTES);
    encodings.set(message, encoding);
    return message;
  };
}

function internalsOf(call: ServerInterceptingCallInterface): CallInternals {
  const { stream, decompressMessage } = call as Partial<CallInternals>;
  if (typeof stream?.prependListener !== 'function' || typeof decompressMessage !== 'function')
    throw new Error('this version of @grpc/grpc-js keeps its calls in another way: see callInternals.ts');
  return call as unknown as CallInternals;
}
