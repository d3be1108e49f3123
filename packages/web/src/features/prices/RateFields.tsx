import type { FieldError } from '@sightglass/contract/errors';
import type { RateName } from '@sightglass/contract/price';
import { TextField } from '../../ui/TextField.tsx';
import { problemAt } from '../settings/fieldErrors.ts';
import type { RatesDraft } from './priceDraft.ts';
import { RATE_LABELS, RATE_NAMES } from './rates.ts';

interface RateFieldsProps {
  rates: RatesDraft;
  /** JSON pointer of the object in the body that holds them. */
  pointer: string;
  errors: readonly FieldError[];
  /** Which of them; absent: all. */
  names?: readonly RateName[];
  /** What an empty field means. */
  absent?: string;
  onChange: (rates: RatesDraft, pointer: string) => void;
}

/** A field for each class a call is charged by, in dollars. Texts, so that every digit stays as it is typed. */
export function RateFields({ rates, pointer, errors, names = RATE_NAMES, absent = 'none', onChange }: RateFieldsProps) {
  return (
    <div className="rate-fields">
      {names.map((name) => (
        <TextField
          key={name}
          label={`${RATE_LABELS[name]} ($)`}
          className="rate-field"
          inputMode="decimal"
          placeholder={absent}
          value={rates[name]}
          problem={problemAt(errors, `${pointer}/${name}`)}
          onChange={(text) => onChange({ ...rates, [name]: text }, `${pointer}/${name}`)}
        />
      ))}
    </div>
  );
}
