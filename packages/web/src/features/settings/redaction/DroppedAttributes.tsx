import type { FieldError } from '@sightglass/contract/errors';
import { useId } from 'react';
import { FieldText } from '../../../ui/TextField.tsx';
import { droppedProblem } from './redactionDraft.ts';

const LINES_MIN = 3;
const LINES_MAX = 14;

interface DroppedAttributesProps {
  value: string;
  errors: readonly FieldError[];
  onChange: (value: string) => void;
}

/** Keys whose attributes are taken as not sent, one a line. */
export function DroppedAttributes({ value, errors, onChange }: DroppedAttributesProps) {
  const id = useId();
  const problem = droppedProblem(value, errors);
  return (
    <div className="text-field">
      <label htmlFor={id}>Keys, one a line: exact, or the beginning of a key with a * at the end</label>
      <textarea
        id={id}
        className="field text-area mono"
        rows={Math.min(LINES_MAX, Math.max(LINES_MIN, value.split('\n').length + 1))}
        spellCheck={false}
        placeholder={'http.request.header.authorization\napp.secret.*'}
        value={value}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-text`}
        onChange={(event) => onChange(event.target.value)}
      />
      <FieldText
        id={`${id}-text`}
        problem={problem}
        hint="Of spans, logs, metrics, resources and event payloads. They leave no trace: not even that they were sent."
      />
    </div>
  );
}
