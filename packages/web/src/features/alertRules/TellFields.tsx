import type { Severity } from '@sightglass/contract/alertRule';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useId, useRef } from 'react';
import { alertChannelsQuery } from '../../api/alertChannels.ts';
import { asProblem } from '../../api/ProblemState.tsx';
import { Button } from '../../ui/Button.tsx';
import { SelectField } from '../../ui/SelectField.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { FieldText } from '../../ui/TextField.tsx';
import { CHANNEL_KIND_WORDS } from '../alerts/alertWords.ts';
import { ChoiceList } from '../settings/ChoiceList.tsx';
import { problemAt } from '../settings/fieldErrors.ts';
import type { RuleFields } from './formFields.ts';
import { SEVERITY_WORDS } from './ruleWords.ts';

const SEVERITIES = Object.entries(SEVERITY_WORDS).map(([value, { label }]) => ({ value: value as Severity, label }));
const PLACEHOLDERS = ['name', 'value', 'threshold', 'severity', 'window'] as const;

/** How grave it is, who is told, and in which words. */
export function TellFields({ draft, change, errors }: Omit<RuleFields, 'measures'>) {
  return (
    <>
      <div className="field-line">
        <SelectField
          label="Severity"
          value={draft.severity}
          options={SEVERITIES}
          problem={problemAt(errors, '/severity')}
          onChange={(severity) => change({ severity }, '/severity')}
        />
      </div>
      <Channels draft={draft} change={change} errors={errors} />
      <MessageField draft={draft} change={change} errors={errors} />
    </>
  );
}

function Channels({ draft, change, errors }: Omit<RuleFields, 'measures'>) {
  const channels = useQuery(alertChannelsQuery);
  const problem = errors.find(({ pointer }) => pointer.startsWith('/channel_ids'))?.message;
  return (
    <div className="text-field">
      <span className="rule-legend" aria-hidden="true">
        Channels
      </span>
      {channels.data === undefined ? (
        channels.error === null ? (
          <Skeleton />
        ) : (
          <p className="worse">The channels could not be read: {asProblem(channels.error).message}</p>
        )
      ) : channels.data.length === 0 ? (
        <p className="setting-text">
          There is no channel yet: alerts stand on their page and in everybody’s notifications only.{' '}
          <Link to="/alerts/channels" className="link">
            Set up a channel
          </Link>
        </p>
      ) : (
        <ChoiceList
          label="Channels"
          choices={channels.data.map(({ id, name, kind, all_rules, enabled }) => ({
            name: id,
            label: name,
            text: [CHANNEL_KIND_WORDS[kind], ...(all_rules ? ['told of every rule anyway'] : []), ...(enabled ? [] : ['switched off'])].join(' · '),
          }))}
          chosen={draft.channelIds}
          onChange={(channelIds) => change({ channelIds }, '/channel_ids')}
        />
      )}
      <FieldText problem={problem} />
    </div>
  );
}

/** A template; its placeholders are put in where the cursor stands. */
function MessageField({ draft, change, errors }: Omit<RuleFields, 'measures'>) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const problem = problemAt(errors, '/message');
  const insert = (name: string) => {
    const at = area.current?.selectionStart ?? draft.message.length;
    change({ message: `${draft.message.slice(0, at)}{{${name}}}${draft.message.slice(at)}` }, '/message');
    area.current?.focus();
  };
  const names = [...PLACEHOLDERS, ...draft.groupBy.map((field) => `labels.${field}`)];
  return (
    <div className="text-field">
      <label htmlFor={id}>Message</label>
      <textarea
        ref={area}
        id={id}
        className="field text-area"
        rows={2}
        placeholder="Empty: words that fit the condition"
        value={draft.message}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-text`}
        onChange={(event) => change({ message: event.target.value }, '/message')}
      />
      <div className="rule-placeholders">
        {names.map((name) => (
          <Button key={name} variant="ghost" onClick={() => insert(name)}>
            {`{{${name}}}`}
          </Button>
        ))}
      </div>
      <FieldText id={`${id}-text`} problem={problem} />
    </div>
  );
}
