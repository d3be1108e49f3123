import type { FieldError } from '@sightglass/contract/errors';
import type { IdentityProvider, NewIdentityProvider } from '@sightglass/contract/routes/identityProviders';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { changeIdentityProvider, createIdentityProvider, identityProvidersQuery } from '../../../api/identityProviders.ts';
import { asProblem } from '../../../api/ProblemState.tsx';
import { profileQuery } from '../../../api/profile.ts';
import { signInMethodsQuery } from '../../../api/signIn.ts';
import { Button } from '../../../ui/Button.tsx';
import { CopyLine } from '../../../ui/CopyLine.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { DialogActions } from '../../../ui/DialogActions.tsx';
import { Switch } from '../../../ui/Switch.tsx';
import { FieldText, TextField } from '../../../ui/TextField.tsx';
import { bodyOf, draftOf, type ProviderBody, type ProviderDraft, problemWithin } from './providerDraft.ts';

interface EditProviderProps {
  /** Undefined: a new one. */
  provider: IdentityProvider | undefined;
  onSaid: (words: string) => void;
  onClose: () => void;
}

/** Adds a provider or changes one; after adding it says which address to register with it. */
export function EditProvider({ provider, onSaid, onClose }: EditProviderProps) {
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(provider));
  const [wrong, setWrong] = useState<readonly FieldError[]>([]);
  const save = useMutation({
    mutationFn: (body: ProviderBody) =>
      provider === undefined ? createIdentityProvider(body as NewIdentityProvider) : changeIdentityProvider(provider.id, body),
    onSuccess: async ({ name }) => {
      await Promise.all([
        client.invalidateQueries({ queryKey: identityProvidersQuery.queryKey }),
        client.invalidateQueries({ queryKey: signInMethodsQuery.queryKey }),
      ]);
      if (provider === undefined) return;
      onSaid(`${name} is saved.`);
      onClose();
    },
  });
  if (provider === undefined && save.data !== undefined) return <AddedProvider provider={save.data} onClose={onClose} />;
  const problem = save.error === null ? undefined : asProblem(save.error);
  const errors = [...wrong, ...(problem?.errors ?? [])];
  const set = (changes: Partial<ProviderDraft>) => {
    setDraft((before) => ({ ...before, ...changes }));
    setWrong([]);
    save.reset();
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    const built = bodyOf(draft, provider === undefined);
    setWrong('errors' in built ? built.errors : []);
    if ('body' in built) save.mutate(built.body);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => (open || save.isPending ? undefined : onClose())}
      title={provider === undefined ? 'Add a provider' : `Change ${provider.name}`}
    >
      <form className="dialog-body provider-form" onSubmit={send} noValidate>
        <TextField
          label="Name"
          hint="Stands on the button of the sign-in page: Continue with …"
          maxLength={60}
          value={draft.name}
          problem={problemWithin(errors, '/name')}
          onChange={(name) => set({ name })}
        />
        <TextField
          label="Issuer"
          placeholder="https://login.example.com"
          hint="As the provider writes it, without /.well-known/openid-configuration"
          value={draft.issuer}
          problem={problemWithin(errors, '/issuer')}
          onChange={(issuer) => set({ issuer })}
        />
        <div className="provider-pair">
          <TextField
            label="Client id"
            value={draft.clientId}
            problem={problemWithin(errors, '/client_id')}
            onChange={(clientId) => set({ clientId })}
          />
          <TextField
            label="Client secret"
            type="password"
            autoComplete="off"
            data-1p-ignore=""
            hint={provider === undefined ? 'Kept encrypted, never shown again' : 'Empty: as it is'}
            value={draft.clientSecret}
            problem={problemWithin(errors, '/client_secret')}
            onChange={(clientSecret) => set({ clientSecret })}
          />
        </div>
        <TextField
          label="Domains that may come in"
          placeholder="example.com"
          hint="Of e-mail addresses that the provider has verified; empty: every one"
          value={draft.emailDomains}
          problem={problemWithin(errors, '/email_domains')}
          onChange={(emailDomains) => set({ emailDomains })}
        />
        <JoinField
          value={draft.joinWorkspace}
          problem={problemWithin(errors, '/join_workspace')}
          onChange={(joinWorkspace) => set({ joinWorkspace })}
        />
        <TextField
          label="Scopes"
          value={draft.scopes}
          problem={problemWithin(errors, '/scopes')}
          hint="openid is always asked for"
          onChange={(scopes) => set({ scopes })}
        />
        <Switch
          label="Offer it on the sign-in page"
          description={draft.enabled ? 'People can sign in with it.' : 'Nobody can sign in with it.'}
          checked={draft.enabled}
          onChange={(enabled) => set({ enabled })}
        />
        <DialogActions
          send={provider === undefined ? 'Add the provider' : 'Save'}
          sending="Saving …"
          busy={save.isPending}
          problem={problem === undefined || problem.errors.length > 0 ? undefined : `Not saved: ${problem.message}`}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}

function JoinField({ value, problem, onChange }: { value: string; problem: string | undefined; onChange: (slug: string) => void }) {
  const id = useId();
  const profile = useQuery(profileQuery);
  const workspaces = profile.data?.workspaces ?? [];
  const others = value === '' || workspaces.some(({ slug }) => slug === value) ? [] : [value];
  return (
    <div className="text-field">
      <label htmlFor={id}>Somebody who has no account</label>
      <select id={id} className="field" value={value} aria-describedby={`${id}-text`} onChange={(event) => onChange(event.target.value)}>
        <option value="">stays out until they are invited</option>
        {workspaces.map(({ slug, name }) => (
          <option key={slug} value={slug}>
            joins {name} as a viewer
          </option>
        ))}
        {others.map((slug) => (
          <option key={slug} value={slug}>
            joins {slug} as a viewer
          </option>
        ))}
      </select>
      <FieldText id={`${id}-text`} problem={problem} hint={undefined} />
    </div>
  );
}

function AddedProvider({ provider, onClose }: { provider: IdentityProvider; onClose: () => void }) {
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())} title={`${provider.name} is added`}>
      <div className="dialog-body provider-form" role="status">
        {provider.redirect_uri === null ? (
          <p>
            People cannot sign in with it yet: the operator has to set <code>SIGHTGLASS_PUBLIC_URL</code>, the address of this instance. Then the
            address to register with the provider stands in the list.
          </p>
        ) : (
          <>
            <p>Register this address with the provider, as a redirect URI of the client. Then test it.</p>
            <CopyLine text={provider.redirect_uri} label="Copy the address" />
          </>
        )}
        <div className="confirm-actions">
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
