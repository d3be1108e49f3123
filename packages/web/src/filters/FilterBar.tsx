import { Search, X } from 'lucide-react';
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useState } from 'react';
import { useSearchText, useSetSearchText } from '../routing/useSearchText.ts';
import { Button } from '../ui/Button.tsx';
import { Kbd } from '../ui/Kbd.tsx';
import { FacetChip } from './FacetChip.tsx';
import { describeFilter } from './filterWords.ts';
import { activeFilters, type Facet, type FilteredList, SEARCH_LENGTH_MAX } from './facets.ts';
import './filterBar.css';

const TYPING_PAUSE_MS = 300;

/** Search, facets, and what is filtered now. All of it stands in the URL. */
export function FilterBar({ list, searchBox }: { list: FilteredList; searchBox: RefObject<HTMLInputElement | null> }) {
  const search = useSearchText();
  const setSearch = useSetSearchText();
  const [more, setMore] = useState(false);
  const onSearch = useCallback((q: string | undefined) => setSearch({ q }), [setSearch]);
  const active = activeFilters(list, search);
  const names = Object.keys(active);
  const choices = list.facets.filter((facet): facet is Exclude<Facet, { kind: 'id' }> => facet.kind !== 'id');
  const shown = choices.filter((facet) => facet.primary || more || active[facet.name] !== undefined);
  return (
    <div className="filter-bar" role="search" aria-label={`Filter ${list.noun}s`}>
      <div className="filter-bar-line">
        {list.searched === undefined ? null : (
          <SearchBox noun={list.noun} searched={list.searched} box={searchBox} value={search.q ?? ''} onChange={onSearch} />
        )}
        {shown.map((facet) => (
          <FacetChip
            key={facet.name}
            list={list}
            facet={facet}
            value={active[facet.name]}
            onChange={(value) => setSearch({ [facet.name]: value }, { push: true })}
          />
        ))}
        {more || choices.every((facet) => facet.primary || active[facet.name] !== undefined) ? null : (
          <Button variant="ghost" onClick={() => setMore(true)}>
            More …
          </Button>
        )}
      </div>
      {names.length === 0 ? null : (
        <ul className="filter-bar-active" aria-label="Active filters">
          {names.map((name) => (
            <li key={name} className="filter-chip">
              <span className="truncate">{describeFilter(list, name, active[name] ?? '')}</span>
              <button
                type="button"
                aria-label={`Remove: ${describeFilter(list, name, active[name] ?? '')}`}
                onClick={() => setSearch({ [name]: undefined }, { push: true })}
              >
                <X aria-hidden="true" />
              </button>
            </li>
          ))}
          {names.length < 2 ? null : (
            <li>
              <Button variant="ghost" onClick={() => setSearch(Object.fromEntries(names.map((name) => [name, undefined])), { push: true })}>
                Clear all
              </Button>
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

/** Searches when the typing pauses. A search that comes from elsewhere (back, a removed chip) replaces what was typed. */
function SearchBox({
  noun,
  searched,
  box,
  value,
  onChange,
}: {
  noun: string;
  searched: string;
  box: RefObject<HTMLInputElement | null>;
  value: string;
  onChange: (text: string | undefined) => void;
}) {
  const [typed, setTyped] = useState(value);
  const [sent, setSent] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    if (value !== sent) {
      setTyped(value);
      setSent(value);
    }
  }
  const send = useCallback(
    (text: string) => {
      const wanted = text.trim() === '' ? '' : text;
      setSent(wanted);
      onChange(wanted === '' ? undefined : wanted);
    },
    [onChange],
  );
  useEffect(() => {
    if (typed === sent || (typed.trim() === '' && sent === '')) return;
    const timer = setTimeout(() => send(typed), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, sent, send]);
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') send(typed);
    if (event.key !== 'Escape') return;
    if (typed === '') event.currentTarget.blur();
    else send('');
    setTyped('');
  };
  return (
    <div className="search-box">
      <Search aria-hidden="true" />
      <input
        ref={box}
        type="search"
        className="field"
        value={typed}
        maxLength={SEARCH_LENGTH_MAX}
        placeholder={`Search ${searched}`}
        aria-label={`Search ${noun}s`}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <Kbd keys="/" />
    </div>
  );
}
