import type { Member } from '@sightglass/contract/routes/members';
import type { Role } from '@sightglass/contract/routes/roles';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ME_KEY } from '../../../api/me.ts';
import { changeMember, MEMBERS_KEY } from '../../../api/members.ts';
import { asProblem } from '../../../api/ProblemState.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { DialogActions } from '../../../ui/DialogActions.tsx';
import { problemAt } from '../fieldErrors.ts';
import { RoleSelect } from './RoleSelect.tsx';

interface ChangeRoleProps {
  member: Member;
  own: boolean;
  roles: readonly Role[];
  onChanged: (words: string) => void;
  onClose: () => void;
}

/** Another role for a member. */
export function ChangeRole({ member, own, roles, onChanged, onClose }: ChangeRoleProps) {
  const client = useQueryClient();
  const [role, setRole] = useState(member.role);
  const change = useMutation({
    mutationFn: () => changeMember(member.user_id, role),
    onSuccess: async (after) => {
      onChanged(`${after.name} has the role ${after.role_name} now. It holds within a second.`);
      await client.invalidateQueries({ queryKey: MEMBERS_KEY });
      if (own) await client.invalidateQueries({ queryKey: ME_KEY });
      onClose();
    },
  });
  const problem = change.error === null ? undefined : asProblem(change.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Dialog open onOpenChange={(open) => (open || change.isPending ? undefined : onClose())} title={`The role of ${member.name}`}>
      <form className="dialog-body member-form" onSubmit={submit} noValidate>
        <RoleSelect roles={roles} value={role} problem={problemAt(problem?.errors ?? [], '/role')} onChange={setRole} />
        {own ? <p className="dim">This is your own role: what it does not allow you cannot take back yourself.</p> : null}
        <DialogActions
          send="Change"
          busy={change.isPending}
          disabled={role === member.role}
          problem={problem === undefined ? undefined : `Not changed: ${problem.message}`}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}
