import { PageTabs } from '../../shell/PageTabs.tsx';

/** The pages about services, in their order. */
const PAGES: readonly { to: string; label: string }[] = [
  { to: '/requests', label: 'Requests' },
  { to: '/requests/caches', label: 'Caches' },
  { to: '/requests/system', label: 'System' },
];

/** The way between what services tell of themselves; each of the pages shows it as its first line. */
export function RequestsNav() {
  return <PageTabs label="Services" pages={PAGES} />;
}
