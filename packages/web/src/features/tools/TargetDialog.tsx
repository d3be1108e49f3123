import type { TargetKind } from '@sightglass/contract/availabilityTargets';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { asProblem } from '../../api/ProblemState.tsx';
import { patchTargets, targetsQuery } from '../../api/targets.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { readTarget, targetText } from './targetVerdict.ts';
import './tools.css';

interface TargetDialogProps {
  kind: TargetKind;
  name: string;
  target: number | null;
  onClose: () => void;
}

/** Sets or takes back the availability that one tool, service or provider is held to. */
export function TargetDialog({ kind, name, target, onClose }: TargetDialogProps) {
  const client = useQueryClient();
  const [typed, setTyped] = useState(target === null ? '' : targetText(target));
  const [isSent, setIsSent] = useState(false);
  const wanted = readTarget(typed);
  const save = useMutation({
    mutationFn: (availability: number | null) => patchTargets({ targets: [{ kind, name, availability }] }),
    onSuccess: (setting) => {
      client.setQueryData(targetsQuery.queryKey, setting);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsSent(true);
    if (wanted !== undefined) save.mutate(wanted);
  };
  return (
    <Dialog open onOpenChange={(next) => (next ? undefined : onClose())} title={`Target for ${name}`}>
      <form className="target-form" onSubmit={submit}>
        <TextField
          label="Availability in percent"
          value={typed}
          onChange={setTyped}
          inputMode="decimal"
          placeholder="99.9"
          hint="The share of calls that must not fail."
          problem={isSent && wanted === undefined ? 'Write a percentage above 0 and up to 100, such as 99.9.' : undefined}
        />
        {save.error === null ? null : (
          <p className="worse" role="alert">
            The target was not saved: {asProblem(save.error).message}
          </p>
        )}
        <div className="target-form-actions">
          {target === null ? null : (
            <Button onClick={() => save.mutate(null)} disabled={save.isPending}>
              Take it back
            </Button>
          )}
          <Button variant="primary" type="submit" disabled={save.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
