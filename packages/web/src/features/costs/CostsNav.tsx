import { Link } from '@tanstack/react-router';
import { keepRange } from '../../time/keepRange.ts';
import '../../ui/tabs.css';
import './costsNav.css';

/** The pages about money, in their order. */
const PAGES: readonly { to: string; label: string }[] = [
  { to: '/costs', label: 'Explorer' },
  { to: '/costs/forecast', label: 'Forecast' },
  { to: '/costs/savings', label: 'Savings' },
  { to: '/prices', label: 'Prices' },
];

/** The way between the pages about money; each of them shows it as its first line. */
export function CostsNav() {
  return (
    <nav aria-label="Costs" className="costs-nav">
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
