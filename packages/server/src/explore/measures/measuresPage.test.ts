import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { measuresPage } from './measuresPage.ts';

const PAGE = fileURLToPath(new URL('../../../../../docs/measures.md', import.meta.url));

it('docs/measures.md tells of the catalogue as it is; print it with node scripts/printMeasures.mjs', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(measuresPage());
});
