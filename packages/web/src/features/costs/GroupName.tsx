import { Link } from '@tanstack/react-router';
import { ArrowUpRight } from 'lucide-react';
import { canFilterBy } from '../../filters/facets.ts';
import { useSetSearchText } from '../../routing/useSearchText.ts';
import type { SearchText } from '../../routing/searchText.ts';
import { keepRange } from '../../time/keepRange.ts';
import { type Dimension, isUnknownToTraces, labelOf } from './costDimensions.ts';
import { NONE } from './readCosts.ts';

/** A value of a dimension: a click shows only its calls. */
export function GroupName({ dimension, value }: { dimension: Dimension; value: string | null }) {
  const setSearch = useSetSearchText();
  const label = labelOf(dimension).toLowerCase();
  if (value === null) {
    return (
      <span className="dim" title={`These calls name no ${label}`}>
        {NONE}
      </span>
    );
  }
  if (!canFilterBy(value)) {
    return (
      <span className="truncate" title={value}>
        {value}
      </span>
    );
  }
  return (
    <button
      type="button"
      className="costs-name link truncate"
      title={`${value}: show only this ${label}`}
      onClick={() => setSearch({ [dimension]: value }, { push: true })}
    >
      {value}
    </button>
  );
}

/** The way to the traces in which a group's calls are; none where the trace list cannot be narrowed to them. */
export function TracesLink({
  dimensions,
  groups,
  active,
}: {
  dimensions: readonly Dimension[];
  groups: readonly (string | null)[];
  active: Readonly<Record<string, string>>;
}) {
  const filters = tracesFilters(dimensions, groups, active);
  if (filters === null) return null;
  const name = groups.length === 0 ? 'everything here' : groups.join(', ');
  return (
    <Link
      to="/traces"
      search={(search) => ({ ...keepRange(search), ...filters, sort: '-cost' })}
      className="link costs-traces-link"
      aria-label={`Traces of ${name}`}
      title={`Traces of ${name}`}
    >
      Traces
      <ArrowUpRight aria-hidden="true" />
    </Link>
  );
}

function tracesFilters(
  dimensions: readonly Dimension[],
  groups: readonly (string | null)[],
  active: Readonly<Record<string, string>>,
): SearchText | null {
  const filters: SearchText = { ...active };
  for (const [index, dimension] of dimensions.entries()) {
    const value = groups[index] ?? null;
    if (value === null || !canFilterBy(value)) return null;
    filters[dimension] = value;
  }
  return Object.keys(filters).some(isUnknownToTraces) ? null : filters;
}
