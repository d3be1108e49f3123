import type { FieldError } from '@sightglass/contract/errors';
import type { Measure } from '@sightglass/contract/querySpec';
import type { RuleDraft } from './ruleDraft.ts';

/** What every part of the form is given. */
export interface RuleFields {
  draft: RuleDraft;
  change: (changes: Partial<RuleDraft>, ...pointers: string[]) => void;
  errors: readonly FieldError[];
  /** The catalogue by names; empty where it could not be read. */
  measures: ReadonlyMap<string, Measure>;
}

/** In place of the catalogue where it could not be read: the form works, with less to suggest. */
export const NO_MEASURES: ReadonlyMap<string, Measure> = new Map();
