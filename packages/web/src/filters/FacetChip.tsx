import { useQuery } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { metricsQuery, numberOf, textOf } from '../api/metrics.ts';
import { useTimeRange } from '../time/useTimeRange.ts';
import { Button } from '../ui/Button.tsx';
import { formatCountShort } from '../ui/formatCount.ts';
import { Popover } from '../ui/Popover.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { leastWords } from './filterWords.ts';
import {
  canFilterBy,
  type ChoiceFacet,
  choiceWords,
  type Facet,
  type FilteredList,
  type LeastFacet,
  readLeast,
  splitValues,
  toggleValue,
  type ValueFacet,
} from './facets.ts';

const SUGGESTIONS_MAX = 50;

interface FacetProps<F extends Facet> {
  list: FilteredList;
  facet: F;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** One facet: a button that opens what can be chosen. */
export function FacetChip({ list, facet, value, onChange }: FacetProps<Exclude<Facet, { kind: 'id' }>>) {
  const [open, setOpen] = useState(false);
  const several = facet.kind === 'values' || (facet.kind === 'choice' && facet.several === true);
  const chosen = several ? splitValues(value).length : value === undefined ? 0 : 1;
  return (
    <Popover
      label={`Filter by ${facet.label.toLowerCase()}`}
      className="facet"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button className={chosen > 0 ? 'facet-button facet-button-on' : 'facet-button'}>
          {facet.label}
          {chosen > 1 ? <span className="facet-count">{chosen}</span> : null}
          <ChevronDown aria-hidden="true" />
        </Button>
      }
    >
      {facet.kind === 'values' ? (
        <ValueChoice list={list} facet={facet} value={value} onChange={onChange} />
      ) : facet.kind === 'choice' ? (
        <OptionChoice list={list} facet={facet} value={value} onChange={onChange} />
      ) : (
        <LeastChoice
          list={list}
          facet={facet}
          value={value}
          onChange={(next) => {
            onChange(next);
            setOpen(false);
          }}
        />
      )}
    </Popover>
  );
}

/** Values that occur in the range, with the number of items; any other may be typed. */
function ValueChoice({ list, facet, value, onChange }: FacetProps<ValueFacet>) {
  const { range } = useTimeRange();
  const [typed, setTyped] = useState('');
  const suggestions = useQuery({
    ...metricsQuery({
      source: list.source,
      measures: [list.measure],
      group_by: [facet.field],
      filters: [
        { field: facet.field, op: 'exists', value: true },
        ...(typed.trim() === '' ? [] : [{ field: facet.field, op: 'contains' as const, value: typed.trim() }]),
      ],
      from: range.from,
      to: range.to,
      limit: SUGGESTIONS_MAX,
    }),
    staleTime: 60_000,
  });
  const chosen = splitValues(value);
  const found = (suggestions.data?.rows ?? []).flatMap((row) => {
    const name = textOf(row, facet.field);
    return name === null || !canFilterBy(name) ? [] : [{ name, count: numberOf(row, list.measure) }];
  });
  const listed = [...chosen.filter((each) => !found.some(({ name }) => name === each)).map((name) => ({ name, count: null })), ...found];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const text = typed.trim();
    if (canFilterBy(text)) onChange(toggleValue(value, text));
    setTyped('');
  };
  return (
    <form onSubmit={submit}>
      <input
        className="field facet-input"
        value={typed}
        spellCheck={false}
        placeholder={`Find or type ${/^[aeiou]/i.test(facet.label) ? 'an' : 'a'} ${facet.label.toLowerCase()}`}
        aria-label={`Find or type: ${facet.label.toLowerCase()}`}
        onChange={(event) => setTyped(event.target.value)}
      />
      <ul className="facet-list" aria-busy={suggestions.isPending}>
        {listed.map(({ name, count }) => (
          <li key={name}>
            <label className="facet-line">
              <input type="checkbox" checked={chosen.includes(name)} onChange={() => onChange(toggleValue(value, name))} />
              <span className="truncate" title={name}>
                {name}
              </span>
              <span className="facet-line-count">{count === null ? '' : formatCountShort(count)}</span>
            </label>
          </li>
        ))}
        {suggestions.isPending ? (
          <li className="facet-line">
            <Skeleton />
          </li>
        ) : listed.length === 0 ? (
          <li className="facet-note">
            {suggestions.error !== null
              ? 'Suggestions cannot be read now'
              : typed === ''
                ? 'None in this range'
                : 'None matches; Enter filters by it anyway'}
          </li>
        ) : null}
      </ul>
    </form>
  );
}

function OptionChoice({ facet, value, onChange }: FacetProps<ChoiceFacet>) {
  const several = facet.several === true;
  const chosen = several ? splitValues(value) : [value];
  return (
    <ul className="facet-list">
      {facet.options.map((option) => (
        <li key={option}>
          <label className="facet-line">
            <input
              type="checkbox"
              checked={chosen.includes(option)}
              onChange={() => onChange(several ? toggleValue(value, option) : value === option ? undefined : option)}
            />
            <span>{choiceWords(option)}</span>
          </label>
        </li>
      ))}
    </ul>
  );
}

function LeastChoice({ facet, value, onChange }: FacetProps<LeastFacet>) {
  const [typed, setTyped] = useState('');
  const [refused, setRefused] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = readLeast(typed, facet.unit);
    setRefused(read === undefined);
    if (read !== undefined) onChange(read);
  };
  return (
    <form onSubmit={submit}>
      <ul className="facet-list">
        {facet.steps.map((step) => (
          <li key={step}>
            <label className="facet-line">
              <input type="checkbox" checked={value === step} onChange={() => onChange(value === step ? undefined : step)} />
              <span>at least {leastWords(step, facet.unit)}</span>
            </label>
          </li>
        ))}
      </ul>
      <input
        className="field facet-input"
        value={typed}
        placeholder={facet.unit === 'ms' ? 'at least … 1500, 1.5s, 2m' : 'at least … $0.25'}
        aria-label={`${facet.label} at least`}
        aria-invalid={refused}
        onChange={(event) => setTyped(event.target.value)}
      />
      {refused ? (
        <p className="facet-note worse" role="alert">
          {facet.unit === 'ms' ? 'Write milliseconds, or 1.5s, or 2m.' : 'Write dollars, such as 0.25.'}
        </p>
      ) : null}
    </form>
  );
}
