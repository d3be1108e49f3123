import type { IdentityProvider } from '@sightglass/contract/routes/identityProviders';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { identityProvidersQuery } from '../../../api/identityProviders.ts';
import { ProblemState } from '../../../api/ProblemState.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { EmptyState } from '../../../ui/StateMessage.tsx';
import { EditProvider } from './EditProvider.tsx';
import { ProviderTable } from './ProviderTable.tsx';
import { RemoveProvider } from './RemoveProvider.tsx';
import { TestProvider } from './TestProvider.tsx';

type Asked = { what: 'add' } | { what: 'change' | 'remove' | 'test'; provider: IdentityProvider };

/** The providers of single sign-on. */
export function ProvidersPanel({ onSaid }: { onSaid: (words: string) => void }) {
  const query = useQuery(identityProvidersQuery);
  const [asked, setAsked] = useState<Asked | null>(null);
  const ask = (next: Asked) => {
    onSaid('');
    setAsked(next);
  };
  const close = () => setAsked(null);
  const add = (
    <Button variant="primary" onClick={() => ask({ what: 'add' })}>
      <Plus aria-hidden="true" />
      Add a provider
    </Button>
  );
  return (
    <Panel title="Single sign-on" note="OpenID Connect" end={query.data === undefined || query.data.length === 0 ? undefined : add}>
      {query.error !== null && query.data === undefined ? (
        <ProblemState error={query.error} what="The providers could not be read" onRetry={() => void query.refetch()} />
      ) : query.data?.length === 0 ? (
        <EmptyState title="No provider yet" actions={add}>
          With one, people sign in with the account that they have at your company: Okta, Entra ID, Google, Keycloak or any other that speaks OpenID
          Connect.
        </EmptyState>
      ) : (
        <ProviderTable
          providers={query.data}
          onChange={(provider) => ask({ what: 'change', provider })}
          onTest={(provider) => ask({ what: 'test', provider })}
          onRemove={(provider) => ask({ what: 'remove', provider })}
        />
      )}
      {asked?.what === 'add' ? <EditProvider provider={undefined} onSaid={onSaid} onClose={close} /> : null}
      {asked?.what === 'change' ? <EditProvider provider={asked.provider} onSaid={onSaid} onClose={close} /> : null}
      {asked?.what === 'test' ? <TestProvider provider={asked.provider} onClose={close} /> : null}
      {asked?.what === 'remove' ? <RemoveProvider provider={asked.provider} onSaid={onSaid} onClose={close} /> : null}
    </Panel>
  );
}
