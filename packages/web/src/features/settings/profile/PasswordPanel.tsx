import type { Profile } from '@sightglass/contract/routes/profile';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { changePassword, profileQuery, sessionsQuery } from '../../../api/profile.ts';
import { Button } from '../../../ui/Button.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { TextField } from '../../../ui/TextField.tsx';
import { NEW_PASSWORD_HINT } from '../../signIn/newPassword.ts';
import { OwnDialog } from './OwnDialog.tsx';

/** Whether there is a password, and the way to another. */
export function PasswordPanel({ profile, onSaid }: { profile: Profile; onSaid: (words: string) => void }) {
  const [open, setOpen] = useState(false);
  const words = profile.has_password ? 'Change the password' : 'Set a password';
  return (
    <Panel title="Password">
      <div className="setting-body profile-line">
        <p className="setting-text">
          {profile.has_password
            ? 'Changing it signs you out everywhere else.'
            : 'You have none: you sign in by a link or by single sign-on. With one you can sign in without either.'}
        </p>
        <Button onClick={() => setOpen(true)}>{words}</Button>
      </div>
      {open ? <ChangePassword title={words} profile={profile} onSaid={onSaid} onClose={() => setOpen(false)} /> : null}
    </Panel>
  );
}

interface ChangePasswordProps {
  title: string;
  profile: Profile;
  onSaid: (words: string) => void;
  onClose: () => void;
}

function ChangePassword({ title, profile, onSaid, onClose }: ChangePasswordProps) {
  const client = useQueryClient();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const change = useMutation({
    mutationFn: () => changePassword({ ...(profile.has_password ? { current_password: current } : {}), new_password: next }),
    onSuccess: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: profileQuery.queryKey }),
        client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
      ]);
      onSaid('The new password is set. You are signed out everywhere else.');
      onClose();
    },
  });
  return (
    <OwnDialog title={title} send={title} sending={change} email={profile.email} onClose={onClose}>
      {(problemOf) => (
        <>
          {profile.has_password ? (
            <TextField
              label="Your password now"
              type="password"
              autoComplete="current-password"
              value={current}
              problem={problemOf('/current_password')}
              onChange={setCurrent}
            />
          ) : null}
          <TextField
            label="New password"
            type="password"
            autoComplete="new-password"
            hint={NEW_PASSWORD_HINT}
            value={next}
            problem={problemOf('/new_password')}
            onChange={setNext}
          />
        </>
      )}
    </OwnDialog>
  );
}
