import { type ComponentProps, type ReactNode, useId } from 'react';
import './textField.css';

interface TextFieldProps extends Omit<ComponentProps<'input'>, 'value' | 'onChange' | 'type'> {
  label: string;
  type?: 'text' | 'email' | 'password';
  /** Said below while nothing is wrong. */
  hint?: ReactNode;
  /** What is wrong with the value. */
  problem?: string | undefined;
  value: string;
  onChange: (value: string) => void;
}

/** A line of text with its name above, and below it what is wrong with it. */
export function TextField({ label, hint, problem, value, onChange, className = '', ...input }: TextFieldProps) {
  const id = useId();
  return (
    <div className={`text-field ${className}`}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="text"
        className="field"
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-text`}
        {...input}
      />
      <FieldText id={`${id}-text`} hint={hint} problem={problem} />
    </div>
  );
}

/** What stands below a field: what is wrong with it, else a hint. */
export function FieldText({ id, hint, problem }: { id?: string; hint?: ReactNode; problem?: string | undefined }) {
  return (
    <span id={id} className={problem === undefined ? 'text-field-hint' : 'text-field-problem'}>
      {problem ?? hint}
    </span>
  );
}
