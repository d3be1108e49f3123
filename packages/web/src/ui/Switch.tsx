import { type ReactNode, useId } from 'react';
import './switch.css';

interface SwitchProps {
  label: string;
  /** The label is read aloud but not shown: where it stands in a table that names it. */
  labelHidden?: boolean;
  /** What is the case while it stands as it stands. */
  description?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}

/** On or off, with what that means beside it. */
export function Switch({ label, labelHidden = false, description, checked, onChange, disabled = false }: SwitchProps) {
  const id = useId();
  return (
    <div className="switch">
      <input
        id={id}
        type="checkbox"
        role="switch"
        aria-checked={checked}
        className="switch-input"
        checked={checked}
        disabled={disabled}
        aria-describedby={`${id}-text`}
        onChange={(event) => onChange(event.target.checked)}
      />
      <div className={labelHidden ? 'visually-hidden' : undefined}>
        <label htmlFor={id}>{label}</label>
        <div id={`${id}-text`} className="switch-text">
          {description}
        </div>
      </div>
    </div>
  );
}
