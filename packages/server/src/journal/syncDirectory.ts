import { open } from 'node:fs/promises';

/** A new file is only safe when its name is: fsync the directory too. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
