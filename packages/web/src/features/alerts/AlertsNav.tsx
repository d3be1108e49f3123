import { PageTabs } from '../../shell/PageTabs.tsx';

/** The pages about alerts, in their order. */
const PAGES: readonly { to: string; label: string }[] = [
  { to: '/alerts', label: 'Alerts' },
  { to: '/alerts/rules', label: 'Rules' },
  { to: '/alerts/anomalies', label: 'Anomalies' },
  { to: '/alerts/silences', label: 'Silences' },
  { to: '/alerts/channels', label: 'Channels' },
];

/** The way between the pages about alerts; each of them shows it as its first line. */
export function AlertsNav() {
  return <PageTabs label="Alerts" pages={PAGES} />;
}
