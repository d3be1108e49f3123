import type { AlertRule } from '@sightglass/contract/alertRule';
import { ALERT_RULES_KEY, deleteAlertRule } from '../../api/alertRules.ts';
import { ALERTS_KEY } from '../../api/alerts.ts';
import { formatQuantity } from '../../ui/formatCount.ts';
import { ConfirmDeletion } from '../settings/members/ConfirmDeletion.tsx';

const CHANGED = [ALERT_RULES_KEY, ALERTS_KEY];

interface DeleteRuleProps {
  rule: AlertRule;
  onDeleted: () => void;
  onClose: () => void;
}

/** Asks before a rule is deleted, and says what becomes of its alerts. */
export function DeleteRule({ rule, onDeleted, onClose }: DeleteRuleProps) {
  const { open_alerts: open } = rule;
  return (
    <ConfirmDeletion
      title={`Delete the rule “${rule.name}”?`}
      remove={() => deleteAlertRule(rule.id)}
      queryKeys={CHANGED}
      onDeleted={onDeleted}
      onClose={onClose}
    >
      <p>
        {open === 0 ? 'It has no open alert.' : `Its ${formatQuantity(open, 'open alert')} ${open === 1 ? 'is' : 'are'} resolved.`} Alerts of the past
        stay in the history. To keep the rule for later, switch it off instead.
      </p>
    </ConfirmDeletion>
  );
}
