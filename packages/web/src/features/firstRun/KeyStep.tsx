import type { CreatedApiKey, NewApiKey } from '@sightglass/contract/routes/apiKeys';
import { useMutation } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { asProblem } from '../../api/ProblemState.tsx';
import { requestJson } from '../../api/request.ts';
import { useShell } from '../../shell/shellContext.ts';
import { Button } from '../../ui/Button.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';

interface KeyStepProps {
  keyNeeded: boolean;
  createdKey: string | null;
  onKeyCreated: (key: string) => void;
}

/** Says whether a key is needed and makes one that may only send data. It is shown once, here and in the snippets. */
export function KeyStep({ keyNeeded, createdKey, onKeyCreated }: KeyStepProps) {
  const { me } = useShell();
  const create = useMutation({
    mutationFn: () => {
      const body: NewApiKey = { name: 'Get started', scopes: ['ingest'] };
      return requestJson<CreatedApiKey>('/api/obs/api-keys', { method: 'POST', body });
    },
    onSuccess: ({ key }) => onKeyCreated(key),
  });
  const mayCreate = me.permissions.includes('keys.manage');
  if (createdKey !== null) {
    return (
      <div className="first-run-key first-run-key-made">
        <p>
          This key may only send data. <strong>It is shown once</strong>: the snippets below contain it until you leave this page.
        </p>
        <div className="first-run-endpoint">
          <code>{createdKey}</code>
          <CopyButton text={createdKey} label="Copy key" />
        </div>
      </div>
    );
  }
  return (
    <div className="first-run-key">
      <p>
        {keyNeeded
          ? 'Every request needs an API key with the scope ingest.'
          : 'Programs on this machine need no key. Clients that insist on one (Traceloop, LangSmith, Langfuse, Logfire) need a real key: a wrong one is refused.'}
        {mayCreate ? '' : ' Ask an admin of the workspace for one.'}
      </p>
      {mayCreate ? (
        <Button onClick={() => create.mutate()} disabled={create.isPending}>
          <KeyRound aria-hidden="true" />
          Create a key
        </Button>
      ) : null}
      {create.error === null ? null : (
        <p className="worse" role="alert">
          No key was created: {asProblem(create.error).message}
        </p>
      )}
    </div>
  );
}
