import { VIEWS } from '../views/all.ts';
import { createViewSql } from '../views/view.ts';
import type { Migration } from './migration.ts';

export const views: Migration = {
  id: 10,
  name: 'read-only views for rules and analysts',
  statements: VIEWS.map(createViewSql),
  previousReleaseRuns: true,
};
