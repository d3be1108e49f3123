import { useQuery } from '@tanstack/react-query';
import { workspaceQuery } from '../../../api/workspaces.ts';
import { useShell } from '../../../shell/shellContext.ts';
import { SettingLoader } from '../SettingLoader.tsx';
import { SettingsPage } from '../SettingsPage.tsx';
import { DeletePanel } from './DeletePanel.tsx';
import { WorkspaceForm } from './WorkspaceForm.tsx';
import '../../../ui/field.css';
import '../../../ui/confirmDialog.css';
import './workspace.css';

/** What the workspace is called, by which clock it lives, its plan, and its end. */
export function WorkspacePage() {
  const { me } = useShell();
  const query = useQuery(workspaceQuery(me.workspace.slug));
  return (
    <SettingsPage title="Workspace" readOnlyNote={false}>
      <SettingLoader query={query} what="The workspace">
        {(workspace) => (
          <div className="settings">
            <WorkspaceForm key={workspace.id} workspace={workspace} />
            <DeletePanel workspace={workspace} />
          </div>
        )}
      </SettingLoader>
    </SettingsPage>
  );
}
