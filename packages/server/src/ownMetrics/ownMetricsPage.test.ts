import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ownMetricsPage } from './ownMetricsPage.ts';

const PAGE = fileURLToPath(new URL('../../../../docs/own-metrics.md', import.meta.url));

it('docs/own-metrics.md tells of the declarations as they are; print it with node scripts/printOwnMetrics.mjs', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(ownMetricsPage());
});
