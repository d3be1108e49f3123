import type { FieldError } from '@sightglass/contract/errors';
import { LinesField } from '../LinesField.tsx';

interface DroppedAttributesProps {
  value: string;
  errors: readonly FieldError[];
  onChange: (value: string) => void;
}

/** Keys whose attributes are taken as not sent, one a line. */
export function DroppedAttributes({ value, errors, onChange }: DroppedAttributesProps) {
  return (
    <LinesField
      label="Keys, one a line: exact, or the beginning of a key with a * at the end"
      hint="Of spans, logs, metrics, resources and event payloads. They leave no trace: not even that they were sent."
      placeholder={'http.request.header.authorization\napp.secret.*'}
      value={value}
      pointer="/drop_attributes"
      errors={errors}
      onChange={onChange}
    />
  );
}
