import type { Recommendations } from '@sightglass/contract/routes/costRecommendations';
import { formatQuantity } from '../../ui/formatCount.ts';
import { Panel } from '../../ui/Panel.tsx';
import { KIND_WORDS } from './savingsWords.ts';

/** What nothing can be said of yet, and why: no recommendation is no promise that there is nothing to save. */
export function NotJudged({ reasons }: { reasons: Recommendations['not_enough_data'] }) {
  if (reasons.length === 0) return null;
  return (
    <Panel title="Not enough data to judge" note="pairs of agent and model">
      <ul className="not-judged">
        {reasons.map(({ kind, reason, groups }) => (
          <li key={`${kind} ${reason}`}>
            <b>{KIND_WORDS[kind]}</b>
            <span>{reason}</span>
            <span className="dim">{formatQuantity(groups, 'pair')}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
