import type { AlertChannel } from '@sightglass/contract/alertChannel';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { deleteAlertChannel, CHANNELS_KEY } from '../../api/alertChannels.ts';
import { ALERT_RULES_KEY } from '../../api/alertRules.ts';
import { asProblem } from '../../api/ProblemState.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { formatQuantity } from '../../ui/formatCount.ts';

interface DeleteChannelProps {
  channel: AlertChannel;
  onDeleted: () => void;
  onClose: () => void;
}

/** Asks before a channel is deleted, and says what is lost. */
export function DeleteChannel({ channel, onDeleted, onClose }: DeleteChannelProps) {
  const client = useQueryClient();
  const deletion = useMutation({
    mutationFn: () => deleteAlertChannel(channel.id),
    onSuccess: async () => {
      onDeleted();
      await Promise.all([CHANNELS_KEY, ALERT_RULES_KEY].map((queryKey) => client.invalidateQueries({ queryKey })));
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open
      title={`Delete the channel “${channel.name}”?`}
      confirm={deletion.isPending ? 'Waiting …' : 'Delete'}
      variant="danger"
      busy={deletion.isPending}
      onConfirm={() => deletion.mutate()}
      onCancel={onClose}
    >
      <p>
        {channel.waiting === 0
          ? ''
          : `${formatQuantity(channel.waiting, 'message')} that ${channel.waiting === 1 ? 'waits' : 'wait'} for it ${channel.waiting === 1 ? 'is' : 'are'} dropped. `}
        Rules that name it forget it. To keep it for later, switch it off instead.
      </p>
      {deletion.error === null ? null : (
        <p className="worse" role="alert">
          Not deleted: {asProblem(deletion.error).message}
        </p>
      )}
    </ConfirmDialog>
  );
}
