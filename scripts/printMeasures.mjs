// Writes docs/measures.md and docs/views.md: the measure catalogue and the views for SQL as the built program has them. Run it after they changed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfStale, checkNode, installIfMissing, ROOT } from './setUp.mjs';

checkNode();
installIfMissing();
buildIfStale();

const built = (path) => import(pathToFileURL(join(ROOT, 'packages/server/dist', path)).href);
const { measuresPage } = await built('explore/measures/measuresPage.js');
const { viewsPage } = await built('telemetry/views/viewsPage.js');
writeFileSync(join(ROOT, 'docs/measures.md'), measuresPage());
writeFileSync(join(ROOT, 'docs/views.md'), viewsPage());
