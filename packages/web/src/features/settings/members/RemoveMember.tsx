import type { Member } from '@sightglass/contract/routes/members';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { leaveWorkspace, MEMBERS_KEY, removeMember } from '../../../api/members.ts';
import { asProblem } from '../../../api/ProblemState.tsx';
import { useShell } from '../../../shell/shellContext.ts';
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx';

interface RemoveMemberProps {
  member: Member;
  own: boolean;
  onRemoved: (words: string) => void;
  onClose: () => void;
}

/** Asks before somebody is out, or oneself. */
export function RemoveMember({ member, own, onRemoved, onClose }: RemoveMemberProps) {
  const client = useQueryClient();
  const { workspace } = useShell().me;
  const remove = useMutation({
    mutationFn: () => (own ? leaveWorkspace() : removeMember(member.user_id)),
    onSuccess: async () => {
      // Nothing of this page may be seen any more.
      if (own) return location.assign('/');
      onRemoved(`${member.name} was removed. Their access ends within a second.`);
      await client.invalidateQueries({ queryKey: MEMBERS_KEY });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open
      title={own ? `Leave ${workspace.name}?` : `Remove ${member.name}?`}
      confirm={remove.isPending ? 'Waiting …' : own ? 'Leave' : 'Remove'}
      variant="danger"
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
      onCancel={onClose}
    >
      {own ? (
        <p>You lose access within a second, and come back only when somebody invites you again.</p>
      ) : (
        <p>
          {member.email} loses access within a second, and the places in teams. Keys that they made belong to the workspace and go on working: look
          through them.
        </p>
      )}
      <p>What is removed stands in the audit log.</p>
      {remove.error === null ? null : (
        <p className="worse" role="alert">
          {own ? 'You are still in' : 'Not removed'}: {asProblem(remove.error).message}
        </p>
      )}
    </ConfirmDialog>
  );
}
