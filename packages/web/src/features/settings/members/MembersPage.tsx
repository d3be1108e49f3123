import type { SentInvitation } from '@sightglass/contract/routes/invitations';
import type { Member } from '@sightglass/contract/routes/members';
import { useQuery } from '@tanstack/react-query';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { invitationsQuery, membersQuery, rolesQuery } from '../../../api/members.ts';
import { ProblemState } from '../../../api/ProblemState.tsx';
import { useShell } from '../../../shell/shellContext.ts';
import { Button } from '../../../ui/Button.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { SaidLine } from '../../../ui/SaidLine.tsx';
import { EmptyState } from '../../../ui/StateMessage.tsx';
import { SettingsPage } from '../SettingsPage.tsx';
import { ChangeRole } from './ChangeRole.tsx';
import { InvitationTable } from './InvitationTable.tsx';
import { InviteDialog } from './InviteDialog.tsx';
import { MemberTable } from './MemberTable.tsx';
import { whyNot } from './mayHandle.ts';
import { RemoveMember } from './RemoveMember.tsx';
import { SentLink } from './SentLink.tsx';
import '../../../ui/narrowCards.css';
import '../../../ui/table.css';
import '../../../ui/field.css';
import '../../../ui/confirmDialog.css';
import './members.css';

type Asked = { what: 'invite' } | { what: 'change' | 'remove'; member: Member } | { what: 'sent'; invitation: SentInvitation };

/** Who is in the workspace, and who is asked to join. */
export function MembersPage() {
  const { me } = useShell();
  const mayManage = me.permissions.includes('members.manage');
  const members = useQuery(membersQuery);
  const roles = useQuery(rolesQuery);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [said, setSaid] = useState('');
  const ask = (next: Asked) => {
    setSaid('');
    setAsked(next);
  };
  const close = () => setAsked(null);
  const ownId = me.user?.id;
  const known = roles.data ?? [];
  const failure = members.error ?? roles.error;
  const inviteButton = (
    <Button variant="primary" disabled={roles.data === undefined} onClick={() => ask({ what: 'invite' })}>
      <UserPlus aria-hidden="true" />
      Invite
    </Button>
  );
  return (
    <SettingsPage title="Members" readOnlyNote={false}>
      <div className="settings members">
        <SaidLine said={said} />
        <Panel
          title="Members"
          note={members.data === undefined ? undefined : `${members.data.length}, newest first`}
          end={mayManage ? inviteButton : undefined}
        >
          {failure !== null && members.data === undefined ? (
            <ProblemState
              error={failure}
              what="The members could not be read"
              onRetry={() => void Promise.all([members.refetch(), roles.refetch()])}
            />
          ) : (
            <MemberTable
              members={members.data}
              ownId={ownId}
              mayManage={mayManage && roles.data !== undefined}
              whyNot={(member) => whyNot(member, members.data ?? [], known, { userId: ownId, permissions: me.permissions })}
              onChange={(member) => ask({ what: 'change', member })}
              onRemove={(member) => ask({ what: 'remove', member })}
            />
          )}
        </Panel>
        {mayManage ? (
          <Invitations onSent={(invitation) => ask({ what: 'sent', invitation })} onRevoked={setSaid} />
        ) : (
          <p className="dim">Owners and admins of the workspace invite and remove members, and change their roles.</p>
        )}
        {asked?.what === 'invite' ? <InviteDialog roles={known} onClose={close} /> : null}
        {asked?.what === 'sent' ? (
          <Dialog open onOpenChange={(open) => (open ? undefined : close())} title={`Sent again: ${asked.invitation.email}`}>
            <div className="dialog-body member-form" role="status">
              <SentLink invitation={asked.invitation} />
            </div>
          </Dialog>
        ) : null}
        {asked?.what === 'change' ? (
          <ChangeRole member={asked.member} own={asked.member.user_id === ownId} roles={known} onChanged={setSaid} onClose={close} />
        ) : null}
        {asked?.what === 'remove' ? (
          <RemoveMember member={asked.member} own={asked.member.user_id === ownId} onRemoved={setSaid} onClose={close} />
        ) : null}
      </div>
    </SettingsPage>
  );
}

function Invitations({ onSent, onRevoked }: { onSent: (invitation: SentInvitation) => void; onRevoked: (words: string) => void }) {
  const query = useQuery(invitationsQuery);
  const waiting = query.data?.filter(({ status }) => status === 'open' || status === 'expired');
  return (
    <Panel title="Invitations" note="not accepted yet">
      {query.error !== null && query.data === undefined ? (
        <ProblemState error={query.error} what="The invitations could not be read" onRetry={() => void query.refetch()} />
      ) : waiting === undefined ? null : waiting.length === 0 ? (
        <EmptyState title="Nobody is invited at the moment">Whoever you invite stands here until they accept.</EmptyState>
      ) : (
        <InvitationTable invitations={waiting} onSent={onSent} onRevoked={onRevoked} />
      )}
    </Panel>
  );
}
