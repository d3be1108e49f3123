import type { FieldError } from '@sightglass/contract/errors';
import { useId } from 'react';
import { FieldText } from '../../ui/TextField.tsx';
import { linesProblem } from './lineList.ts';

const LINES_MIN = 3;
const LINES_MAX = 14;

interface LinesFieldProps {
  label: string;
  hint?: string;
  placeholder?: string;
  value: string;
  /** Of the list in the body. */
  pointer: string;
  errors: readonly FieldError[];
  /** How tall it is at least. */
  linesMin?: number;
  onChange: (value: string) => void;
}

/** A list that is typed one value a line; it grows with what is in it. */
export function LinesField({ label, hint, placeholder, value, pointer, errors, linesMin = LINES_MIN, onChange }: LinesFieldProps) {
  const id = useId();
  const problem = linesProblem(value, errors, pointer);
  return (
    <div className="text-field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className="field text-area mono"
        rows={Math.min(LINES_MAX, Math.max(linesMin, value.split('\n').length + 1))}
        spellCheck={false}
        placeholder={placeholder}
        value={value}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-text`}
        onChange={(event) => onChange(event.target.value)}
      />
      <FieldText id={`${id}-text`} problem={problem} hint={hint} />
    </div>
  );
}
