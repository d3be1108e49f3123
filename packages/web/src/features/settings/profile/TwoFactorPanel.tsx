import type { Profile } from '@sightglass/contract/routes/profile';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { profileQuery, removeTwoFactor, renewBackupCodes } from '../../../api/profile.ts';
import { Button } from '../../../ui/Button.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { formatQuantity } from '../../../ui/formatCount.ts';
import { Panel } from '../../../ui/Panel.tsx';
import { Tag } from '../../../ui/Tag.tsx';
import { BackupCodes } from './BackupCodes.tsx';
import { EnrolTwoFactor } from './EnrolTwoFactor.tsx';
import { OwnDialog } from './OwnDialog.tsx';
import { emptyProof, ProofFields, proofOf } from './ProofFields.tsx';

/** Fewer than this are soon none. */
const FEW_CODES = 3;

interface PanelProps {
  profile: Profile;
  onSaid: (words: string) => void;
}

/** The second factor: on or off, and what can be done about it. */
export function TwoFactorPanel({ profile, onSaid }: PanelProps) {
  const { enabled, backup_codes_left: left } = profile.two_factor;
  const [asked, setAsked] = useState<'enrol' | 'renew' | 'remove' | null>(null);
  const close = () => setAsked(null);
  return (
    <Panel title="Second factor" end={<Tag tone={enabled ? 'ok' : 'plain'}>{enabled ? 'on' : 'off'}</Tag>}>
      <div className="setting-body profile-line">
        <div>
          <p className="setting-text">
            {enabled
              ? 'Signing in asks for a code of your authenticator app, whichever way you sign in.'
              : 'With one, signing in asks for a code of an authenticator app as well: who only has your password, or reads your mail, stays out.'}
          </p>
          {enabled ? (
            <p className={left < FEW_CODES ? 'worse' : 'dim'}>
              {left === 0 ? 'No backup code is left.' : `${formatQuantity(left, 'backup code is', 'backup codes are')} left.`}
            </p>
          ) : null}
        </div>
        <div className="profile-actions">
          {enabled ? (
            <>
              <Button onClick={() => setAsked('renew')}>New backup codes</Button>
              <Button variant="danger" onClick={() => setAsked('remove')}>
                Switch off
              </Button>
            </>
          ) : (
            <Button variant="primary" onClick={() => setAsked('enrol')}>
              Set up
            </Button>
          )}
        </div>
      </div>
      {asked === 'enrol' ? <EnrolTwoFactor profile={profile} onSaid={onSaid} onClose={close} /> : null}
      {asked === 'renew' ? <RenewCodes profile={profile} onClose={close} /> : null}
      {asked === 'remove' ? <RemoveTwoFactor profile={profile} onSaid={onSaid} onClose={close} /> : null}
    </Panel>
  );
}

function RemoveTwoFactor({ profile, onSaid, onClose }: PanelProps & { onClose: () => void }) {
  const client = useQueryClient();
  const [proof, setProof] = useState(() => emptyProof(profile.has_password));
  const remove = useMutation({
    mutationFn: () => removeTwoFactor(proofOf(proof)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: profileQuery.queryKey });
      onSaid('The second factor is switched off.');
      onClose();
    },
  });
  return (
    <OwnDialog title="Switch the second factor off?" send="Switch off" variant="danger" sending={remove} email={profile.email} onClose={onClose}>
      {(problemOf) => (
        <>
          <p className="setting-text">Signing in will not ask for a code any more, and the backup codes stop working.</p>
          <ProofFields proof={proof} hasPassword={profile.has_password} problemOf={problemOf} onChange={setProof} />
        </>
      )}
    </OwnDialog>
  );
}

function RenewCodes({ profile, onClose }: { profile: Profile; onClose: () => void }) {
  const client = useQueryClient();
  const [proof, setProof] = useState(() => emptyProof(profile.has_password));
  const renew = useMutation({
    mutationFn: () => renewBackupCodes(proofOf(proof)),
    onSuccess: () => client.invalidateQueries({ queryKey: profileQuery.queryKey }),
  });
  if (renew.data !== undefined) {
    return (
      <Dialog open onOpenChange={() => undefined} title="Your new backup codes">
        <BackupCodes codes={renew.data.backup_codes} email={profile.email} onClose={onClose} />
      </Dialog>
    );
  }
  return (
    <OwnDialog title="New backup codes" send="Make new codes" sending={renew} email={profile.email} onClose={onClose}>
      {(problemOf) => (
        <>
          <p className="setting-text">Those that you have now stop working.</p>
          <ProofFields proof={proof} hasPassword={profile.has_password} problemOf={problemOf} onChange={setProof} />
        </>
      )}
    </OwnDialog>
  );
}
