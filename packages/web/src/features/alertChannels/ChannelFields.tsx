import type { AlertChannel } from '@sightglass/contract/alertChannel';
import type { FieldError } from '@sightglass/contract/errors';
import { Button } from '../../ui/Button.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { problemAt } from '../settings/fieldErrors.ts';
import { LinesField } from '../settings/LinesField.tsx';
import { type ChannelDraft, isKept } from './channelDraft.ts';
import { CHANNEL_WORDS } from './channelWords.ts';

interface ChannelFieldsProps {
  draft: ChannelDraft;
  channel: AlertChannel | null;
  errors: readonly FieldError[];
  onChange: (changes: Partial<ChannelDraft>) => void;
}

/** The fields of the kind, each with where to find what belongs into it. */
export function ChannelFields({ draft, channel, errors, onChange }: ChannelFieldsProps) {
  return CHANNEL_WORDS[draft.kind].fields.map(({ name, label, placeholder, help, optional = false, lines = false }) => {
    const pointer = `/config/${name}`;
    const value = draft.config[name] ?? '';
    const set = (text: string) => onChange({ config: { ...draft.config, [name]: text } });
    if (lines)
      return (
        <LinesField key={name} label={label} hint={help} placeholder={placeholder} value={value} pointer={pointer} errors={errors} onChange={set} />
      );
    const isForgotten = draft.forgotten.includes(name);
    const kept = isKept(channel, name) && !isForgotten;
    return (
      <TextField
        key={name}
        label={optional ? `${label} (optional)` : label}
        placeholder={kept ? 'kept; type to replace it' : placeholder}
        value={value}
        problem={problemAt(errors, pointer)}
        hint={
          kept && optional ? (
            <>
              {help}{' '}
              <Button variant="ghost" className="channel-forget" onClick={() => onChange({ forgotten: [...draft.forgotten, name] })}>
                Take it away
              </Button>
            </>
          ) : isForgotten ? (
            'It is taken away when you save.'
          ) : (
            help
          )
        }
        onChange={set}
      />
    );
  });
}
