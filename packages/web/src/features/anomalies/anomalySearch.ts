/** What the URL of the page says. Pure. */
import { SENSITIVITY_DEFAULT } from '@sightglass/contract/anomaly';
import type { AnomalyListQuery } from '@sightglass/contract/routes/anomalies';
import type { SearchText } from '../../routing/searchText.ts';

export const SENSITIVITIES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;

export interface AnomalyView {
  measure: string;
  agentId: string | undefined;
  sensitivity: number;
  sort: AnomalyListQuery['sort'];
}

/** What is missing or cannot be read is as it is at first: the cost of the workspace, the usual sensitivity, the newest first. */
export function viewOfSearch({ measure, agent_id: agentId, sensitivity, sort }: SearchText): AnomalyView {
  return {
    measure: measure ?? 'cost_usd',
    agentId,
    sensitivity: SENSITIVITIES.find((each) => String(each) === sensitivity) ?? SENSITIVITY_DEFAULT,
    sort: sort === 'gravest' ? 'gravest' : 'newest',
  };
}

/** The `search` of a link to the form of a new rule that watches the same. */
export const ruleSearch = (
  { measure, agentId, sensitivity }: Pick<AnomalyView, 'measure' | 'agentId' | 'sensitivity'>,
  name?: string,
): SearchText => ({
  kind: 'anomaly',
  measure,
  sensitivity: String(sensitivity),
  ...(agentId === undefined ? {} : { agent_id: agentId }),
  ...(name === undefined ? {} : { name }),
});
