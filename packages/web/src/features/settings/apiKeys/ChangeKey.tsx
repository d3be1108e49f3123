import type { FieldError } from '@sightglass/contract/errors';
import type { ApiKey, ApiKeyChanges } from '@sightglass/contract/routes/apiKeys';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { API_KEYS_KEY, changeApiKey } from '../../../api/apiKeys.ts';
import { asProblem } from '../../../api/ProblemState.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { DialogActions } from '../../../ui/DialogActions.tsx';
import { TextField } from '../../../ui/TextField.tsx';
import { problemAt } from '../fieldErrors.ts';
import { buildChanges, NAME_CHARS_MAX, ratesOf } from './keyDraft.ts';
import { RateFields } from './RateFields.tsx';

interface ChangeKeyProps {
  apiKey: ApiKey;
  onChanged: (words: string) => void;
  onClose: () => void;
}

/** Another name or rate limit. What a key may do, and how long, cannot be changed: make a new one. */
export function ChangeKey({ apiKey, onChanged, onClose }: ChangeKeyProps) {
  const client = useQueryClient();
  const [name, setName] = useState(apiKey.name);
  const [rates, setRates] = useState(() => ratesOf(apiKey));
  const [wrong, setWrong] = useState<readonly FieldError[]>([]);
  const change = useMutation({
    mutationFn: (body: ApiKeyChanges) => changeApiKey(apiKey.id, body),
    onSuccess: async (after) => {
      await client.invalidateQueries({ queryKey: API_KEYS_KEY });
      onChanged(`The key “${after.name}” was changed. Its rate limit holds within a second.`);
      onClose();
    },
  });
  const problem = change.error === null ? undefined : asProblem(change.error);
  const errors = [...wrong, ...(problem?.errors ?? [])];
  const send = (event: FormEvent) => {
    event.preventDefault();
    const built = buildChanges(name, rates);
    setWrong('errors' in built ? built.errors : []);
    if ('body' in built) change.mutate(built.body);
  };
  return (
    <Dialog open onOpenChange={(open) => (open || change.isPending ? undefined : onClose())} title={`Change the key “${apiKey.name}”`}>
      <form className="dialog-body key-form" onSubmit={send} noValidate>
        <TextField label="Name" maxLength={NAME_CHARS_MAX} value={name} problem={problemAt(errors, '/name')} onChange={setName} />
        <RateFields rates={rates} errors={errors} onChange={setRates} />
        <p className="dim">Scopes and expiry stay as they are. For others, create a new key and revoke this one.</p>
        <DialogActions
          send="Save"
          busy={change.isPending}
          problem={problem === undefined ? undefined : `Not changed: ${problem.message}`}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}
