import type { ApiKey } from '@sightglass/contract/routes/apiKeys';
import { Ban, Ellipsis, Pencil } from 'lucide-react';
import { useNow } from '../../../time/now.ts';
import { RelativeTime } from '../../../time/RelativeTime.tsx';
import { IconButton } from '../../../ui/Button.tsx';
import { NOT_SENT } from '../../../ui/formatMoney.ts';
import { LoadingRows } from '../../../ui/LoadingRows.tsx';
import { Menu, MenuItem } from '../../../ui/Menu.tsx';
import { TableHead, unseen } from '../../../ui/TableHead.tsx';
import { Tag } from '../../../ui/Tag.tsx';
import { KEY_STATE_TONES, keyStateOf, rateLimitWords, scopeWords, works } from './keyState.ts';

const COLUMNS = 8;

interface KeyTableProps {
  /** Undefined while they are on their way. */
  keys: readonly ApiKey[] | undefined;
  onChange: (key: ApiKey) => void;
  onRevoke: (key: ApiKey) => void;
}

/** The keys of the workspace; those that no longer work stand among them, so that one sees what there was. */
export function KeyTable({ keys, onChange, onRevoke }: KeyTableProps) {
  return (
    <div className="narrow-scroll" aria-busy={keys === undefined}>
      <table className="table narrow-cards key-table">
        <TableHead columns={['Name', 'State', 'Scopes', 'Created', 'Last used', 'Ends', 'Rate limit', unseen('Actions')]} />
        <tbody>
          {keys === undefined ? (
            <LoadingRows columns={COLUMNS} rows={4} />
          ) : (
            keys.map((key) => <KeyRow key={key.id} apiKey={key} onChange={onChange} onRevoke={onRevoke} />)
          )}
        </tbody>
      </table>
    </div>
  );
}

function KeyRow({ apiKey, onChange, onRevoke }: { apiKey: ApiKey } & Pick<KeyTableProps, 'onChange' | 'onRevoke'>) {
  const state = keyStateOf(apiKey, useNow());
  const when = (time: string | null, absent: string) => (time === null ? <span className="dim">{absent}</span> : <RelativeTime time={time} />);
  return (
    <tr className={works(state) ? undefined : 'key-dead'}>
      <th scope="row" className="key-name">
        <span className="truncate" title={apiKey.name}>
          {apiKey.name}
        </span>
        <code title={apiKey.id}>{apiKey.prefix}…</code>
      </th>
      <td data-label="State">
        <Tag tone={KEY_STATE_TONES[state]}>{state}</Tag>
      </td>
      <td data-label="Scopes">
        <span className="key-scopes">
          {apiKey.scopes.map((scope) => (
            <Tag key={scope} title={scopeWords(scope)}>
              {scope}
            </Tag>
          ))}
        </span>
      </td>
      <td data-label="Created">
        <RelativeTime time={apiKey.created_at} />
      </td>
      <td data-label="Last used">{when(apiKey.last_used_at, 'never')}</td>
      <td data-label="Ends">{apiKey.revoked_at === null ? when(apiKey.expires_at, 'never') : when(apiKey.revoked_at, '')}</td>
      <td data-label="Rate limit" className="key-limit">
        {apiKey.rate_limit === null ? <span className="dim">{NOT_SENT}</span> : rateLimitWords(apiKey.rate_limit)}
      </td>
      <td className="narrow-corner">
        {apiKey.revoked_at !== null ? null : (
          <Menu
            align="end"
            trigger={
              <IconButton label={`What to do with ${apiKey.name}`}>
                <Ellipsis aria-hidden="true" />
              </IconButton>
            }
          >
            <MenuItem icon={<Pencil aria-hidden="true" />} onSelect={() => onChange(apiKey)}>
              Rename, set the rate limit
            </MenuItem>
            <MenuItem icon={<Ban aria-hidden="true" />} onSelect={() => onRevoke(apiKey)}>
              Revoke
            </MenuItem>
          </Menu>
        )}
      </td>
    </tr>
  );
}
