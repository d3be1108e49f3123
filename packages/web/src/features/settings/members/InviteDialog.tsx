import type { SentInvitation } from '@sightglass/contract/routes/invitations';
import type { Role } from '@sightglass/contract/routes/roles';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { invite, MEMBERS_KEY } from '../../../api/members.ts';
import { asProblem } from '../../../api/ProblemState.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { DialogActions } from '../../../ui/DialogActions.tsx';
import { TextField } from '../../../ui/TextField.tsx';
import { problemAt } from '../fieldErrors.ts';
import { RoleSelect } from './RoleSelect.tsx';
import { SentLink } from './SentLink.tsx';

/** Asks somebody to join, and says how the link got on its way. */
export function InviteDialog({ roles, onClose }: { roles: readonly Role[]; onClose: () => void }) {
  const client = useQueryClient();
  const send = useMutation({ mutationFn: invite, onSuccess: () => client.invalidateQueries({ queryKey: MEMBERS_KEY }) });
  return (
    <Dialog
      open
      // A link is shown once: only its own button closes it then.
      onOpenChange={(open) => (open || send.isPending || send.data !== undefined ? undefined : onClose())}
      title={send.data === undefined ? 'Invite somebody' : `Invited: ${send.data.email}`}
    >
      {send.data === undefined ? (
        <InviteForm roles={roles} busy={send.isPending} failure={send.error} onSend={(body) => send.mutate(body)} onClose={onClose} />
      ) : (
        <Sent invitation={send.data} onClose={onClose} />
      )}
    </Dialog>
  );
}

interface InviteFormProps {
  roles: readonly Role[];
  busy: boolean;
  failure: Error | null;
  onSend: (body: { email: string; role: string }) => void;
  onClose: () => void;
}

function InviteForm({ roles, busy, failure, onSend, onClose }: InviteFormProps) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState('viewer');
  const problem = failure === null ? undefined : asProblem(failure);
  const errors = problem?.errors ?? [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSend({ email, role });
  };
  return (
    <form className="dialog-body member-form" onSubmit={submit} noValidate>
      <TextField
        label="E-mail"
        type="email"
        placeholder="ada@example.com"
        value={email}
        problem={problemAt(errors, '/email')}
        hint="They get a link that works once, within 7 days. An open invitation of the same address ends."
        onChange={setEmail}
      />
      <RoleSelect roles={roles} value={role} problem={problemAt(errors, '/role')} onChange={setRole} />
      <DialogActions
        send="Invite"
        busy={busy}
        problem={problem === undefined ? undefined : `Nobody was invited: ${problem.message}`}
        onCancel={onClose}
      />
    </form>
  );
}

function Sent({ invitation, onClose }: { invitation: SentInvitation; onClose: () => void }) {
  return (
    <div className="dialog-body member-form" role="status">
      <SentLink invitation={invitation} />
      <div className="confirm-actions">
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </div>
  );
}
