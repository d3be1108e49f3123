import type { Alert } from '@sightglass/contract/alert';
import { FilterValue } from '../../filters/FilterValue.tsx';
import { fieldWords } from '../alertRules/ruleWords.ts';

/** Whose rule it is and what sets it apart; the rule and the agent are filters. */
export function AlertLabels({ alert }: { alert: Pick<Alert, 'rule_id' | 'rule_name' | 'labels'> }) {
  return (
    <span className="alert-labels">
      <FilterValue name="rule_id" label="rule" value={alert.rule_id}>
        {alert.rule_name}
      </FilterValue>
      {Object.entries(alert.labels).map(([name, value]) => (
        <span key={name} className="alert-label" title={`${name}: ${value}`}>
          <i>{fieldWords(name)}</i>
          {name === 'agent_id' && value !== '' ? (
            <FilterValue name="agent_id" label="agent" value={value} />
          ) : (
            <span className="truncate">{value === '' ? '(none)' : value}</span>
          )}
        </span>
      ))}
    </span>
  );
}
