import type { Role } from '@sightglass/contract/routes/roles';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { deleteRole, rolesQuery } from '../../../api/members.ts';
import { useShell } from '../../../shell/shellContext.ts';
import { Button } from '../../../ui/Button.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { SaidLine } from '../../../ui/SaidLine.tsx';
import { ConfirmDeletion } from '../members/ConfirmDeletion.tsx';
import { covers } from '../members/mayHandle.ts';
import { SettingLoader } from '../SettingLoader.tsx';
import { SettingsPage } from '../SettingsPage.tsx';
import { EditRole } from './EditRole.tsx';
import { RoleMatrix } from './RoleMatrix.tsx';
import '../../../ui/table.css';
import '../../../ui/field.css';
import '../members/members.css';
import './roles.css';

type Asked = { what: 'create' } | { what: 'edit' | 'delete'; role: Role };

/** The roles of the workspace, and what each may do. */
export function RolesPage() {
  const { permissions } = useShell().me;
  const mayManage = permissions.includes('members.manage');
  const query = useQuery(rolesQuery);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [said, setSaid] = useState('');
  const ask = (next: Asked) => {
    setSaid('');
    setAsked(next);
  };
  const close = () => setAsked(null);
  const create = (
    <Button variant="primary" onClick={() => ask({ what: 'create' })}>
      <Plus aria-hidden="true" />
      Create a role
    </Button>
  );
  return (
    <SettingsPage title="Roles" readOnlyNote={false}>
      <SettingLoader query={query} what="The roles">
        {(roles) => (
          <div className="settings members">
            <SaidLine said={said} />
            <Panel title="Roles" note="what each of them may do" end={mayManage ? create : undefined}>
              <RoleMatrix
                roles={roles}
                whyNot={mayManage ? (role) => (covers(permissions, role) ? undefined : 'It may do more than you may') : undefined}
                onEdit={(role) => ask({ what: 'edit', role })}
                onDelete={(role) => ask({ what: 'delete', role })}
              />
            </Panel>
            {roles.some(({ built_in }) => !built_in) ? null : (
              <p className="dim">
                {mayManage
                  ? 'The five built-in roles stay as they are. Create one of your own where none of them fits.'
                  : 'The workspace has the five built-in roles. Owners and admins can create others.'}
              </p>
            )}
          </div>
        )}
      </SettingLoader>
      {asked?.what === 'create' ? <EditRole before={null} onSaved={setSaid} onClose={close} /> : null}
      {asked?.what === 'edit' ? <EditRole before={asked.role} onSaved={setSaid} onClose={close} /> : null}
      {asked?.what === 'delete' ? (
        <ConfirmDeletion
          title={`Delete the role “${asked.role.name}”?`}
          remove={() => deleteRole(asked.role.id)}
          onDeleted={() => setSaid(`The role “${asked.role.name}” was deleted.`)}
          onClose={close}
        >
          <p>Nobody holds it. It cannot be brought back, only made anew.</p>
        </ConfirmDeletion>
      ) : null}
    </SettingsPage>
  );
}
