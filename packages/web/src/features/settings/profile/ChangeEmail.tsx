import type { Profile } from '@sightglass/contract/routes/profile';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changeProfile, profileQuery } from '../../../api/profile.ts';
import { TextField } from '../../../ui/TextField.tsx';
import { OwnDialog } from './OwnDialog.tsx';

interface ChangeEmailProps {
  profile: Profile;
  onSaid: (words: string) => void;
  onClose: () => void;
}

/** Asks for a link to a new address. */
export function ChangeEmail({ profile, onSaid, onClose }: ChangeEmailProps) {
  const client = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const ask = useMutation({
    mutationFn: () => changeProfile({ email: email.trim(), ...(profile.has_password ? { password } : {}) }),
    onSuccess: (changed) => {
      client.setQueryData(profileQuery.queryKey, changed);
      onSaid(`A link is on its way to ${changed.new_email ?? email}. Open it where you are signed in.`);
      onClose();
    },
  });
  return (
    <OwnDialog title="Change the e-mail address" send="Mail a link" sending={ask} email={profile.email} onClose={onClose}>
      {(problemOf) => (
        <>
          <p className="setting-text">A link goes to the new address. It holds once you open that link.</p>
          <TextField label="New address" type="email" autoComplete="email" value={email} problem={problemOf('/email')} onChange={setEmail} />
          {profile.has_password ? (
            <TextField
              label="Your password"
              type="password"
              autoComplete="current-password"
              value={password}
              problem={problemOf('/password')}
              onChange={setPassword}
            />
          ) : null}
        </>
      )}
    </OwnDialog>
  );
}
