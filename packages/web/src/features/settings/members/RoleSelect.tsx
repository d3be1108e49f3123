import type { Role } from '@sightglass/contract/routes/roles';
import { useId } from 'react';
import { useShell } from '../../../shell/shellContext.ts';
import { FieldText } from '../../../ui/TextField.tsx';
import { covers } from './mayHandle.ts';

interface RoleSelectProps {
  roles: readonly Role[];
  value: string;
  problem?: string | undefined;
  onChange: (role: string) => void;
}

/** One role of those that there are; what one may not give cannot be chosen. */
export function RoleSelect({ roles, value, problem, onChange }: RoleSelectProps) {
  const id = useId();
  const { permissions } = useShell().me;
  const chosen = roles.find((role) => role.id === value);
  return (
    <div className="text-field">
      <label htmlFor={id}>Role</label>
      <select id={id} className="field" value={value} aria-describedby={`${id}-text`} onChange={(event) => onChange(event.target.value)}>
        {roles.map((role) => (
          <option key={role.id} value={role.id} disabled={!covers(permissions, role)}>
            {role.name}
            {covers(permissions, role) ? '' : ' (may do more than you)'}
          </option>
        ))}
      </select>
      <FieldText id={`${id}-text`} hint={chosen?.description} problem={problem} />
    </div>
  );
}
