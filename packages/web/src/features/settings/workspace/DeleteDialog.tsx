import type { Workspace, WorkspaceDeletion } from '@sightglass/contract/routes/workspaces';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { asProblem } from '../../../api/ProblemState.tsx';
import { deleteWorkspace, readDeletion } from '../../../api/workspaces.ts';
import { useShell } from '../../../shell/shellContext.ts';
import { switchWorkspace } from '../../../shell/switchWorkspace.ts';
import { Button } from '../../../ui/Button.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { DialogActions } from '../../../ui/DialogActions.tsx';
import { formatQuantity } from '../../../ui/formatCount.ts';
import { TextField } from '../../../ui/TextField.tsx';

const LOOK_AGAIN_MS = 2_000;

/** Says what goes, asks for the slug, and stays until it is gone. */
export function DeleteDialog({ workspace, onClose }: { workspace: Workspace; onClose: () => void }) {
  const { slug, name } = workspace;
  const [typed, setTyped] = useState('');
  const remove = useMutation({ mutationFn: () => deleteWorkspace(slug) });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (typed === slug) remove.mutate();
  };
  return (
    <Dialog
      open
      // Once it has begun there is no way back, and what becomes of it is told here.
      onOpenChange={(open) => (open || remove.isPending || remove.isSuccess ? undefined : onClose())}
      title={remove.isSuccess ? `The workspace “${name}”` : `Delete the workspace “${name}”?`}
    >
      {remove.isSuccess ? (
        <Outcome workspace={workspace} />
      ) : (
        <form className="dialog-body workspace-delete" onSubmit={send} noValidate>
          <div>
            <p>This goes, for good:</p>
            <ul className="setting-facts">
              <li>all traces, logs, metrics and events, with their inputs and outputs</li>
              <li>its agents, prices, settings and encryption keys</li>
              <li>its API keys: programs that use them are refused within a second</li>
              <li>its members, roles, teams and invitations, and its audit log</li>
            </ul>
          </div>
          <p className="setting-text">
            What stays is one entry in the audit log of the instance: who deleted it, when, and how many rows went. People keep their accounts.
          </p>
          <TextField label={`Type ${slug} to confirm`} value={typed} disabled={remove.isPending} onChange={(text) => setTyped(text.trim())} />
          <p role="status" className={remove.isPending || remove.error !== null ? 'setting-change' : 'visually-hidden'}>
            {remove.error !== null ? (
              <span className="worse">Not deleted: {asProblem(remove.error).message}</span>
            ) : remove.isPending ? (
              'Deleting … It goes on if you close this page.'
            ) : (
              ''
            )}
          </p>
          <DialogActions
            send="Delete it"
            sending="Deleting …"
            variant="danger"
            busy={remove.isPending}
            disabled={typed !== slug}
            onCancel={onClose}
          />
        </form>
      )}
    </Dialog>
  );
}

/** What became of it. Who is in no other workspace cannot be told more than that it began. */
function Outcome({ workspace }: { workspace: Workspace }) {
  const { me } = useShell();
  const next = me.workspaces.find(({ id }) => id !== workspace.id);
  const { data } = useQuery({
    queryKey: ['workspace-deletions', workspace.id],
    queryFn: ({ signal }) => readDeletion(workspace.id, signal),
    enabled: next !== undefined,
    refetchInterval: ({ state }) => (state.data?.state === 'done' ? false : LOOK_AGAIN_MS),
    retry: false,
  });
  return (
    <div className="dialog-body workspace-delete">
      <div role="status">
        {data === undefined ? <p>Nobody can use it any more.</p> : data.state === 'done' ? <Gone deletion={data} /> : <Going deletion={data} />}
      </div>
      <div className="confirm-actions">
        {next === undefined ? (
          <Button variant="primary" onClick={() => location.assign('/')}>
            Close
          </Button>
        ) : (
          <Button variant="primary" onClick={() => switchWorkspace(next.slug)}>
            Go to {next.name}
          </Button>
        )}
      </div>
    </div>
  );
}

const rowsOf = (counts: WorkspaceDeletion['telemetry_rows']) =>
  formatQuantity(
    (counts ?? []).reduce((sum, { rows }) => sum + rows, 0),
    'row',
  );

function Gone({ deletion: { telemetry_rows, control_rows } }: { deletion: WorkspaceDeletion }) {
  return (
    <p>
      It is deleted: {rowsOf(telemetry_rows)} of telemetry and {rowsOf(control_rows)} of everything else. None is left.
    </p>
  );
}

function Going({ deletion: { telemetry_rows } }: { deletion: WorkspaceDeletion }) {
  return (
    <p>
      It is being deleted{telemetry_rows === null ? '' : `: ${rowsOf(telemetry_rows)} of telemetry, and what else there is`}. Nobody can use it any
      more. You can close this page; it goes on, also after a restart.
    </p>
  );
}
