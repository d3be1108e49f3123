import type { AlertChannel } from '@sightglass/contract/alertChannel';
import type { FieldError } from '@sightglass/contract/errors';
import { TextField } from '../../ui/TextField.tsx';
import { problemAt } from '../settings/fieldErrors.ts';
import { LinesField } from '../settings/LinesField.tsx';
import { type ChannelDraft, isKept } from './channelDraft.ts';
import { CHANNEL_WORDS } from './channelWords.ts';

interface ChannelFieldsProps {
  draft: ChannelDraft;
  channel: AlertChannel | null;
  errors: readonly FieldError[];
  onChange: (config: ChannelDraft['config']) => void;
}

/** The fields of the kind, each with where to find what belongs into it. */
export function ChannelFields({ draft, channel, errors, onChange }: ChannelFieldsProps) {
  return CHANNEL_WORDS[draft.kind].fields.map(({ name, label, placeholder, help, optional = false, lines = false }) => {
    const pointer = `/config/${name}`;
    const value = draft.config[name] ?? '';
    const set = (text: string) => onChange({ ...draft.config, [name]: text });
    if (lines)
      return (
        <LinesField key={name} label={label} hint={help} placeholder={placeholder} value={value} pointer={pointer} errors={errors} onChange={set} />
      );
    const kept = isKept(channel, name);
    return (
      <TextField
        key={name}
        label={optional ? `${label} (optional)` : label}
        placeholder={kept ? 'kept; type to replace it' : placeholder}
        value={value}
        problem={problemAt(errors, pointer)}
        hint={help}
        onChange={set}
      />
    );
  });
}
