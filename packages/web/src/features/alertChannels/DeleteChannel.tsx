import type { AlertChannel } from '@sightglass/contract/alertChannel';
import { CHANNELS_KEY, deleteAlertChannel } from '../../api/alertChannels.ts';
import { ALERT_RULES_KEY } from '../../api/alertRules.ts';
import { formatQuantity } from '../../ui/formatCount.ts';
import { ConfirmDeletion } from '../settings/members/ConfirmDeletion.tsx';

const CHANGED = [CHANNELS_KEY, ALERT_RULES_KEY];

interface DeleteChannelProps {
  channel: AlertChannel;
  onDeleted: () => void;
  onClose: () => void;
}

/** Asks before a channel is deleted, and says what is lost. */
export function DeleteChannel({ channel, onDeleted, onClose }: DeleteChannelProps) {
  const { waiting } = channel;
  return (
    <ConfirmDeletion
      title={`Delete the channel “${channel.name}”?`}
      remove={() => deleteAlertChannel(channel.id)}
      queryKeys={CHANGED}
      onDeleted={onDeleted}
      onClose={onClose}
    >
      <p>
        {waiting === 0 ? '' : `${formatQuantity(waiting, 'message')} that ${waiting === 1 ? 'waits for it is' : 'wait for it are'} dropped. `}
        Rules that name it forget it. To keep it for later, switch it off instead.
      </p>
    </ConfirmDeletion>
  );
}
