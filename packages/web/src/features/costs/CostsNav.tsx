import { PageTabs } from '../../shell/PageTabs.tsx';

/** The pages about money, in their order. */
const PAGES: readonly { to: string; label: string }[] = [
  { to: '/costs', label: 'Explorer' },
  { to: '/costs/forecast', label: 'Forecast' },
  { to: '/costs/savings', label: 'Savings' },
  { to: '/prices', label: 'Prices' },
];

/** The way between the pages about money; each of them shows it as its first line. */
export function CostsNav() {
  return <PageTabs label="Costs" pages={PAGES} />;
}
