import type { FieldError } from '@sightglass/contract/errors';
import type { CreatedApiKey, NewApiKey } from '@sightglass/contract/routes/apiKeys';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { API_KEYS_KEY, createApiKey } from '../../../api/apiKeys.ts';
import { asProblem } from '../../../api/ProblemState.tsx';
import { useShell } from '../../../shell/shellContext.ts';
import { useTimeZone } from '../../../time/timeZone.ts';
import { Button } from '../../../ui/Button.tsx';
import { CopyLine } from '../../../ui/CopyLine.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { DialogActions } from '../../../ui/DialogActions.tsx';
import { FieldText, TextField } from '../../../ui/TextField.tsx';
import { ChoiceList } from '../ChoiceList.tsx';
import { problemAt } from '../fieldErrors.ts';
import { buildKey, emptyDraft, EXPIRIES, type Expiry, type KeyDraft, NAME_CHARS_MAX } from './keyDraft.ts';
import { scopeWords } from './keyState.ts';
import { RateFields } from './RateFields.tsx';

/** Makes a key and shows it, this once. */
export function CreateKey({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const create = useMutation({
    mutationFn: createApiKey,
    onSuccess: () => client.invalidateQueries({ queryKey: API_KEYS_KEY }),
  });
  const made = create.data;
  return (
    <Dialog
      open
      // The key is gone with the dialog: only its own button closes it then.
      onOpenChange={(open) => (open || create.isPending || made !== undefined ? undefined : onClose())}
      title={made === undefined ? 'Create an API key' : `The key “${made.name}”`}
    >
      {made === undefined ? (
        <KeyForm busy={create.isPending} failure={create.error} onSend={(body) => create.mutate(body)} onClose={onClose} />
      ) : (
        <MadeKey made={made} onClose={onClose} />
      )}
    </Dialog>
  );
}

interface KeyFormProps {
  busy: boolean;
  failure: Error | null;
  onSend: (body: NewApiKey) => void;
  onClose: () => void;
}

function KeyForm({ busy, failure, onSend, onClose }: KeyFormProps) {
  const { me } = useShell();
  const zone = useTimeZone();
  const id = useId();
  const [draft, setDraft] = useState<KeyDraft>(emptyDraft);
  const [wrong, setWrong] = useState<readonly FieldError[]>([]);
  const set = (changes: Partial<KeyDraft>) => setDraft((before) => ({ ...before, ...changes }));
  const problem = failure === null ? undefined : asProblem(failure);
  const errors = [...wrong, ...(problem?.errors ?? [])];
  const scopesProblem = problemAt(errors, '/scopes');
  const send = (event: FormEvent) => {
    event.preventDefault();
    const built = buildKey(draft, zone, Date.now());
    setWrong('errors' in built ? built.errors : []);
    if ('body' in built) onSend(built.body);
  };
  return (
    <form className="dialog-body key-form" onSubmit={send} noValidate>
      <TextField
        label="Name"
        placeholder="collector in Frankfurt"
        maxLength={NAME_CHARS_MAX}
        value={draft.name}
        problem={problemAt(errors, '/name')}
        onChange={(name) => set({ name })}
      />
      <div className="text-field">
        <span className="key-legend" aria-hidden="true">
          What it may do
        </span>
        <ChoiceList
          label="What it may do"
          choices={me.scopes.map((scope) => ({ name: scope, label: scope, text: `${scopeWords(scope)}.` }))}
          chosen={draft.scopes}
          onChange={(scopes) => set({ scopes })}
        />
        <FieldText problem={scopesProblem} hint="You can give a key what you may do yourself." />
      </div>
      <div className="key-expiry">
        <div className="text-field">
          <label htmlFor={`${id}-expiry`}>It ends</label>
          <select id={`${id}-expiry`} className="field" value={draft.expiry} onChange={(event) => set({ expiry: event.target.value as Expiry })}>
            {EXPIRIES.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
          <FieldText problem={draft.expiry === 'typed' ? undefined : problemAt(errors, '/expires_at')} />
        </div>
        {draft.expiry === 'typed' ? (
          <TextField
            label="Day, and time if you like"
            placeholder="2027-01-31 18:00"
            value={draft.expiresOn}
            problem={problemAt(errors, '/expires_at')}
            onChange={(expiresOn) => set({ expiresOn })}
          />
        ) : null}
      </div>
      <RateFields rates={draft.rates} errors={errors} onChange={(rates) => set({ rates })} />
      <DialogActions
        send="Create the key"
        busy={busy}
        problem={problem === undefined ? undefined : `No key was created: ${problem.message}`}
        onCancel={onClose}
      />
    </form>
  );
}

function MadeKey({ made, onClose }: { made: CreatedApiKey; onClose: () => void }) {
  return (
    <div className="dialog-body key-form" role="status">
      <p>
        <strong>It is shown this once.</strong> Copy it now and keep it as a secret: Sightglass stores only its hash and cannot show it again.
      </p>
      <CopyLine text={made.key} label="Copy the key" />
      <div className="confirm-actions">
        <Button variant="primary" onClick={onClose}>
          I have it
        </Button>
      </div>
    </div>
  );
}
