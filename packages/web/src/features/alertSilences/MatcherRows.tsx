import type { Alert } from '@sightglass/contract/alert';
import type { FieldError } from '@sightglass/contract/errors';
import { useId } from 'react';
import { Suggestions } from '../../ui/Suggestions.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { problemAt } from '../settings/fieldErrors.ts';
import { RowList } from '../settings/RowList.tsx';
import { type MatcherRow, newMatcher } from './silenceDraft.ts';

const MATCHERS_MAX = 20;

interface MatcherRowsProps {
  rows: readonly MatcherRow[];
  open: readonly Alert[];
  ruleNames: ReadonlyMap<string, string>;
  errors: readonly FieldError[];
  onChange: (rows: readonly MatcherRow[]) => void;
}

/** What an alert must have to be meant, suggested from rules and open alerts. */
export function MatcherRows({ rows, open, ruleNames, errors, onChange }: MatcherRowsProps) {
  const id = useId();
  const labels = [...new Set(open.flatMap((alert) => Object.keys(alert.labels)))];
  const keys = [...new Set(['rule_name', 'severity', 'agent_id', ...labels])];
  const set = (index: number, changes: Partial<MatcherRow>) => onChange(rows.map((row, each) => (each === index ? { ...row, ...changes } : row)));
  // The server's own pointers name the key: `/matchers/model`.
  const at = (index: number, key: string, field: 'key' | 'value') =>
    problemAt(errors, `/matchers/${index}/${field}`) ?? (field === 'value' && key !== '' ? problemAt(errors, `/matchers/${key}`) : undefined);
  return (
    <>
      <RowList
        label="What alerts must have"
        noun="condition"
        rows={rows}
        rowsMax={MATCHERS_MAX}
        readOnly={false}
        onAdd={() => newMatcher()}
        onChange={onChange}
        renderRow={(row, index) => (
          <>
            <TextField
              label="What"
              className="silence-matcher"
              placeholder="rule_name, severity or a label"
              list={`${id}-keys`}
              value={row.key}
              problem={at(index, row.key, 'key')}
              onChange={(key) => set(index, { key })}
            />
            <TextField
              label="is"
              className="silence-matcher"
              list={`${id}-${row.rowId}`}
              value={row.value}
              problem={at(index, row.key.trim(), 'value')}
              {...(row.key === 'rule_id' && ruleNames.has(row.value) ? { hint: ruleNames.get(row.value) } : {})}
              onChange={(value) => set(index, { value })}
            />
            <Suggestions id={`${id}-${row.rowId}`} values={valuesOf(row.key.trim(), open, ruleNames)} />
          </>
        )}
      />
      <Suggestions id={`${id}-keys`} values={keys} />
    </>
  );
}

function valuesOf(key: string, open: readonly Alert[], ruleNames: ReadonlyMap<string, string>): string[] {
  switch (key) {
    case 'rule_name':
      return [...ruleNames.values()];
    case 'rule_id':
      return [...ruleNames.keys()];
    case 'severity':
      return ['info', 'warning', 'critical'];
    default:
      return [...new Set(open.flatMap(({ labels }) => labels[key] ?? []))];
  }
}
