import type { Migration } from './migration.ts';

export const smallPartsOfSpans: Migration = {
  id: 9,
  name: 'spans: small parts keep their columns in one file',
  statements: ['ALTER TABLE spans MODIFY SETTING min_bytes_for_wide_part = 268435456'],
  previousReleaseRuns: true,
};
