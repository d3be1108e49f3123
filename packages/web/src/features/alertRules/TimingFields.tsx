import type { NoDataMode } from '@sightglass/contract/alertRule';
import { useState } from 'react';
import { Button } from '../../ui/Button.tsx';
import { SelectField } from '../../ui/SelectField.tsx';
import { problemAt } from '../settings/fieldErrors.ts';
import type { RuleFields } from './formFields.ts';
import { MinutesField } from './MinutesField.tsx';
import { readNumber } from './ruleBody.ts';
import { EMPTY_RULE } from './ruleDraft.ts';
import { NO_DATA_WORDS } from './ruleWords.ts';
import { timingWords } from './timingWords.ts';

const FIELDS = [
  { name: 'checkIntervalMinutes', pointer: '/check_interval_minutes', label: 'Looked at every', hint: 'At least every minute, at most every day' },
  { name: 'pendingMinutes', pointer: '/pending_minutes', label: 'The condition must hold for', hint: '0: the first look is enough' },
  { name: 'keepFiringMinutes', pointer: '/keep_firing_minutes', label: 'Stays open after it for', hint: 'Against alerts that come and go' },
  { name: 'cooldownMinutes', pointer: '/cooldown_minutes', label: 'No other alert within', hint: 'Counted from when the last one opened' },
] as const;

const NO_DATA = Object.entries(NO_DATA_WORDS).map(([value, { label }]) => ({ value: value as NoDataMode, label }));

/** When it looks, and when it speaks: said as a sentence, the fields behind a button. */
export function TimingFields({ draft, change, errors }: Omit<RuleFields, 'measures'>) {
  const isUsual = FIELDS.every(({ name }) => draft[name] === EMPTY_RULE[name]) && draft.noData === EMPTY_RULE.noData;
  const [more, setMore] = useState(!isUsual);
  const open = more || FIELDS.some(({ pointer }) => problemAt(errors, pointer) !== undefined);
  const words = timingWords({
    checkIntervalMinutes: readNumber(draft.checkIntervalMinutes) ?? 0,
    pendingMinutes: readNumber(draft.pendingMinutes) ?? 0,
    keepFiringMinutes: readNumber(draft.keepFiringMinutes) ?? 0,
    cooldownMinutes: readNumber(draft.cooldownMinutes) ?? 0,
    noData: draft.noData,
  });
  return (
    <>
      <p className="setting-text">{words}</p>
      {open ? (
        <div className="field-line">
          {FIELDS.map(({ name, pointer, label, hint }) => (
            <MinutesField
              key={name}
              label={label}
              value={draft[name]}
              problem={problemAt(errors, pointer)}
              hint={hint}
              onChange={(value) => change({ [name]: value }, pointer)}
            />
          ))}
          <SelectField
            label="Where there is no data"
            value={draft.noData}
            options={NO_DATA}
            problem={problemAt(errors, '/no_data')}
            onChange={(noData) => change({ noData }, '/no_data')}
          />
        </div>
      ) : (
        <div>
          <Button onClick={() => setMore(true)}>Change the timing</Button>
        </div>
      )}
    </>
  );
}
