import { GRANTABLE_PERMISSIONS, type Permission, PERMISSIONS } from '@sightglass/contract/permissions';
import type { NewRole, Role } from '@sightglass/contract/routes/roles';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { changeRole, createRole, MEMBERS_KEY } from '../../../api/members.ts';
import { ME_KEY } from '../../../api/me.ts';
import { asProblem } from '../../../api/ProblemState.tsx';
import { useShell } from '../../../shell/shellContext.ts';
import { Dialog } from '../../../ui/Dialog.tsx';
import { DialogActions } from '../../../ui/DialogActions.tsx';
import { FieldText, TextField } from '../../../ui/TextField.tsx';
import { ChoiceList } from '../ChoiceList.tsx';
import { problemAt } from '../fieldErrors.ts';

interface EditRoleProps {
  /** Null: a new one. */
  before: Role | null;
  onSaved: (words: string) => void;
  onClose: () => void;
}

/** Makes or changes a role of the workspace’s own. One can give what one may do oneself. */
export function EditRole({ before, onSaved, onClose }: EditRoleProps) {
  const client = useQueryClient();
  const { permissions: own } = useShell().me;
  const [name, setName] = useState(before?.name ?? '');
  const [description, setDescription] = useState(before?.description ?? '');
  const [chosen, setChosen] = useState<Permission[]>(() => before?.permissions.slice() ?? ['telemetry.read', 'configuration.read']);
  const save = useMutation({
    mutationFn: (body: NewRole) => (before === null ? createRole(body) : changeRole(before.id, body)),
    onSuccess: async (saved) => {
      onSaved(before === null ? `The role “${saved.name}” can be given now.` : `The role “${saved.name}” was changed. It holds within a second.`);
      await Promise.all([client.invalidateQueries({ queryKey: MEMBERS_KEY }), client.invalidateQueries({ queryKey: ME_KEY })]);
      onClose();
    },
  });
  const problem = save.error === null ? undefined : asProblem(save.error);
  const errors = problem?.errors ?? [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ name, description, permissions: chosen as NewRole['permissions'] });
  };
  const choices = GRANTABLE_PERMISSIONS.filter((permission) => own.includes(permission)).map((permission) => ({
    name: permission,
    label: PERMISSIONS[permission].about,
    text: permission,
  }));
  return (
    <Dialog
      open
      className="role-dialog"
      onOpenChange={(open) => (open || save.isPending ? undefined : onClose())}
      title={before === null ? 'Create a role' : `The role “${before.name}”`}
    >
      <form className="dialog-body member-form" onSubmit={submit} noValidate>
        <TextField label="Name" placeholder="Cost controller" maxLength={60} value={name} problem={problemAt(errors, '/name')} onChange={setName} />
        <TextField
          label="Description"
          placeholder="Looks after prices and costs"
          maxLength={300}
          value={description}
          problem={problemAt(errors, '/description')}
          onChange={setDescription}
        />
        <div className="text-field">
          <span className="member-legend" aria-hidden="true">
            It may
          </span>
          <ChoiceList label="It may" choices={choices} chosen={chosen} onChange={setChosen} />
          <FieldText
            problem={problemAt(errors, '/permissions')}
            hint={before !== null && before.members > 0 ? 'What you change holds for all who hold the role, within a second.' : undefined}
          />
        </div>
        <DialogActions
          send={before === null ? 'Create the role' : 'Save'}
          busy={save.isPending}
          problem={problem === undefined ? undefined : `Not saved: ${problem.message}`}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}
