import { type ReactNode, useId } from 'react';
import { FieldText } from './TextField.tsx';
import './textField.css';
import './field.css';

interface SelectFieldProps<V extends string> {
  label: string;
  value: V;
  options: readonly { value: V; label: string }[];
  onChange: (value: V) => void;
  /** Said below while nothing is wrong. */
  hint?: ReactNode;
  /** What is wrong with the value. */
  problem?: string | undefined;
  className?: string;
}

/** One of a few, with its name above, and below it what is wrong with it. */
export function SelectField<V extends string>({ label, value, options, onChange, hint, problem, className = '' }: SelectFieldProps<V>) {
  const id = useId();
  return (
    <div className={`text-field ${className}`}>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="field"
        value={value}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-text`}
        // The options are the only values there are.
        onChange={(event) => onChange(event.target.value as V)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <FieldText id={`${id}-text`} hint={hint} problem={problem} />
    </div>
  );
}
