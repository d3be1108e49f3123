import { useState } from 'react';
import { useShell } from '../../../shell/shellContext.ts';
import { SaidLine } from '../../../ui/SaidLine.tsx';
import { EmptyState } from '../../../ui/StateMessage.tsx';
import { SettingsPage } from '../SettingsPage.tsx';
import { MethodsPanel } from './MethodsPanel.tsx';
import { PeoplePanel } from './PeoplePanel.tsx';
import { ProvidersPanel } from './ProvidersPanel.tsx';
import '../../../ui/narrowCards.css';
import '../../../ui/table.css';
import '../../../ui/field.css';
import '../../../ui/confirmDialog.css';
import './signInMethods.css';

/** How people sign in to the whole instance, and who they are. */
export function SignInMethodsPage() {
  const { permissions } = useShell().me;
  const [said, setSaid] = useState('');
  return (
    <SettingsPage title="Sign-in methods" readOnlyNote={false}>
      {permissions.includes('instance.manage') ? (
        <div className="settings sign-in-methods">
          <SaidLine said={said} />
          <MethodsPanel />
          <ProvidersPanel onSaid={setSaid} />
          <PeoplePanel onSaid={setSaid} />
        </div>
      ) : (
        <EmptyState title="You may not see how people sign in">It is the same for the whole instance, and in the hands of its owners.</EmptyState>
      )}
    </SettingsPage>
  );
}
