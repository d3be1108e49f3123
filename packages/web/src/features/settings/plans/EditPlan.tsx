import type { FieldError } from '@sightglass/contract/errors';
import { PLAN_FEATURE_NAMES, PLAN_FEATURES } from '@sightglass/contract/plan';
import type { Plan } from '@sightglass/contract/routes/plans';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { asProblem } from '../../../api/ProblemState.tsx';
import { plansQuery, putPlan } from '../../../api/workspaces.ts';
import { Dialog } from '../../../ui/Dialog.tsx';
import { DialogActions } from '../../../ui/DialogActions.tsx';
import { formatQuantity } from '../../../ui/formatCount.ts';
import { TextField } from '../../../ui/TextField.tsx';
import { problemAt } from '../fieldErrors.ts';
import { draftOf, LIMITS, limitsOf, type PlanDraft } from './planDraft.ts';

interface EditPlanProps {
  plan: Plan;
  onSaved: (plan: Plan) => void;
  onClose: () => void;
}

/** Sets what a plan gives, for all workspaces that have it. */
export function EditPlan({ plan, onSaved, onClose }: EditPlanProps) {
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(plan));
  const [wrong, setWrong] = useState<readonly FieldError[]>([]);
  const save = useMutation({
    mutationFn: (body: Plan['limits']) => putPlan(plan.plan, body),
    onSuccess: async (saved) => {
      await client.invalidateQueries({ queryKey: plansQuery.queryKey });
      onSaved(saved);
      onClose();
    },
  });
  const problem = save.error === null ? undefined : asProblem(save.error);
  const errors = [...wrong, ...(problem?.errors ?? [])];
  const set = (changes: Partial<PlanDraft>) => {
    setDraft((before) => ({ ...before, ...changes }));
    setWrong([]);
    save.reset();
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    const built = limitsOf(draft);
    setWrong('errors' in built ? built.errors : []);
    if ('body' in built) save.mutate(built.body);
  };
  return (
    <Dialog open onOpenChange={(open) => (open || save.isPending ? undefined : onClose())} title={`The plan ${plan.plan}`}>
      <form className="dialog-body plan-form" onSubmit={send} noValidate>
        <p className="setting-text">
          {plan.workspaces === 0 ? 'No workspace has it now.' : `${formatQuantity(plan.workspaces, 'workspace has', 'workspaces have')} it.`} What is
          empty is not limited.
        </p>
        <fieldset className="plan-limits">
          <legend className="visually-hidden">Limits of each workspace</legend>
          {LIMITS.map(({ name, label, hint }) => (
            <TextField
              key={name}
              label={label}
              hint={name === 'retention_days' ? `${plan.retention_days_default} when empty` : hint}
              inputMode="numeric"
              value={draft[name]}
              problem={problemAt(errors, `/${name}`)}
              onChange={(text) => set({ [name]: text })}
            />
          ))}
        </fieldset>
        <fieldset className="plan-choices">
          <legend>It includes</legend>
          {PLAN_FEATURES.map((feature) => (
            <label key={feature}>
              <input
                type="checkbox"
                checked={!draft.featuresOff.includes(feature)}
                onChange={(event) =>
                  set({
                    featuresOff: event.target.checked
                      ? draft.featuresOff.filter((each) => each !== feature)
                      : PLAN_FEATURES.filter((each) => each === feature || draft.featuresOff.includes(each)),
                  })
                }
              />
              {PLAN_FEATURE_NAMES[feature]}
            </label>
          ))}
        </fieldset>
        <DialogActions
          send="Save the plan"
          sending="Saving …"
          busy={save.isPending}
          problem={problem === undefined ? undefined : `Not saved: ${problem.message}`}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}
