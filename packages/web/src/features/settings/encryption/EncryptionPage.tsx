import type { EncryptionSetting } from '@sightglass/contract/routes/settings';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { asProblem } from '../../../api/ProblemState.tsx';
import { encryptionQuery, putEncryption, rotateEncryptionKey } from '../../../api/settings.ts';
import { Button } from '../../../ui/Button.tsx';
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { Switch } from '../../../ui/Switch.tsx';
import { LastChange } from '../LastChange.tsx';
import { SettingLoader } from '../SettingLoader.tsx';
import { SettingsPage, useMayChange } from '../SettingsPage.tsx';
import { ACTIONS, type EncryptionAction } from './encryptionActions.tsx';
import { KeyTable } from './KeyTable.tsx';

/** Whether inputs and outputs are stored encrypted, and under which keys. */
export function EncryptionPage() {
  const query = useQuery(encryptionQuery);
  return (
    <SettingsPage title="Encryption">
      <SettingLoader query={query} what="The encryption setting">
        {(setting) => <Encryption setting={setting} />}
      </SettingLoader>
    </SettingsPage>
  );
}

/** Each action is asked about, waits for the server, and says what happened. */
function Encryption({ setting }: { setting: EncryptionSetting }) {
  const mayChange = useMayChange();
  const client = useQueryClient();
  const [asked, setAsked] = useState<EncryptionAction | null>(null);
  const run = useMutation({
    mutationFn: (action: EncryptionAction) => (action === 'rotate' ? rotateEncryptionKey() : putEncryption(action === 'on')),
    onSuccess: (after) => client.setQueryData(encryptionQuery.queryKey, after),
    onSettled: () => setAsked(null),
  });
  const ask = (action: EncryptionAction) => {
    // What the action before it came to is said no longer: it would be taken for this one's outcome.
    run.reset();
    setAsked(action);
  };
  const { title, confirm, words } = ACTIONS[asked ?? run.variables ?? 'on'];
  return (
    <div className="settings">
      <Panel title="Encryption">
        <div className="setting-body">
          <Switch
            label="Encrypt inputs, outputs and context"
            description={
              setting.enabled
                ? 'On: what arrives is stored encrypted under a key of this workspace alone.'
                : 'Off: what arrives is stored readable to whoever can read the data directory or the database.'
            }
            checked={setting.enabled}
            disabled={!mayChange || run.isPending}
            onChange={(on) => ask(on ? 'on' : 'off')}
          />
          <ul className="setting-text setting-facts">
            <li>
              Encrypted are the texts of inputs, outputs, tool definitions, retrieved documents and the context of events. All else is not: mask it
              instead.
            </li>
            <li>Text search does not find what is encrypted. Filters by model, user, cost and time work as before.</li>
            <li>
              The keys are locked with the secret of this instance (<code className="mono">SIGHTGLASS_SECRET</code>, or the file{' '}
              <code className="mono">secret</code> in the data directory). Back it up: without it nothing that was encrypted can be read again.
            </li>
          </ul>
          <LastChange setting={setting} />
          <p role="status" className={run.isSuccess || run.error !== null ? undefined : 'visually-hidden'}>
            {run.error !== null ? (
              <span className="worse">Not done: {asProblem(run.error).message}</span>
            ) : run.isSuccess ? (
              ACTIONS[run.variables].done
            ) : (
              ''
            )}
          </p>
        </div>
      </Panel>
      <Panel
        title="Keys"
        note="what they are is never shown"
        end={
          mayChange && setting.enabled ? (
            <Button onClick={() => ask('rotate')} disabled={run.isPending}>
              <KeyRound aria-hidden="true" />
              Rotate
            </Button>
          ) : undefined
        }
      >
        <KeyTable keys={setting.keys} />
      </Panel>
      <ConfirmDialog
        open={asked !== null}
        title={title}
        confirm={run.isPending ? 'Waiting …' : confirm}
        busy={run.isPending}
        onConfirm={() => asked !== null && run.mutate(asked)}
        onCancel={() => setAsked(null)}
      >
        {words}
      </ConfirmDialog>
    </div>
  );
}
