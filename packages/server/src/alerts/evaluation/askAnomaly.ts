import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Result } from '../../result.ts';
import type { AnomalyCondition } from '../conditions/condition.ts';
import type { Observations } from '../conditions/observation.ts';

/** Whether the last full hour of a measure is unusual. */
export type AskAnomaly = (
  workspaceId: WorkspaceId,
  condition: AnomalyCondition,
  at: { nowMs: number; timeZone: string },
) => Promise<Result<Observations>>;
