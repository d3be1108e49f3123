import { useId } from 'react';

interface ChoiceListProps<Name extends string> {
  label: string;
  choices: readonly { name: Name; label: string; text: string }[];
  chosen: readonly Name[];
  onChange: (chosen: Name[]) => void;
}

/** Things of which any number is chosen, each with what it is. */
export function ChoiceList<Name extends string>({ label, choices, chosen, onChange }: ChoiceListProps<Name>) {
  const id = useId();
  return (
    <div role="group" aria-label={label} className="setting-choices">
      {choices.map(({ name, label: choice, text }) => (
        <div key={name} className="setting-choice">
          <input
            id={`${id}-${name}`}
            type="checkbox"
            checked={chosen.includes(name)}
            aria-describedby={`${id}-${name}-text`}
            onChange={(event) => onChange(event.target.checked ? [...chosen, name].sort() : chosen.filter((each) => each !== name))}
          />
          <label htmlFor={`${id}-${name}`}>{choice}</label>
          <span id={`${id}-${name}-text`}>{text}</span>
        </div>
      ))}
    </div>
  );
}
