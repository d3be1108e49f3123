import type { FieldError } from '@sightglass/contract/errors';
import { FieldText, TextField } from '../../ui/TextField.tsx';
import { problemAt } from '../settings/fieldErrors.ts';
import { RowList } from '../settings/RowList.tsx';
import { type ContextTierRow, newContextTier, TIERS_MAX } from './priceDraft.ts';
import { RateFields } from './RateFields.tsx';

interface ContextTierRowsProps {
  label: string;
  rows: readonly ContextTierRow[];
  /** JSON pointer of the object in the body that holds the list. */
  pointer: string;
  errors: readonly FieldError[];
  onChange: (rows: ContextTierRow[], pointer?: string) => void;
}

/** Rates that hold for a whole call once its input is larger. */
export function ContextTierRows({ label, rows, pointer, errors, onChange }: ContextTierRowsProps) {
  const list = `${pointer}/context_tiers`;
  const set = (index: number, changes: Partial<ContextTierRow>, at: string) =>
    onChange(
      rows.map((row, each) => (each === index ? { ...row, ...changes } : row)),
      at,
    );
  return (
    <>
      <RowList
        label={label}
        noun="context tier"
        rows={rows}
        rowsMax={TIERS_MAX}
        readOnly={false}
        onAdd={newContextTier}
        onChange={(next) => onChange(next)}
        renderRow={(row, index) => (
          <>
            <TextField
              label="Input larger than (tokens)"
              className="tier-field"
              inputMode="numeric"
              placeholder="200000"
              value={row.above_input_tokens}
              problem={problemAt(errors, `${list}/${index}/above_input_tokens`)}
              onChange={(above_input_tokens) => set(index, { above_input_tokens }, `${list}/${index}/above_input_tokens`)}
            />
            <RateFields
              rates={row.rates}
              pointer={`${list}/${index}`}
              errors={errors}
              absent="as the price"
              onChange={(rates, at) => set(index, { rates }, at)}
            />
            <FieldText problem={problemAt(errors, `${list}/${index}`)} />
          </>
        )}
      />
      <FieldText problem={problemAt(errors, list)} />
    </>
  );
}
