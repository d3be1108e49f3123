import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../../shell/Page.tsx';
import { SETTINGS } from '../../shell/navigation.ts';
import { useShell } from '../../shell/shellContext.ts';
import '../../ui/tabs.css';
import './settingsPage.css';

interface SettingsPageProps {
  title: string;
  /** False: whoever may not change settings is not told so, because the page is about something else. */
  readOnlyNote?: boolean;
  children: ReactNode;
}

/** One page of settings, with the way to the others. */
export function SettingsPage({ title, readOnlyNote = true, children }: SettingsPageProps) {
  const mayChange = useMayChange();
  const { permissions } = useShell().me;
  const pages = SETTINGS.filter(({ needs }) => needs === undefined || permissions.includes(needs));
  return (
    <Page title={`${title} · Settings`} heading="Settings">
      <nav aria-label="Settings" className="settings-nav">
        {pages.map(({ to, label }) => (
          <Link
            key={to}
            to={to}
            className="tabs-tab"
            activeProps={{ 'aria-current': 'page', 'data-active': '' }}
            activeOptions={{ exact: true, includeSearch: false }}
          >
            {label}
          </Link>
        ))}
      </nav>
      {mayChange || !readOnlyNote ? null : (
        <p className="settings-read-only" role="note">
          You see what holds. Only admins of the workspace may change it.
        </p>
      )}
      {children}
    </Page>
  );
}

/** Whether whoever looks may change settings. */
export function useMayChange(): boolean {
  return useShell().me.permissions.includes('settings.write');
}
