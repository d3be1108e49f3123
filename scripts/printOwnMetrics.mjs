// Writes docs/own-metrics.md: the metrics of Sightglass itself as the built program declares them. Run it after they changed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfStale, checkNode, installIfMissing, ROOT } from './setUp.mjs';

checkNode();
installIfMissing();
buildIfStale();

const { ownMetricsPage } = await import(pathToFileURL(join(ROOT, 'packages/server/dist/ownMetrics/ownMetricsPage.js')).href);
writeFileSync(join(ROOT, 'docs/own-metrics.md'), ownMetricsPage());
