import type { Profile } from '@sightglass/contract/routes/profile';
import type { TwoFactorEnrolment } from '@sightglass/contract/routes/signIn';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { beginTwoFactor, confirmTwoFactor, profileQuery, sessionsQuery } from '../../../api/profile.ts';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { TextField } from '../../../ui/TextField.tsx';
import { BackupCodes } from './BackupCodes.tsx';
import { OwnDialog } from './OwnDialog.tsx';
import { QrCode } from './QrCode.tsx';

interface EnrolProps {
  profile: Profile;
  onSaid: (words: string) => void;
  onClose: () => void;
}

/** Password, then the secret as a QR code and its first code, then the backup codes. */
export function EnrolTwoFactor({ profile, onSaid, onClose }: EnrolProps) {
  const [password, setPassword] = useState('');
  const begin = useMutation({ mutationFn: () => beginTwoFactor(profile.has_password ? password : undefined) });
  if (begin.data !== undefined) return <ConfirmCode enrolment={begin.data} profile={profile} onSaid={onSaid} onClose={onClose} />;
  return (
    <OwnDialog title="Set up a second factor" send="Go on" sending={begin} email={profile.email} onClose={onClose}>
      {(problemOf) => (
        <>
          <p className="setting-text">
            You need an authenticator app on your phone or in your password manager. It makes a new code every 30 seconds.
          </p>
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

function ConfirmCode({ enrolment, profile, onSaid, onClose }: EnrolProps & { enrolment: TwoFactorEnrolment }) {
  const client = useQueryClient();
  const [code, setCode] = useState('');
  const confirm = useMutation({
    mutationFn: () => confirmTwoFactor(code),
    onSuccess: () =>
      Promise.all([client.invalidateQueries({ queryKey: profileQuery.queryKey }), client.invalidateQueries({ queryKey: sessionsQuery.queryKey })]),
  });
  if (confirm.data !== undefined) {
    const done = () => {
      onSaid('The second factor is on. The next sign-in asks for a code.');
      onClose();
    };
    return (
      <Dialog open onOpenChange={() => undefined} title="The second factor is on">
        <BackupCodes codes={confirm.data.backup_codes} email={profile.email} onClose={done} />
      </Dialog>
    );
  }
  return (
    <OwnDialog title="Scan the code" send="Switch on" sending={confirm} email={profile.email} onClose={onClose}>
      {(problemOf) => (
        <>
          <p className="setting-text">Scan it with the app, then enter the six digits that it shows.</p>
          <div className="enrol">
            <QrCode text={enrolment.uri} label="QR code for the authenticator app; the same as the key beside it" />
            <div className="enrol-side">
              <span className="profile-label">Or enter this key</span>
              <div className="enrol-key">
                <code>{enrolment.secret.match(/.{1,4}/g)?.join(' ')}</code>
                <CopyButton text={enrolment.secret} label="Copy the key" />
              </div>
              <TextField
                label="Code"
                inputMode="numeric"
                autoComplete="one-time-code"
                placeholder="000000"
                maxLength={10}
                value={code}
                problem={problemOf('/code')}
                onChange={setCode}
              />
            </div>
          </div>
        </>
      )}
    </OwnDialog>
  );
}
