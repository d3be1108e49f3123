import type { AlertChannel } from '@sightglass/contract/alertChannel';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { alertChannelsQuery, CHANNELS_KEY, changeAlertChannel } from '../../api/alertChannels.ts';
import { asProblem, ProblemState } from '../../api/ProblemState.tsx';
import { Page } from '../../shell/Page.tsx';
import { useShell } from '../../shell/shellContext.ts';
import { Button } from '../../ui/Button.tsx';
import { formatQuantity } from '../../ui/formatCount.ts';
import { Panel } from '../../ui/Panel.tsx';
import { SaidLine } from '../../ui/SaidLine.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { AlertsNav } from '../alerts/AlertsNav.tsx';
import '../../ui/narrowCards.css';
import '../../ui/switchCards.css';
import '../../ui/table.css';
import { ChannelDialog } from './ChannelDialog.tsx';
import { ChannelTable } from './ChannelTable.tsx';
import { DeleteChannel } from './DeleteChannel.tsx';
import { TestChannel } from './TestChannel.tsx';
import './channels.css';

const LOOK_AGAIN_MS = 15_000;
type Asked = { what: 'create' } | { what: 'change' | 'delete' | 'test'; channel: AlertChannel };

/** Where alerts are sent, and whether they arrive. */
export function ChannelsPage() {
  const mayChange = useShell().me.permissions.includes('alerts.write');
  const client = useQueryClient();
  const query = useQuery({ ...alertChannelsQuery, refetchInterval: LOOK_AGAIN_MS });
  const [asked, setAsked] = useState<Asked | null>(null);
  const [said, setSaid] = useState('');
  const channels = query.data;
  const switching = useMutation({
    mutationFn: ({ channel, enabled }: { channel: AlertChannel; enabled: boolean }) => changeAlertChannel(channel.id, { enabled }),
    onMutate: () => setSaid(''),
    onSuccess: async ({ name, enabled }) => {
      await client.invalidateQueries({ queryKey: CHANNELS_KEY });
      setSaid(enabled ? `“${name}” is told again.` : `“${name}” is told nothing any more.`);
    },
  });
  const ask = (next: Asked) => {
    setSaid('');
    setAsked(next);
  };
  const close = () => setAsked(null);
  const create = (
    <Button
      variant="primary"
      disabled={!mayChange}
      title={mayChange ? undefined : 'Your role may not change channels'}
      onClick={() => ask({ what: 'create' })}
    >
      <Plus aria-hidden="true" />
      Create a channel
    </Button>
  );
  return (
    <Page title="Channels · Alerts" heading="Alerts" actions={create}>
      <AlertsNav />
      <SaidLine said={said} />
      {switching.error === null ? null : (
        <p role="alert" className="worse">
          “{switching.variables?.channel.name}” stays as it was: {asProblem(switching.error).message}
        </p>
      )}
      {mayChange ? null : <p className="dim">You see where alerts are sent. Owners, admins and editors of the workspace change channels.</p>}
      <Panel title="Channels" note={channels === undefined || channels.length === 0 ? undefined : formatQuantity(channels.length, 'channel')}>
        {channels === undefined ? (
          query.error === null ? (
            <div className="channel-pending" aria-busy="true">
              <Skeleton height="48px" />
              <Skeleton height="48px" />
            </div>
          ) : (
            <ProblemState error={query.error} what="The channels could not be read" onRetry={() => void query.refetch()} />
          )
        ) : channels.length === 0 ? (
          <EmptyState title="Alerts are sent nowhere yet" actions={create}>
            They stand on their page and in everybody’s notifications in any case. A channel tells people who are not looking: in Slack, by e-mail, on
            call.
          </EmptyState>
        ) : (
          <ChannelTable
            channels={channels}
            mayChange={mayChange}
            busyId={switching.isPending ? switching.variables.channel.id : undefined}
            onSwitch={(channel, enabled) => switching.mutate({ channel, enabled })}
            onAsk={(what, channel) => ask({ what, channel })}
          />
        )}
      </Panel>
      {asked?.what === 'create' ? (
        <ChannelDialog channel={null} onSaved={(name) => setSaid(`“${name}” is created. Send it a test message.`)} onClose={close} />
      ) : null}
      {asked?.what === 'change' ? <ChannelDialog channel={asked.channel} onSaved={(name) => setSaid(`“${name}” is saved.`)} onClose={close} /> : null}
      {asked?.what === 'test' ? <TestChannel channel={asked.channel} onClose={close} /> : null}
      {asked?.what === 'delete' ? (
        <DeleteChannel channel={asked.channel} onDeleted={() => setSaid(`“${asked.channel.name}” was deleted.`)} onClose={close} />
      ) : null}
    </Page>
  );
}
