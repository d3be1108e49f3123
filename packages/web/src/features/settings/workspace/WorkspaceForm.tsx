import type { FieldError } from '@sightglass/contract/errors';
import { PLANS, type PlanName } from '@sightglass/contract/plan';
import type { Workspace, WorkspaceChanges } from '@sightglass/contract/routes/workspaces';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useId, useState } from 'react';
import { ME_KEY } from '../../../api/me.ts';
import { asProblem } from '../../../api/ProblemState.tsx';
import { changeWorkspace, workspaceQuery } from '../../../api/workspaces.ts';
import { useShell } from '../../../shell/shellContext.ts';
import { rememberWorkspace } from '../../../shell/switchWorkspace.ts';
import { Button } from '../../../ui/Button.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { FieldText, TextField } from '../../../ui/TextField.tsx';
import { problemAt } from '../fieldErrors.ts';
import { LeaveGuard } from '../LeaveGuard.tsx';
import { TimeZoneInput } from './TimeZoneInput.tsx';
import { NAME_CHARS_MAX, problemsOf, SLUG_CHARS_MAX, type WorkspaceDraft } from './workspaceDraft.ts';

const draftOf = ({ name, slug, time_zone: timeZone, plan }: Workspace): WorkspaceDraft => ({ name, slug, timeZone, plan });

/** What differs from what is saved, as the API takes it. */
function changesOf(saved: Workspace, draft: WorkspaceDraft): WorkspaceChanges {
  const [name, timeZone] = [draft.name.trim(), draft.timeZone.trim()];
  return {
    ...(name === saved.name ? {} : { name }),
    ...(draft.slug === saved.slug ? {} : { slug: draft.slug }),
    ...(timeZone === saved.time_zone ? {} : { time_zone: timeZone }),
    ...(draft.plan === saved.plan ? {} : { plan: draft.plan }),
  };
}

export function WorkspaceForm({ workspace }: { workspace: Workspace }) {
  const { permissions } = useShell().me;
  const managesInstance = permissions.includes('instance.manage');
  const mayChange = managesInstance || permissions.includes('workspace.write');
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(workspace));
  const [wrong, setWrong] = useState<readonly FieldError[]>([]);
  const changes = changesOf(workspace, draft);
  const dirty = Object.keys(changes).length > 0;
  const save = useMutation({
    mutationFn: (body: WorkspaceChanges) => changeWorkspace(workspace.slug, body),
    onSuccess: async (saved) => {
      // The server knows the workspace by the name that the browser remembers.
      if (saved.slug !== workspace.slug) rememberWorkspace(saved.slug);
      client.setQueryData(workspaceQuery(saved.slug).queryKey, saved);
      setDraft(draftOf(saved));
      await client.invalidateQueries({ queryKey: ME_KEY });
    },
  });
  const problem = save.error === null ? undefined : asProblem(save.error);
  const errors = [...wrong, ...(problem?.errors ?? [])];
  const set = (next: Partial<WorkspaceDraft>) => {
    setDraft((before) => ({ ...before, ...next }));
    setWrong([]);
    save.reset();
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    const found = problemsOf(draft);
    setWrong(found);
    if (found.length === 0 && dirty) save.mutate(changes);
  };
  return (
    <Panel title="Workspace">
      <LeaveGuard dirty={dirty && !save.isPending} />
      <form className="setting-body workspace-form" onSubmit={send} noValidate>
        <div className="workspace-fields">
          <TextField
            label="Name"
            maxLength={NAME_CHARS_MAX}
            value={draft.name}
            problem={problemAt(errors, '/name')}
            disabled={!mayChange}
            onChange={(name) => set({ name })}
          />
          <TextField
            label="Slug"
            hint="Programs name it so. Those that use the old one in X-Workspace or in paths have to be told."
            maxLength={SLUG_CHARS_MAX}
            value={draft.slug}
            problem={problemAt(errors, '/slug')}
            disabled={!mayChange}
            onChange={(slug) => set({ slug: slug.trim().toLowerCase() })}
          />
          <TimeZoneInput
            value={draft.timeZone}
            problem={problemAt(errors, '/time_zone')}
            disabled={!mayChange}
            onChange={(timeZone) => set({ timeZone })}
          />
          <PlanField plan={draft.plan} mayChange={managesInstance} onChange={(plan) => set({ plan })} />
        </div>
        <div className="workspace-actions">
          <p role="status" className="setting-change">
            {problem !== undefined ? (
              <span className="worse">Not saved: {problem.message}</span>
            ) : save.isSuccess && !dirty ? (
              'Saved.'
            ) : mayChange ? (
              ''
            ) : (
              'You see what holds. Only admins of the workspace may change it.'
            )}
          </p>
          {mayChange ? (
            <>
              <Button disabled={!dirty || save.isPending} onClick={() => set(draftOf(workspace))}>
                Discard
              </Button>
              <Button type="submit" variant="primary" disabled={!dirty || save.isPending}>
                {save.isPending ? 'Saving …' : 'Save changes'}
              </Button>
            </>
          ) : null}
        </div>
      </form>
    </Panel>
  );
}

interface PlanFieldProps {
  plan: PlanName;
  mayChange: boolean;
  onChange: (plan: PlanName) => void;
}

/** Shown to everyone, chosen by who manages the instance. */
function PlanField({ plan, mayChange, onChange }: PlanFieldProps) {
  const id = useId();
  return (
    <div className="text-field">
      <label htmlFor={id}>Plan</label>
      <select id={id} className="field" value={plan} disabled={!mayChange} onChange={(event) => onChange(event.target.value as PlanName)}>
        {PLANS.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <FieldText
        hint={
          mayChange ? (
            <>
              What each gives is set under{' '}
              <Link to="/settings/plans" className="link">
                Plans
              </Link>
              .
            </>
          ) : (
            'Set by an owner of the instance.'
          )
        }
      />
    </div>
  );
}
