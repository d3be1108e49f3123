import { PERMISSION_NAMES, PERMISSIONS } from '@sightglass/contract/permissions';
import type { Role } from '@sightglass/contract/routes/roles';
import { Check, Ellipsis, Minus, Pencil, Trash2 } from 'lucide-react';
import { IconButton } from '../../../ui/Button.tsx';
import { Menu, MenuItem } from '../../../ui/Menu.tsx';

interface RoleMatrixProps {
  roles: readonly Role[];
  /** Undefined: whoever looks may not change roles. A reason why not stands in its place. */
  whyNot: ((role: Role) => string | undefined) | undefined;
  onEdit: (role: Role) => void;
  onDelete: (role: Role) => void;
}

/** What each role may do: a permission a row, a role a column. */
export function RoleMatrix({ roles, whyNot, onEdit, onDelete }: RoleMatrixProps) {
  return (
    <div className="table-scroll">
      <table className="table role-matrix">
        <thead>
          <tr>
            <th scope="col">It may</th>
            {roles.map((role) => (
              <th key={role.id} scope="col">
                <span className="role-head">
                  <span className="role-title">
                    <span className="truncate" title={role.description === '' ? role.name : `${role.name}: ${role.description}`}>
                      {role.name}
                    </span>
                    <span className="role-holders">
                      {role.members} {role.members === 1 ? 'member' : 'members'}
                    </span>
                  </span>
                  {role.built_in || whyNot === undefined ? null : <RoleMenu role={role} why={whyNot(role)} onEdit={onEdit} onDelete={onDelete} />}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {PERMISSION_NAMES.map((permission) => (
            <tr key={permission}>
              <th scope="row">
                {PERMISSIONS[permission].about}
                <code>{permission}</code>
              </th>
              {roles.map((role) => (
                <td key={role.id}>{role.permissions.includes(permission) ? <Yes /> : <No />}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const Yes = () => (
  <span className="role-yes">
    <Check aria-hidden="true" />
    <span className="visually-hidden">yes</span>
  </span>
);
const No = () => (
  <span className="role-no">
    <Minus aria-hidden="true" />
    <span className="visually-hidden">no</span>
  </span>
);

function RoleMenu({ role, why, onEdit, onDelete }: { role: Role; why: string | undefined } & Pick<RoleMatrixProps, 'onEdit' | 'onDelete'>) {
  const held = role.members > 0;
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label={`What to do with the role ${role.name}`}>
          <Ellipsis aria-hidden="true" />
        </IconButton>
      }
    >
      <MenuItem icon={<Pencil aria-hidden="true" />} disabled={why !== undefined} onSelect={() => onEdit(role)}>
        Change
      </MenuItem>
      <MenuItem icon={<Trash2 aria-hidden="true" />} disabled={why !== undefined || held} onSelect={() => onDelete(role)}>
        Delete
      </MenuItem>
      {why !== undefined || held ? <div className="menu-label member-why">{why ?? 'Members hold it: give them another role first'}.</div> : null}
    </Menu>
  );
}
