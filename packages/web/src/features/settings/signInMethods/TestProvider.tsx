import type { IdentityProvider } from '@sightglass/contract/routes/identityProviders';
import { useQuery } from '@tanstack/react-query';
import { CheckCircle2, XCircle } from 'lucide-react';
import { testIdentityProvider } from '../../../api/identityProviders.ts';
import { ProblemState } from '../../../api/ProblemState.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';

/** Asks the provider for its description, and shows what was found. Signs nobody in. */
export function TestProvider({ provider, onClose }: { provider: IdentityProvider; onClose: () => void }) {
  const check = useQuery({
    queryKey: ['identity-provider-test', provider.id],
    queryFn: () => testIdentityProvider(provider.id),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())} title={`Test of ${provider.name}`}>
      <div className="dialog-body provider-form" aria-live="polite" aria-busy={check.isFetching}>
        {check.error !== null ? <ProblemState error={check.error} what="The test did not run" onRetry={() => void check.refetch()} /> : null}
        {check.isPending ? <p>Asking {provider.issuer} …</p> : null}
        {check.data === undefined ? null : (
          <>
            <ul className="findings">
              {check.data.findings.map(({ ok, text }) => (
                <li key={text} className={ok ? 'finding-ok' : 'finding-bad'}>
                  {ok ? <CheckCircle2 aria-label="In order" /> : <XCircle aria-label="Wrong" />}
                  {text}
                </li>
              ))}
            </ul>
            <p className="setting-text">
              {check.data.ok
                ? 'Sign-in can work. Whether the client id, the secret and the registered address are right, the first sign-in shows.'
                : 'Sign-in cannot work like this.'}
            </p>
          </>
        )}
        <div className="confirm-actions">
          <Button disabled={check.isFetching} onClick={() => void check.refetch()}>
            Test again
          </Button>
          <Button variant="primary" onClick={onClose}>
            Close
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
