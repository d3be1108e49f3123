import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectControl } from '../src/control/connect.ts';
import { controlMigrations } from '../src/control/migrate.ts';

/** The instance's secret in tests. */
export const TEST_SECRET = 'the secret of a test, thirty-two chars';

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/sightglass-test', import.meta.url));

/** Making a database takes seconds, copying one milliseconds: the first test of a schema makes it for all that follow. */
async function template(): Promise<string> {
  const dependencies = readFileSync(new URL('../package.json', import.meta.url));
  const version = createHash('sha256').update(dependencies);
  for (const { hash } of controlMigrations()) version.update(hash);
  const directory = join(CACHE, `control-${version.digest('hex').slice(0, 16)}`);
  if (existsSync(directory)) return directory;
  mkdirSync(CACHE, { recursive: true });
  const unfinished = mkdtempSync(join(CACHE, 'unfinished-'));
  await (await connectControl({ dataDir: unfinished, secret: TEST_SECRET })).close();
  try {
    renameSync(unfinished, directory);
  } catch {
    // Another test process made it in the meantime.
    rmSync(unfinished, { recursive: true, force: true });
  }
  return directory;
}

/** A new data directory whose control plane is migrated and empty, ready for `connectControl`. Remove it after the test. */
export async function emptyControlDir(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sightglass-control-'));
  cpSync(await template(), dataDir, { recursive: true });
  return dataDir;
}
