import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { profileQuery } from '../../../api/profile.ts';
import { useShell } from '../../../shell/shellContext.ts';
import { SaidLine } from '../../../ui/SaidLine.tsx';
import { EmptyState } from '../../../ui/StateMessage.tsx';
import { SettingLoader } from '../SettingLoader.tsx';
import { SettingsPage } from '../SettingsPage.tsx';
import { AccountPanel } from './AccountPanel.tsx';
import { MembershipPanel } from './MembershipPanel.tsx';
import { PasswordPanel } from './PasswordPanel.tsx';
import { SessionsPanel } from './SessionsPanel.tsx';
import { TwoFactorPanel } from './TwoFactorPanel.tsx';
import '../../../ui/narrowCards.css';
import '../../../ui/table.css';
import '../../../ui/field.css';
import '../../../ui/confirmDialog.css';
import './profile.css';

/** The own account, in whatever workspace. */
export function ProfilePage() {
  const { me } = useShell();
  return (
    <SettingsPage title="Profile" readOnlyNote={false}>
      {me.user === null ? (
        <EmptyState title="A key has no profile">Sign in as a person to see your own account.</EmptyState>
      ) : (
        <OwnProfile ownWorkspaceId={me.workspace.id} />
      )}
    </SettingsPage>
  );
}

function OwnProfile({ ownWorkspaceId }: { ownWorkspaceId: string }) {
  const query = useQuery(profileQuery);
  const [said, setSaid] = useState('');
  return (
    <SettingLoader query={query} what="Your profile">
      {(profile) => (
        <div className="settings profile">
          <SaidLine said={said} />
          <AccountPanel profile={profile} onSaid={setSaid} />
          <PasswordPanel profile={profile} onSaid={setSaid} />
          <TwoFactorPanel profile={profile} onSaid={setSaid} />
          <SessionsPanel onSaid={setSaid} />
          <MembershipPanel profile={profile} ownWorkspaceId={ownWorkspaceId} />
        </div>
      )}
    </SettingLoader>
  );
}
