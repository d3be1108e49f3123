/**
 * Reads segment after segment into the same memory. A fresh buffer for each is megabytes a second outside the
 * heap, for which the runtime collects the whole heap of the program's own thread twice a second, and every request waits.
 */
import { open } from 'node:fs/promises';

const BYTES_AT_FIRST = 4 * 1024 * 1024;
/** Memory that one large segment needed is given back. */
const BYTES_KEPT_MAX = 64 * 1024 * 1024;

/** The bytes that a call answers are valid until the next call. */
export function createSegmentReader(): (path: string) => Promise<Buffer> {
  let memory = Buffer.allocUnsafeSlow(BYTES_AT_FIRST);
  return async (path) => {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      if (size > memory.length || memory.length > BYTES_KEPT_MAX) memory = Buffer.allocUnsafeSlow(Math.max(BYTES_AT_FIRST, size));
      let length = 0;
      while (length < size) {
        const { bytesRead } = await handle.read(memory, length, size - length, length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return memory.subarray(0, length);
    } finally {
      await handle.close();
    }
  };
}
