import { Link } from '@tanstack/react-router';
import { keepRange } from '../time/keepRange.ts';
import '../ui/tabs.css';
import './pageTabs.css';

interface PageTabsProps {
  /** What the pages are about, read aloud. */
  label: string;
  pages: readonly { to: string; label: string }[];
  /** False: pages that have no time range. */
  keepsRange?: boolean;
  /** Many pages stand in several lines instead of one that scrolls. */
  wrap?: boolean;
}

/** The way between pages that belong together; each of them shows it as its first line. */
export function PageTabs({ label, pages, keepsRange = true, wrap = false }: PageTabsProps) {
  return (
    <nav aria-label={label} className={wrap ? 'page-tabs page-tabs-wrap' : 'page-tabs'}>
      {pages.map(({ to, label: name }) => (
        <Link
          key={to}
          to={to}
          {...(keepsRange ? { search: keepRange } : {})}
          className="tabs-tab"
          activeProps={{ 'aria-current': 'page', 'data-active': '' }}
          activeOptions={{ exact: true, includeSearch: false }}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
