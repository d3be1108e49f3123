import type { QuerySource } from '@sightglass/contract/querySpec';
import { type ReactNode, useMemo, useRef } from 'react';
import { askCatalogue, numberOf, type QueryRow } from '../api/metrics.ts';
import { activeFilters, type FilteredList } from '../filters/facets.ts';
import { FilterBar } from '../filters/FilterBar.tsx';
import { TooNarrow } from '../filters/TooNarrow.tsx';
import { useSearchText } from '../routing/useSearchText.ts';
import { Page } from '../shell/Page.tsx';
import { useTimeRange } from '../time/useTimeRange.ts';
import { filtersOf } from './measureFilters.ts';
import { useMeasures } from './useMeasures.ts';
import './measureTable.css';

interface MeasuresPageProps {
  title: string;
  /** The way to its neighbours, as the first line. */
  nav?: ReactNode;
  list: FilteredList;
  /** What tells whether there is anything to show: up to twenty measures of one source. */
  presence: { source: QuerySource; measures: string[] };
  /** What to send to fill the page. */
  nothing: ReactNode;
  children: ReactNode;
}

/** A page about one kind of measures: range and filters, and what is in them, or how to fill it. */
export function MeasuresPage({ title, nav, list, presence, nothing, children }: MeasuresPageProps) {
  const search = useSearchText();
  const { range } = useTimeRange();
  const searchBox = useRef<HTMLInputElement>(null);
  const active = activeFilters(list, search);
  const filters = useMemo(() => filtersOf(list, search), [list, search]);
  const found = useMeasures({ ...presence, filters });
  const row = found.data?.rows[0];
  const isEmpty = row !== undefined && !found.isPlaceholderData && !saysAnything(row, presence.measures);
  const isNarrowed = Object.keys(active).length > 0;
  const exists = async ({ from = '', to = '', ...others }: Readonly<Record<string, string>>, signal: AbortSignal) => {
    const { rows } = await askCatalogue({ ...presence, filters: filtersOf(list, others), from, to }, signal);
    return rows[0] !== undefined && saysAnything(rows[0], presence.measures);
  };
  return (
    <Page title={title} timed>
      {nav}
      {isEmpty && !isNarrowed ? null : (
        <div className="measures-filters">
          <FilterBar list={list} searchBox={searchBox} />
        </div>
      )}
      {isEmpty ? (
        isNarrowed ? (
          <TooNarrow list={list} filters={active} range={range} exists={exists} />
        ) : (
          nothing
        )
      ) : (
        <div className="measures">{children}</div>
      )}
    </Page>
  );
}

/** A count of nothing is 0, what nobody told is null: neither is something to show. */
const saysAnything = (row: QueryRow, measures: readonly string[]) => measures.some((measure) => (numberOf(row, measure) ?? 0) !== 0);
