import type { Workspace } from '@sightglass/contract/routes/workspaces';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useShell } from '../../../shell/shellContext.ts';
import { Button } from '../../../ui/Button.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { DeleteDialog } from './DeleteDialog.tsx';

/** The end of the workspace, for who may bring it about. */
export function DeletePanel({ workspace }: { workspace: Workspace }) {
  const { permissions } = useShell().me;
  const mayDelete = permissions.includes('workspace.delete') || permissions.includes('instance.manage');
  const [asked, setAsked] = useState(false);
  return (
    <Panel title="Delete the workspace" className="workspace-danger">
      <div className="setting-body">
        <p className="setting-text">
          Everything that it holds is deleted for good. Nobody can use it from the moment it begins, and nothing can be brought back.
        </p>
        <div className="workspace-actions">
          {mayDelete ? null : <p className="setting-change">Only an owner of the workspace may delete it.</p>}
          <Button variant="danger" disabled={!mayDelete} onClick={() => setAsked(true)}>
            <Trash2 aria-hidden="true" />
            Delete …
          </Button>
        </div>
      </div>
      {asked ? <DeleteDialog workspace={workspace} onClose={() => setAsked(false)} /> : null}
    </Panel>
  );
}
