import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { canFilterBy } from '../filters/facets.ts';
import type { SearchText } from '../routing/searchText.ts';
import { keepRange } from '../time/keepRange.ts';

interface TracesLinkProps {
  /** Filters of the trace list; what is null or cannot be filtered by makes it plain text. */
  filters: Readonly<Record<string, string | null>>;
  title: string;
  children: ReactNode;
  className?: string;
}

/** Filters of a page that the trace list has, too: what the page shows is what the traces show. */
const CARRIED = ['agent_id', 'model', 'provider', 'user_id', 'department', 'endpoint', 'environment'] as const;
const carried = (search: SearchText): SearchText =>
  Object.fromEntries(CARRIED.flatMap((name) => (search[name] === undefined ? [] : [[name, search[name]]])));

/** The way to the traces behind a row or a number, of the same range and filters. */
export function TracesLink({ filters, title, children, className = 'link truncate' }: TracesLinkProps) {
  const search: SearchText = {};
  for (const [name, value] of Object.entries(filters)) {
    if (value === null || !(name === 'q' ? value !== '' : canFilterBy(value))) return <span className="truncate">{children}</span>;
    search[name] = value;
  }
  return (
    <Link
      to="/traces"
      search={(current: SearchText) => ({ ...keepRange(current), ...carried(current), ...search })}
      className={className}
      title={title}
    >
      {children}
    </Link>
  );
}
