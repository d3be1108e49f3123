import type { AlertChannel, ChannelKind } from '@sightglass/contract/alertChannel';
import type { FieldError } from '@sightglass/contract/errors';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { CHANNELS_KEY, changeAlertChannel, createAlertChannel } from '../../api/alertChannels.ts';
import { asProblem } from '../../api/ProblemState.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { DialogActions } from '../../ui/DialogActions.tsx';
import { SelectField } from '../../ui/SelectField.tsx';
import { Switch } from '../../ui/Switch.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { CHANNEL_KIND_WORDS } from '../alerts/alertWords.ts';
import { problemAt } from '../settings/fieldErrors.ts';
import { LinesField } from '../settings/LinesField.tsx';
import { ChannelFields } from './ChannelFields.tsx';
import { type ChannelDraft, channelBody, draftOfChannel, EMPTY_CHANNEL } from './channelDraft.ts';
import { CHANNEL_WORDS } from './channelWords.ts';
import './channels.css';

const NAME_CHARS_MAX = 80;
const NO_ERRORS: readonly FieldError[] = [];
const KINDS = Object.entries(CHANNEL_KIND_WORDS).map(([value, label]) => ({ value: value as ChannelKind, label }));

interface ChannelDialogProps {
  /** The channel that is changed; null: a new one. */
  channel: AlertChannel | null;
  onSaved: (name: string) => void;
  onClose: () => void;
}

/** A channel: its kind, where it goes, and of what it is told how often. */
export function ChannelDialog({ channel, onSaved, onClose }: ChannelDialogProps) {
  const client = useQueryClient();
  const [draft, setDraft] = useState<ChannelDraft>(channel === null ? EMPTY_CHANNEL : draftOfChannel(channel));
  const [refused, setRefused] = useState(NO_ERRORS);
  const save = useMutation({
    mutationFn: (body: Record<string, unknown>) => (channel === null ? createAlertChannel(body) : changeAlertChannel(channel.id, body)),
    onSuccess: async ({ name }) => {
      onSaved(name);
      await client.invalidateQueries({ queryKey: CHANNELS_KEY });
      onClose();
    },
  });
  const problem = save.error === null ? undefined : asProblem(save.error);
  const errors = problem?.errors ?? refused;
  const set = (changes: Partial<ChannelDraft>) => {
    setDraft((before) => ({ ...before, ...changes }));
    setRefused(NO_ERRORS);
    save.reset();
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    const result = channelBody(draft, channel);
    if ('errors' in result) setRefused(result.errors);
    else save.mutate(result.body);
  };
  return (
    <Dialog
      open
      className="channel-dialog"
      onOpenChange={(open) => (open || save.isPending ? undefined : onClose())}
      title={channel === null ? 'Create a channel' : `The channel “${channel.name}”`}
    >
      <form className="dialog-body channel-form" onSubmit={send} noValidate>
        {channel === null ? (
          <SelectField label="Kind" value={draft.kind} options={KINDS} onChange={(kind) => set({ kind, config: {}, forgotten: [] })} />
        ) : (
          <p className="dim">{CHANNEL_KIND_WORDS[draft.kind]}</p>
        )}
        <p className="setting-text">{CHANNEL_WORDS[draft.kind].setUp}</p>
        <TextField
          label="Name"
          placeholder="On call"
          maxLength={NAME_CHARS_MAX}
          value={draft.name}
          problem={problemAt(errors, '/name')}
          onChange={(name) => set({ name })}
        />
        <ChannelFields draft={draft} channel={channel} errors={errors} onChange={set} />
        <Switch
          label="Told of every rule"
          description={draft.allRules ? 'Also of rules that do not name it.' : 'Off: of the rules that name it only.'}
          checked={draft.allRules}
          onChange={(allRules) => set({ allRules })}
        />
        <div className="field-line">
          <TextField
            label="Wait before telling (s)"
            inputMode="numeric"
            value={draft.groupWaitSeconds}
            problem={problemAt(errors, '/group_wait_seconds')}
            hint="What opens meanwhile comes in the same message"
            onChange={(groupWaitSeconds) => set({ groupWaitSeconds })}
          />
          <TextField
            label="Tell again every (min)"
            inputMode="numeric"
            value={draft.repeatMinutes}
            problem={problemAt(errors, '/repeat_minutes')}
            hint="Until somebody acknowledges; 0: never"
            onChange={(repeatMinutes) => set({ repeatMinutes })}
          />
        </div>
        <LinesField
          label="Different rules in one message when they agree in"
          placeholder="agent_id"
          hint="Labels, or severity, one a line. Empty: each rule has a message of its own."
          linesMin={2}
          value={draft.groupBy}
          pointer="/group_by"
          errors={errors}
          onChange={(groupBy) => set({ groupBy })}
        />
        <DialogActions
          send={channel === null ? 'Create it' : 'Save'}
          sending="Saving …"
          busy={save.isPending}
          problem={problem === undefined ? undefined : `Not saved: ${problem.message}`}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}
