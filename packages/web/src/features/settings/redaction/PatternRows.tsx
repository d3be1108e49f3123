import type { FieldError } from '@sightglass/contract/errors';
import { FieldText, TextField } from '../../../ui/TextField.tsx';
import { problemAt } from '../fieldErrors.ts';
import { RowList } from '../RowList.tsx';
import { newPattern, type PatternRow } from './redactionDraft.ts';

const PATTERNS_MAX = 50;

interface PatternRowsProps {
  rows: readonly PatternRow[];
  errors: readonly FieldError[];
  readOnly: boolean;
  onChange: (rows: PatternRow[], pointer?: string) => void;
}

/** Patterns of the workspace's own, each with what is wrong with it. */
export function PatternRows({ rows, errors, readOnly, onChange }: PatternRowsProps) {
  const set = (index: number, field: keyof Omit<PatternRow, 'rowId'>) => (value: string) =>
    onChange(
      rows.map((row, each) => (each === index ? { ...row, [field]: value } : row)),
      `/patterns/${index}/${field}`,
    );
  return (
    <>
      <p className="setting-text">
        In{' '}
        <a className="link" href="https://github.com/google/re2/wiki/Syntax" target="_blank" rel="noreferrer">
          RE2 syntax
        </a>
        : no look-around and no back references; <code className="mono">(?i)</code> ignores case.
      </p>
      <RowList
        label="Patterns"
        noun="pattern"
        rows={rows}
        rowsMax={PATTERNS_MAX}
        readOnly={readOnly}
        onAdd={newPattern}
        onChange={(next) => onChange(next)}
        renderRow={(row, index) => (
          <>
            <TextField
              label="Name"
              className="pattern-name"
              placeholder="customer_number"
              value={row.name}
              problem={problemAt(errors, `/patterns/${index}/name`)}
              onChange={set(index, 'name')}
            />
            <TextField
              label="Pattern"
              className="pattern-text"
              placeholder="\bCUST-\d{8}\b"
              value={row.pattern}
              problem={problemAt(errors, `/patterns/${index}/pattern`)}
              onChange={set(index, 'pattern')}
            />
            <TextField
              label="Replaced by"
              className="pattern-name"
              placeholder={`[${row.name.trim() === '' ? 'name' : row.name.trim()}]`}
              value={row.replacement}
              problem={problemAt(errors, `/patterns/${index}/replacement`)}
              onChange={set(index, 'replacement')}
            />
          </>
        )}
      />
      <FieldText problem={problemAt(errors, '/patterns')} />
    </>
  );
}
