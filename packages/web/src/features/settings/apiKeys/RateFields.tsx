import type { FieldError } from '@sightglass/contract/errors';
import { TextField } from '../../../ui/TextField.tsx';
import { problemAt } from '../fieldErrors.ts';
import { type RateDraft, RATES } from './keyDraft.ts';

interface RateFieldsProps {
  rates: RateDraft;
  errors: readonly FieldError[];
  onChange: (rates: RateDraft) => void;
}

/** What the key may send at most. */
export function RateFields({ rates, errors, onChange }: RateFieldsProps) {
  return (
    <fieldset className="key-rates">
      <legend>Rate limit; what is empty is not limited</legend>
      {RATES.map(({ name, label, hint }) => (
        <TextField
          key={name}
          label={label}
          hint={hint}
          inputMode="numeric"
          value={rates[name]}
          problem={problemAt(errors, `/rate_limit/${name}`)}
          onChange={(text) => onChange({ ...rates, [name]: text })}
        />
      ))}
    </fieldset>
  );
}
