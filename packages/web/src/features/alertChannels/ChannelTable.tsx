import type { AlertChannel } from '@sightglass/contract/alertChannel';
import { Ellipsis, Pencil, Send, Trash2 } from 'lucide-react';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { Button, IconButton } from '../../ui/Button.tsx';
import { formatCount } from '../../ui/formatCount.ts';
import { Menu, MenuItem } from '../../ui/Menu.tsx';
import { Switch } from '../../ui/Switch.tsx';
import { num, TableHead, unseen } from '../../ui/TableHead.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { CHANNEL_KIND_WORDS } from '../alerts/alertWords.ts';
import { targetWords } from './channelDraft.ts';

interface ChannelTableProps {
  channels: readonly AlertChannel[];
  mayChange: boolean;
  /** The channel that is being switched on or off. */
  busyId: string | undefined;
  onSwitch: (channel: AlertChannel, enabled: boolean) => void;
  onAsk: (what: 'change' | 'delete' | 'test', channel: AlertChannel) => void;
}

/** Channels: where they go, what they are told of, and what became of the last messages. */
export function ChannelTable({ channels, ...rest }: ChannelTableProps) {
  return (
    <div className="narrow-scroll">
      <table className="table narrow-cards switch-cards channel-table">
        <TableHead columns={['At work', 'Channel', 'Kind', 'Told of', 'Arrived', 'Failed', num('Waiting'), unseen('Actions')]} />
        <tbody>
          {channels.map((channel) => (
            <ChannelRow key={channel.id} channel={channel} {...rest} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ChannelRow({ channel, mayChange, busyId, onSwitch, onAsk }: { channel: AlertChannel } & Omit<ChannelTableProps, 'channels'>) {
  const { name, kind, environment, enabled } = channel;
  const fixed = environment !== null;
  const why = fixed ? `Set by ${environment}: change it there` : mayChange ? undefined : 'Your role may not change channels';
  return (
    <tr>
      <td className="switch-cell" title={why}>
        <Switch
          label={`${name} at work`}
          labelHidden
          checked={enabled}
          disabled={why !== undefined || busyId === channel.id}
          onChange={(next) => onSwitch(channel, next)}
        />
      </td>
      <th scope="row" className="switch-name channel-name">
        {name}
        <span className="channel-target">{targetWords(channel)}</span>
        {fixed ? <span className="channel-target">set by {environment} of the server</span> : null}
        {channel.last_error === null ? null : (
          <span className="channel-error" role="note">
            {channel.last_error}
          </span>
        )}
      </th>
      <td data-label="Kind">{CHANNEL_KIND_WORDS[kind]}</td>
      <td data-label="Told of">{channel.all_rules ? 'every rule' : 'rules that name it'}</td>
      <td data-label="Arrived">
        {channel.last_success_at === null ? <span className="dim">never</span> : <RelativeTime time={channel.last_success_at} />}
      </td>
      <td data-label="Failed">
        {channel.last_failure_at === null ? (
          <span className="dim">never</span>
        ) : channel.last_error === null ? (
          <RelativeTime time={channel.last_failure_at} />
        ) : (
          <Tag tone="crit">
            <RelativeTime time={channel.last_failure_at} />
          </Tag>
        )}
      </td>
      <td data-label="Waiting" className="num">
        {channel.waiting === 0 ? <span className="dim">0</span> : formatCount(channel.waiting)}
      </td>
      <td className="channel-actions">
        <Button disabled={!mayChange} title={mayChange ? undefined : 'Your role may not send test messages'} onClick={() => onAsk('test', channel)}>
          <Send aria-hidden="true" />
          Test
        </Button>
        <Menu
          align="end"
          trigger={
            <IconButton label={`What to do with ${name}`}>
              <Ellipsis aria-hidden="true" />
            </IconButton>
          }
        >
          <MenuItem icon={<Pencil aria-hidden="true" />} disabled={why !== undefined} onSelect={() => onAsk('change', channel)}>
            Change
          </MenuItem>
          <MenuItem icon={<Trash2 aria-hidden="true" />} disabled={why !== undefined} onSelect={() => onAsk('delete', channel)}>
            Delete
          </MenuItem>
          {why === undefined ? null : <div className="menu-label channel-why">{why}.</div>}
        </Menu>
      </td>
    </tr>
  );
}
