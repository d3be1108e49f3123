import type { Profile } from '@sightglass/contract/routes/profile';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ME_KEY } from '../../../api/me.ts';
import { asProblem } from '../../../api/ProblemState.tsx';
import { changeProfile, profileQuery } from '../../../api/profile.ts';
import { Button } from '../../../ui/Button.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { TextField } from '../../../ui/TextField.tsx';
import { problemAt } from '../fieldErrors.ts';
import { ChangeEmail } from './ChangeEmail.tsx';

/** Name and e-mail address. */
export function AccountPanel({ profile, onSaid }: { profile: Profile; onSaid: (words: string) => void }) {
  const client = useQueryClient();
  const [name, setName] = useState(profile.name);
  const [changesEmail, setChangesEmail] = useState(false);
  const rename = useMutation({
    mutationFn: () => changeProfile({ name }),
    onSuccess: async (changed) => {
      client.setQueryData(profileQuery.queryKey, changed);
      setName(changed.name);
      await client.invalidateQueries({ queryKey: ME_KEY });
      onSaid('Your name is saved.');
    },
  });
  const problem = rename.error === null ? undefined : asProblem(rename.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate();
  };
  return (
    <Panel title="You" note={profile.instance_owner ? 'an owner of this instance' : undefined}>
      <form className="setting-body" onSubmit={submit} noValidate>
        <div className="profile-line">
          <TextField
            label="Name"
            autoComplete="name"
            maxLength={100}
            value={name}
            problem={problem === undefined ? undefined : (problemAt(problem.errors, '/name') ?? problem.message)}
            onChange={setName}
          />
          <Button type="submit" disabled={rename.isPending || name.trim() === '' || name.trim() === profile.name}>
            {rename.isPending ? 'Saving …' : 'Save the name'}
          </Button>
        </div>
        <div className="profile-line">
          <div className="text-field">
            <span className="profile-label">E-mail</span>
            <span className="profile-value">{profile.email}</span>
            {profile.new_email === null ? null : (
              <span className="text-field-hint">
                A link is on its way to {profile.new_email}; the address holds once you open it, within an hour of asking.
              </span>
            )}
          </div>
          <Button disabled={!profile.mail_delivers} onClick={() => setChangesEmail(true)}>
            Change the e-mail
          </Button>
        </div>
        {profile.mail_delivers ? null : (
          <p className="setting-text">
            This instance has no mail server, so a new address cannot be confirmed. Its operator can set <code>SMTP_HOST</code>.
          </p>
        )}
      </form>
      {changesEmail ? <ChangeEmail profile={profile} onSaid={onSaid} onClose={() => setChangesEmail(false)} /> : null}
    </Panel>
  );
}
