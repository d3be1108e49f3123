import type { FieldError } from '@sightglass/contract/errors';
import { PLANS, type PlanName } from '@sightglass/contract/plan';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { asProblem } from '../../../api/ProblemState.tsx';
import { createWorkspace } from '../../../api/workspaces.ts';
import { switchWorkspace } from '../../../shell/switchWorkspace.ts';
import { Dialog } from '../../../ui/Dialog.tsx';
import { DialogActions } from '../../../ui/DialogActions.tsx';
import { TextField } from '../../../ui/TextField.tsx';
import { problemAt } from '../fieldErrors.ts';
import { TimeZoneInput } from './TimeZoneInput.tsx';
import { NAME_CHARS_MAX, problemsOf, SLUG_CHARS_MAX, slugOf, type WorkspaceDraft } from './workspaceDraft.ts';
import '../../../ui/field.css';
import './workspace.css';

const EMPTY: WorkspaceDraft = { name: '', slug: '', timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, plan: 'free' };

/** Makes a workspace and shows it. Every owner of the instance is an owner of it. */
export function CreateWorkspace({ onClose }: { onClose: () => void }) {
  const planId = useId();
  const [draft, setDraft] = useState(EMPTY);
  const [wrong, setWrong] = useState<readonly FieldError[]>([]);
  const create = useMutation({
    mutationFn: ({ name, slug, timeZone, plan }: WorkspaceDraft) => createWorkspace({ name: name.trim(), slug, time_zone: timeZone.trim(), plan }),
    onSuccess: ({ slug }) => switchWorkspace(slug),
  });
  const problem = create.error === null ? undefined : asProblem(create.error);
  const errors = [...wrong, ...(problem?.errors ?? [])];
  const set = (changes: Partial<WorkspaceDraft>) => {
    setDraft((before) => ({ ...before, ...changes }));
    setWrong([]);
    create.reset();
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    const found = problemsOf(draft);
    setWrong(found);
    if (found.length === 0) create.mutate(draft);
  };
  // It follows the name until somebody types one.
  const follows = draft.slug === slugOf(draft.name);
  return (
    <Dialog open onOpenChange={(open) => (open || create.isPending ? undefined : onClose())} title="Create a workspace">
      <form className="dialog-body workspace-delete" onSubmit={send} noValidate>
        <TextField
          label="Name"
          maxLength={NAME_CHARS_MAX}
          value={draft.name}
          problem={problemAt(errors, '/name')}
          onChange={(name) => set({ name, ...(follows ? { slug: slugOf(name) } : {}) })}
        />
        <TextField
          label="Slug"
          hint="By which programs name it"
          maxLength={SLUG_CHARS_MAX}
          value={draft.slug}
          problem={problemAt(errors, '/slug')}
          onChange={(slug) => set({ slug: slug.trim().toLowerCase() })}
        />
        <TimeZoneInput value={draft.timeZone} problem={problemAt(errors, '/time_zone')} onChange={(timeZone) => set({ timeZone })} />
        <div className="text-field">
          <label htmlFor={planId}>Plan</label>
          <select id={planId} className="field" value={draft.plan} onChange={(event) => set({ plan: event.target.value as PlanName })}>
            {PLANS.map((plan) => (
              <option key={plan} value={plan}>
                {plan}
              </option>
            ))}
          </select>
        </div>
        <DialogActions
          send="Create it"
          sending="Creating …"
          busy={create.isPending}
          problem={problem === undefined ? undefined : `Not created: ${problem.message}`}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}
