import type { QuerySource } from '@sightglass/contract/querySpec';
import { useId } from 'react';
import { SelectField } from '../../ui/SelectField.tsx';
import { Suggestions } from '../../ui/Suggestions.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { problemAt } from '../settings/fieldErrors.ts';
import { RowList } from '../settings/RowList.tsx';
import { ValueField } from './fieldValues.tsx';
import type { RuleFields } from './formFields.ts';
import { type FilterChoice, type FilterRow, newFilter } from './ruleDraft.ts';
import { fieldWords, FILTER_OP_WORDS } from './ruleWords.ts';

const FILTERS_MAX = 20;
const OPERATORS: readonly { value: FilterChoice; label: string }[] = [
  ...Object.entries(FILTER_OP_WORDS).map(([value, label]) => ({ value: value as FilterChoice, label })),
  { value: 'not_exists', label: 'is not there' },
];

interface FilterRowsProps extends Pick<RuleFields, 'draft' | 'change' | 'errors'> {
  /** What can be filtered by, suggested; attributes may be typed as well. */
  dimensions: readonly string[];
  /** The measure of which values are suggested; undefined: none are. */
  suggested: { source: QuerySource; measure: string } | undefined;
}

/** What the condition looks at only. */
export function FilterRows({ draft, change, errors, dimensions, suggested }: FilterRowsProps) {
  const listId = useId();
  const { filters } = draft;
  const set = (index: number, changes: Partial<FilterRow>) =>
    change({ filters: filters.map((row, each) => (each === index ? { ...row, ...changes } : row)) }, `/filters/${index}`);
  return (
    <div className="text-field">
      <span className="rule-legend">Only where</span>
      <RowList
        label="Filters"
        noun="filter"
        rows={filters}
        rowsMax={FILTERS_MAX}
        readOnly={false}
        onAdd={() => newFilter()}
        onChange={(next) => change({ filters: next }, '/filters')}
        renderRow={(row, index) => (
          <>
            <TextField
              label="Field"
              className="rule-filter-field"
              list={listId}
              placeholder="agent_id"
              value={row.field}
              problem={problemAt(errors, `/filters/${index}/field`) ?? problemAt(errors, `/filters/${index}`)}
              onChange={(field) => set(index, { field })}
            />
            <SelectField
              label="Comparison"
              value={row.op}
              options={OPERATORS}
              problem={problemAt(errors, `/filters/${index}/op`)}
              onChange={(op) => set(index, { op })}
            />
            {row.op === 'exists' || row.op === 'not_exists' ? null : (
              <ValueField
                label="Value"
                className="rule-filter-value"
                from={suggested === undefined || !dimensions.includes(row.field) ? null : { ...suggested, field: row.field }}
                value={row.value}
                problem={problemAt(errors, `/filters/${index}/value`)}
                hint={row.op === 'in' || row.op === 'not_in' ? 'Several with commas' : undefined}
                onChange={(value) => set(index, { value })}
              />
            )}
          </>
        )}
      />
      <Suggestions id={listId} values={dimensions} wordsOf={fieldWords} />
    </div>
  );
}
