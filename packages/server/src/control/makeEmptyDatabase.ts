/** Run by the build, from `dist`: an empty database of the very PGlite that is installed, with all tables, for first starts to copy. */
import { renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import { migrateControl } from './migrate.ts';
import { DURABLE_START_PARAMS, SyncingNodeFS } from './syncingFileSystem.ts';

const target = fileURLToPath(new URL('./emptyDatabase', import.meta.url));
const unfinished = `${target}.unfinished`;
for (const directory of [target, unfinished]) rmSync(directory, { recursive: true, force: true });
const pg = new PGlite({ fs: new SyncingNodeFS(unfinished), startParams: DURABLE_START_PARAMS });
await pg.waitReady;
await migrateControl(drizzle({ client: pg }));
await pg.close();
renameSync(unfinished, target);
