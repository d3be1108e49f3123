import type { FieldError } from '@sightglass/contract/errors';
import type { LogLevel } from '@sightglass/contract/log';
import { useId } from 'react';
import { FieldText, TextField } from '../../../ui/TextField.tsx';
import { problemAt } from '../fieldErrors.ts';
import { RowList } from '../RowList.tsx';
import { KeepField } from './KeepField.tsx';
import { NeverAsked } from './NeverAsked.tsx';
import { type LogRuleRow, matchesEveryLog, newLogRule } from './samplingDraft.ts';

const RULES_MAX = 50;
/** From ERROR on, logs are always kept: a rule for them would do nothing. */
const LEVEL_WORDS: Partial<Record<LogLevel, string>> = {
  TRACE: 'TRACE',
  DEBUG: 'DEBUG and below',
  INFO: 'INFO and below',
  WARNING: 'WARNING and below',
};

interface LogRulesProps {
  rows: readonly LogRuleRow[];
  errors: readonly FieldError[];
  readOnly: boolean;
  onChange: (rows: LogRuleRow[], pointer?: string) => void;
}

/** Which logs are kept how often, the first that matches decides. */
export function LogRules({ rows, errors, readOnly, onChange }: LogRulesProps) {
  const set = (index: number, changes: Partial<LogRuleRow>) =>
    onChange(
      rows.map((row, each) => (each === index ? { ...row, ...changes } : row)),
      `/logs/rules/${index}/${Object.keys(changes)[0]}`,
    );
  return (
    <RowList
      label="Rules for logs"
      noun="rule"
      rows={rows}
      rowsMax={RULES_MAX}
      ordered
      readOnly={readOnly}
      onAdd={newLogRule}
      onChange={(next) => onChange(next)}
      after={<NeverAsked matchesAll={rows.map(matchesEveryLog)} what="log" />}
      renderRow={(row, index) => {
        const problem = (field: string) => problemAt(errors, `/logs/rules/${index}/${field}`);
        return (
          <>
            <LevelField value={row.max_level} problem={problem('max_level')} onChange={(max_level) => set(index, { max_level })} />
            <TextField
              label="Logger"
              className="rule-text"
              placeholder="any, or urllib3*"
              value={row.logger}
              problem={problem('logger')}
              onChange={(logger) => set(index, { logger })}
            />
            <TextField
              label="Endpoint"
              className="rule-text"
              placeholder="any, or /health*"
              value={row.endpoint}
              problem={problem('endpoint')}
              onChange={(endpoint) => set(index, { endpoint })}
            />
            <KeepField
              label="Keep one in"
              value={row.keep_one_in}
              problem={problem('keep_one_in')}
              onChange={(keep_one_in) => set(index, { keep_one_in })}
            />
          </>
        );
      }}
    />
  );
}

interface LevelFieldProps {
  value: LogRuleRow['max_level'];
  problem: string | undefined;
  onChange: (level: LogRuleRow['max_level']) => void;
}

function LevelField({ value, problem, onChange }: LevelFieldProps) {
  const id = useId();
  // One that was saved by other means is shown as it is.
  const levels = Object.entries({ ...(value === '' ? {} : { [value]: value }), ...LEVEL_WORDS });
  return (
    <div className="text-field rule-level">
      <label htmlFor={id}>Level</label>
      <select
        id={id}
        className="field"
        value={value}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-text`}
        onChange={(event) => onChange(event.target.value as LogRuleRow['max_level'])}
      >
        <option value="">any</option>
        {levels.map(([level, words]) => (
          <option key={level} value={level}>
            {words}
          </option>
        ))}
      </select>
      <FieldText id={`${id}-text`} problem={problem} />
    </div>
  );
}
