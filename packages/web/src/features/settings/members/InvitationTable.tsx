import type { Invitation, SentInvitation } from '@sightglass/contract/routes/invitations';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ban, Send } from 'lucide-react';
import { MEMBERS_KEY, resendInvitation, revokeInvitation } from '../../../api/members.ts';
import { asProblem } from '../../../api/ProblemState.tsx';
import { RelativeTime } from '../../../time/RelativeTime.tsx';
import { Button } from '../../../ui/Button.tsx';
import { TableHead, unseen } from '../../../ui/TableHead.tsx';
import { Tag } from '../../../ui/Tag.tsx';
import { Who } from '../LastChange.tsx';

interface InvitationTableProps {
  /** Those that are open or too old. */
  invitations: readonly Invitation[];
  onSent: (invitation: SentInvitation) => void;
  onRevoked: (words: string) => void;
}

/** Invitations that nobody has accepted yet. */
export function InvitationTable({ invitations, onSent, onRevoked }: InvitationTableProps) {
  return (
    <div className="narrow-scroll">
      <table className="table narrow-cards">
        <TableHead columns={['E-mail', 'State', 'Role', 'Invited', 'Ends', unseen('Actions')]} />
        <tbody>
          {invitations.map((invitation) => (
            <InvitationRow key={invitation.id} invitation={invitation} onSent={onSent} onRevoked={onRevoked} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function InvitationRow({ invitation, onSent, onRevoked }: { invitation: Invitation } & Omit<InvitationTableProps, 'invitations'>) {
  const client = useQueryClient();
  const reload = () => client.invalidateQueries({ queryKey: MEMBERS_KEY });
  const resend = useMutation({
    mutationFn: () => resendInvitation(invitation.id),
    onSuccess: async (sent) => {
      onSent(sent);
      await reload();
    },
  });
  const revoke = useMutation({
    mutationFn: () => revokeInvitation(invitation.id),
    onSuccess: async () => {
      onRevoked(`The invitation of ${invitation.email} was revoked. Its link no longer works.`);
      await reload();
    },
  });
  const busy = resend.isPending || revoke.isPending;
  const failure = resend.error ?? revoke.error;
  return (
    <tr>
      <th scope="row" className="member-name">
        <span className="truncate" title={invitation.email}>
          {invitation.email}
        </span>
        {failure === null ? null : (
          <span className="worse" role="alert">
            {asProblem(failure).message}
          </span>
        )}
      </th>
      <td data-label="State">
        <Tag tone={invitation.status === 'open' ? 'info' : 'warn'}>{invitation.status}</Tag>
      </td>
      <td data-label="Role">{invitation.role_name}</td>
      <td data-label="Invited">
        <span>
          <RelativeTime time={invitation.created_at} />
          {invitation.created_by === null ? null : (
            <>
              {' by '}
              <Who id={invitation.created_by} />
            </>
          )}
        </span>
      </td>
      <td data-label="Ends">
        <RelativeTime time={invitation.expires_at} />
      </td>
      <td className="narrow-whole invitation-actions">
        <Button disabled={busy} onClick={() => resend.mutate()}>
          <Send aria-hidden="true" />
          {resend.isPending ? 'Sending …' : 'Send again'}
        </Button>
        <Button disabled={busy} onClick={() => revoke.mutate()}>
          <Ban aria-hidden="true" />
          {revoke.isPending ? 'Revoking …' : 'Revoke'}
        </Button>
      </td>
    </tr>
  );
}
