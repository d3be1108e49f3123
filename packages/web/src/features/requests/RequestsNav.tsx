import { Link } from '@tanstack/react-router';
import { keepRange } from '../../time/keepRange.ts';
import '../../ui/tabs.css';
import '../costs/costsNav.css';

/** The pages about services, in their order. */
const PAGES: readonly { to: string; label: string }[] = [
  { to: '/requests', label: 'Requests' },
  { to: '/requests/caches', label: 'Caches' },
  { to: '/requests/system', label: 'System' },
];

/** The way between what services tell of themselves; each of the pages shows it as its first line. */
export function RequestsNav() {
  return (
    <nav aria-label="Services" className="costs-nav">
      {PAGES.map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          search={keepRange}
          className="tabs-tab"
          activeProps={{ 'aria-current': 'page', 'data-active': '' }}
          activeOptions={{ exact: true, includeSearch: false }}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
