import type { AlertRule } from '@sightglass/contract/alertRule';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ALERT_RULES_KEY, deleteAlertRule } from '../../api/alertRules.ts';
import { asProblem } from '../../api/ProblemState.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { formatQuantity } from '../../ui/formatCount.ts';

interface DeleteRuleProps {
  rule: AlertRule;
  onDeleted: () => void;
  onClose: () => void;
}

/** Asks before a rule is deleted, and says what becomes of its alerts. */
export function DeleteRule({ rule, onDeleted, onClose }: DeleteRuleProps) {
  const client = useQueryClient();
  const deletion = useMutation({
    mutationFn: () => deleteAlertRule(rule.id),
    onSuccess: async () => {
      onDeleted();
      await client.invalidateQueries({ queryKey: ALERT_RULES_KEY });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open
      title={`Delete the rule “${rule.name}”?`}
      confirm={deletion.isPending ? 'Waiting …' : 'Delete'}
      variant="danger"
      busy={deletion.isPending}
      onConfirm={() => deletion.mutate()}
      onCancel={onClose}
    >
      <p>
        {rule.open_alerts === 0
          ? 'It has no open alert.'
          : `Its ${formatQuantity(rule.open_alerts, 'open alert')} ${rule.open_alerts === 1 ? 'is' : 'are'} resolved.`}{' '}
        Alerts of the past stay in the history. To keep the rule for later, switch it off instead.
      </p>
      {deletion.error === null ? null : (
        <p className="worse" role="alert">
          Not deleted: {asProblem(deletion.error).message}
        </p>
      )}
    </ConfirmDialog>
  );
}
