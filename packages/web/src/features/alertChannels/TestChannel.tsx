import type { AlertChannel } from '@sightglass/contract/alertChannel';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Send } from 'lucide-react';
import { CHANNELS_KEY, testAlertChannel } from '../../api/alertChannels.ts';
import { asProblem } from '../../api/ProblemState.tsx';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { formatDurationMs } from '../../ui/formatDuration.ts';
import { targetWords } from './channelDraft.ts';
import './channels.css';
import '../../ui/confirmDialog.css';

/** Sends a test message, and says what came of it. */
export function TestChannel({ channel, onClose }: { channel: AlertChannel; onClose: () => void }) {
  const client = useQueryClient();
  const test = useMutation({
    mutationFn: () => testAlertChannel(channel.id),
    onSettled: () => client.invalidateQueries({ queryKey: CHANNELS_KEY }),
  });
  return (
    <Dialog open onOpenChange={(open) => (open || test.isPending ? undefined : onClose())} title={`Test “${channel.name}”`}>
      <div className="dialog-body channel-form">
        <p>A message that says that it is a test is sent now, once ({targetWords(channel)}).</p>
        <p role="status" className="channel-outcome">
          {test.isPending ? (
            'Sending …'
          ) : test.error !== null ? (
            <span className="worse">Not sent: {asProblem(test.error).message}</span>
          ) : test.data === undefined ? (
            ''
          ) : test.data.success ? (
            `It was taken, after ${formatDurationMs(test.data.took_ms)}. Look whether it has come.`
          ) : (
            <span className="worse">
              It was not taken, after {formatDurationMs(test.data.took_ms)}: {test.data.error}
            </span>
          )}
        </p>
        <div className="confirm-actions">
          <Button onClick={onClose} disabled={test.isPending}>
            Close
          </Button>
          <Button variant="primary" disabled={test.isPending} onClick={() => test.mutate()}>
            <Send aria-hidden="true" />
            {test.data === undefined && test.error === null ? 'Send a test message' : 'Send another'}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
