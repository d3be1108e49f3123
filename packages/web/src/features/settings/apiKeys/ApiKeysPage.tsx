import type { ApiKey } from '@sightglass/contract/routes/apiKeys';
import { useInfiniteQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { apiKeyPagesQuery } from '../../../api/apiKeys.ts';
import { ProblemState } from '../../../api/ProblemState.tsx';
import { useShell } from '../../../shell/shellContext.ts';
import { Button } from '../../../ui/Button.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { SaidLine } from '../../../ui/SaidLine.tsx';
import { EmptyState } from '../../../ui/StateMessage.tsx';
import { SettingsPage } from '../SettingsPage.tsx';
import { ChangeKey } from './ChangeKey.tsx';
import { CreateKey } from './CreateKey.tsx';
import { KeyTable } from './KeyTable.tsx';
import { RevokeKey } from './RevokeKey.tsx';
import '../../../ui/narrowCards.css';
import '../../../ui/table.css';
import '../../../ui/field.css';
import '../../../ui/confirmDialog.css';
import './apiKeys.css';

/** The keys by which programs send and ask. */
export function ApiKeysPage() {
  const { permissions } = useShell().me;
  return (
    <SettingsPage title="API keys" readOnlyNote={false}>
      {permissions.includes('keys.manage') ? (
        <ApiKeys />
      ) : (
        <EmptyState title="You may not see the API keys">
          Your role has not the permission to see, create and revoke them. Owners and admins of the workspace have; ask one of them for a key.
        </EmptyState>
      )}
    </SettingsPage>
  );
}

type Asked = { what: 'create' } | { what: 'change' | 'revoke'; key: ApiKey };

function ApiKeys() {
  const query = useInfiniteQuery(apiKeyPagesQuery);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [said, setSaid] = useState('');
  const keys = query.data?.pages.flatMap(({ items }) => items);
  const ask = (next: Asked) => {
    setSaid('');
    setAsked(next);
  };
  const close = () => setAsked(null);
  const create = (
    <Button variant="primary" onClick={() => ask({ what: 'create' })}>
      <KeyRound aria-hidden="true" />
      Create a key
    </Button>
  );
  return (
    <div className="settings api-keys">
      <SaidLine said={said} />
      <Panel title="API keys" note="for programs that send or ask, newest first" end={keys?.length === 0 ? undefined : create}>
        {query.error !== null && keys === undefined ? (
          <ProblemState error={query.error} what="The API keys could not be read" onRetry={() => void query.refetch()} />
        ) : keys?.length === 0 ? (
          <EmptyState title="There is no API key yet" actions={create}>
            A program sends telemetry, or asks the API, with a key of its own. Give each program one: then it can be revoked without stopping the
            others.
          </EmptyState>
        ) : (
          <KeyTable keys={keys} onChange={(key) => ask({ what: 'change', key })} onRevoke={(key) => ask({ what: 'revoke', key })} />
        )}
        {query.hasNextPage ? (
          <div className="key-more">
            <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {query.isFetchingNextPage ? 'Loading …' : 'Load more'}
            </Button>
          </div>
        ) : null}
      </Panel>
      {asked?.what === 'create' ? <CreateKey onClose={close} /> : null}
      {asked?.what === 'change' ? <ChangeKey apiKey={asked.key} onChanged={setSaid} onClose={close} /> : null}
      {asked?.what === 'revoke' ? <RevokeKey apiKey={asked.key} onRevoked={setSaid} onClose={close} /> : null}
    </div>
  );
}
