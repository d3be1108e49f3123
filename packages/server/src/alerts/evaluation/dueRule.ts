import type { NewAlertRule } from '@sightglass/contract/alertRule';
import type { WorkspaceId } from '@sightglass/contract/ids';

/** A rule as the evaluation reads it. */
export interface DueRule {
  id: string;
  workspaceId: WorkspaceId;
  rule: NewAlertRule;
  revision: number;
  createdAtMs: number;
  /** When it was due, or evaluated last: whoever finds another value was overtaken. Unix milliseconds. */
  lastEvaluatedAtMs: number | null;
  nextEvaluationAtMs: number | null;
  failures: number;
}
