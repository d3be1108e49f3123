import { ChevronDown, ChevronUp, Search } from 'lucide-react';
import { type KeyboardEvent, type RefObject } from 'react';
import { IconButton } from '../../../ui/Button.tsx';
import './traceSearch.css';

interface TraceSearchProps {
  inputRef: RefObject<HTMLInputElement | null>;
  query: string;
  matchCount: number;
  /** Which match the cursor is at, from 0; null when at none. */
  matchIndex: number | null;
  onQueryChange: (query: string) => void;
  onStep: (step: 1 | -1) => void;
  onDone: () => void;
}

/** Finds spans of this trace by name, model, tool, message or id. */
export function TraceSearch({ inputRef, query, matchCount, matchIndex, onQueryChange, onStep, onDone }: TraceSearchProps) {
  const searching = query.trim() !== '';
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') {
      event.preventDefault();
      onDone();
    }
  };
  return (
    <search className="trace-search">
      <Search aria-hidden="true" />
      <input
        ref={inputRef}
        className="field"
        placeholder="Find in trace"
        aria-label="Find spans by name, model, tool or message"
        value={query}
        onChange={(event) => onQueryChange(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {searching ? (
        <>
          <span className="trace-search-count" role="status">
            {matchCount === 0 ? 'none' : `${matchIndex === null ? '–' : matchIndex + 1} of ${matchCount}`}
          </span>
          <IconButton label="Previous match" keys="N" disabled={matchCount === 0} onClick={() => onStep(-1)}>
            <ChevronUp aria-hidden="true" />
          </IconButton>
          <IconButton label="Next match" keys="n" disabled={matchCount === 0} onClick={() => onStep(1)}>
            <ChevronDown aria-hidden="true" />
          </IconButton>
        </>
      ) : null}
    </search>
  );
}
