import type { FieldError } from '@sightglass/contract/errors';
import { FieldText, TextField } from '../../ui/TextField.tsx';
import { problemAt } from '../settings/fieldErrors.ts';
import { RowList } from '../settings/RowList.tsx';
import { ContextTierRows } from './ContextTierRows.tsx';
import { newServiceTier, type ServiceTierRow, serviceTierPointer, TIERS_MAX } from './priceDraft.ts';
import { RateFields } from './RateFields.tsx';

interface ServiceTierRowsProps {
  rows: readonly ServiceTierRow[];
  errors: readonly FieldError[];
  onChange: (rows: ServiceTierRow[], pointer?: string) => void;
}

/** What the provider charges for its other ways of serving the model, batch among them. */
export function ServiceTierRows({ rows, errors, onChange }: ServiceTierRowsProps) {
  const set = (index: number, changes: Partial<ServiceTierRow>, at?: string) =>
    onChange(
      rows.map((row, each) => (each === index ? { ...row, ...changes } : row)),
      at,
    );
  return (
    <>
      <RowList
        label="Service tiers"
        noun="service tier"
        rows={rows}
        rowsMax={TIERS_MAX}
        readOnly={false}
        onAdd={newServiceTier}
        onChange={(next) => onChange(next)}
        renderRow={(row, index) => {
          const pointer = serviceTierPointer(row.name);
          return (
            <>
              <TextField
                label="Name, as calls report it"
                className="tier-field"
                placeholder="batch"
                value={row.name}
                problem={problemAt(errors, pointer)}
                // The errors of this tier point at it by its name.
                onChange={(name) => set(index, { name })}
              />
              <RateFields
                rates={row.rates}
                pointer={pointer}
                errors={errors}
                absent="as standard"
                onChange={(rates, at) => set(index, { rates }, at)}
              />
              <div className="service-tier-contexts">
                <ContextTierRows
                  label={`Context tiers of ${row.name === '' ? 'this service tier' : row.name}`}
                  rows={row.context_tiers}
                  pointer={pointer}
                  errors={errors}
                  onChange={(context_tiers, at) => set(index, { context_tiers }, at)}
                />
              </div>
            </>
          );
        }}
      />
      <FieldText problem={problemAt(errors, '/service_tiers')} />
    </>
  );
}
