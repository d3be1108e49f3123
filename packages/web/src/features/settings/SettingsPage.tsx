import type { ReactNode } from 'react';
import { SETTINGS } from '../../shell/navigation.ts';
import { Page } from '../../shell/Page.tsx';
import { PageTabs } from '../../shell/PageTabs.tsx';
import { useShell } from '../../shell/shellContext.ts';
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
      <PageTabs label="Settings" pages={pages} keepsRange={false} wrap />
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
