import type { Silence } from '@sightglass/contract/alertSilence';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ALERTS_KEY } from '../../api/alerts.ts';
import { deleteSilence, SILENCES_KEY } from '../../api/alertSilences.ts';
import { asProblem } from '../../api/ProblemState.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { matcherWords } from './silenceDraft.ts';

interface EndSilenceProps {
  silence: Silence;
  ruleNames: ReadonlyMap<string, string>;
  onEnded: (words: string) => void;
  onClose: () => void;
}

/** Asks before a silence ends: what was not told may be told at once. */
export function EndSilence({ silence, ruleNames, onEnded, onClose }: EndSilenceProps) {
  const client = useQueryClient();
  const isActive = silence.state === 'active';
  const ending = useMutation({
    mutationFn: () => deleteSilence(silence.id),
    onSuccess: async () => {
      onEnded(isActive ? 'The silence has ended.' : 'The silence was deleted.');
      await Promise.all([SILENCES_KEY, ALERTS_KEY].map((queryKey) => client.invalidateQueries({ queryKey })));
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open
      title={isActive ? 'End this silence now?' : 'Delete this silence?'}
      confirm={ending.isPending ? 'Waiting …' : isActive ? 'End it' : 'Delete'}
      variant="danger"
      busy={ending.isPending}
      onConfirm={() => ending.mutate()}
      onCancel={onClose}
    >
      <p>{matcherWords(silence.matchers, ruleNames).join(', ')}.</p>
      <p>
        {isActive ? 'Channels are told of open alerts that nobody was told of.' : 'It will not begin.'}
        {silence.repeat === null ? '' : ' It does not come again.'}
      </p>
      {ending.error === null ? null : (
        <p className="worse" role="alert">
          Nothing has changed: {asProblem(ending.error).message}
        </p>
      )}
    </ConfirmDialog>
  );
}
