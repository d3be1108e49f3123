import type { Migration } from './migration.ts';

export const partsOfSpans: Migration = {
  id: 9,
  name: 'parts of spans: small ones keep their columns in one file, more are merged at a time',
  statements: ['ALTER TABLE spans MODIFY SETTING min_bytes_for_wide_part = 268435456, merge_selector_base = 10'],
  previousReleaseRuns: true,
};
