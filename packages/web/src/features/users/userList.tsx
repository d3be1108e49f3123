import type { User } from '@sightglass/contract/user';
import { type FilteredList, valuesFacet } from '../../filters/facets.ts';
import { CostCell, ErrorsCell, FirstOf, ItemName, Missing, TokensCell, ValueCell } from '../../lists/cells.tsx';
import type { ItemLink, ItemList } from '../../lists/itemList.ts';
import { NothingHere } from '../../lists/NothingHere.tsx';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { formatCount, formatQuantity } from '../../ui/formatCount.ts';

export const linkToUser = ({ user_id }: Pick<User, 'user_id'>): ItemLink => ({ to: '/users/$userId', params: { userId: user_id } });

/** How one narrows the list of users. */
export const USER_FILTERS: FilteredList = {
  noun: 'user',
  searched: 'ids, e-mail addresses, departments',
  source: 'spans',
  measure: 'active_users',
  facets: [
    valuesFacet('agent_id', 'Agent', true),
    valuesFacet('department', 'Department', true),
    valuesFacet('model', 'Model', true),
    { kind: 'least', name: 'min_cost_usd', label: 'Cost', primary: true, unit: 'usd', steps: ['0.1', '1', '10'] },
    valuesFacet('environment', 'Environment', false),
    valuesFacet('user_id', 'User', false),
  ],
};

export const USER_LIST: ItemList<User> = {
  title: 'Users',
  list: USER_FILTERS,
  path: '/api/obs/users',
  sorts: {
    last_at: ['heard of last first', 'heard of longest ago first'],
    cost: ['costliest first', 'cheapest first'],
    tokens: ['most tokens first', 'fewest tokens first'],
    runs: ['most runs first', 'fewest runs first'],
    sessions: ['most sessions first', 'fewest sessions first'],
    calls: ['most calls first', 'fewest calls first'],
    errors: ['most errors first', 'fewest errors first'],
  },
  idOf: ({ user_id }) => user_id,
  linkOf: linkToUser,
  columns: [
    { id: 'user', label: 'User', width: 180, grows: true, cell: (user) => <UserName user={user} /> },
    {
      id: 'email',
      label: 'E-mail',
      width: 180,
      grows: true,
      cell: ({ email }) => (email === null ? <Missing /> : <span className="truncate">{email}</span>),
    },
    {
      id: 'department',
      label: 'Department',
      width: 120,
      cell: ({ department }) => <ValueCell name="department" label="department" value={department} />,
    },
    { id: 'last', label: 'Last span', width: 110, sort: 'last_at', cell: ({ last_at }) => <RelativeTime time={last_at} /> },
    { id: 'cost', label: 'Cost', width: 110, sort: 'cost', alignEnd: true, cell: (user) => <CostCell item={user} /> },
    { id: 'tokens', label: 'Tokens', width: 120, sort: 'tokens', alignEnd: true, cell: (user) => <TokensCell item={user} /> },
    { id: 'runs', label: 'Runs', width: 80, sort: 'runs', alignEnd: true, cell: ({ runs }) => formatCount(runs) },
    { id: 'sessions', label: 'Sessions', width: 84, sort: 'sessions', alignEnd: true, cell: ({ sessions }) => formatCount(sessions) },
    { id: 'calls', label: 'Calls', width: 80, sort: 'calls', alignEnd: true, cell: ({ calls }) => formatCount(calls) },
    { id: 'errors', label: 'Errors', width: 76, sort: 'errors', alignEnd: true, cell: ({ errors }) => <ErrorsCell errors={errors} /> },
    { id: 'agents', label: 'Agents', width: 140, grows: true, cell: ({ agents }) => <FirstOf name="agent_id" label="agent" values={agents} /> },
  ],
  renderCard: (user) => (
    <>
      <div className="item-card-head">
        <UserName user={user} tabStop />
        <span className="dim item-card-time">
          <RelativeTime time={user.last_at} />
        </span>
      </div>
      <div className="item-card-facts">
        <span className="truncate dim">{user.department ?? user.email ?? ''}</span>
        <span>{formatQuantity(user.runs, 'run')}</span>
        <span>
          <CostCell item={user} />
        </span>
      </div>
      <div className="truncate item-preview">{user.agents.join(', ')}</div>
    </>
  ),
  renderEmpty: () => <NothingHere noun="user">Users are those whom telemetry names as user.id; nobody is asked to sign in for it.</NothingHere>,
};

function UserName({ user, tabStop = false }: { user: User; tabStop?: boolean }) {
  return (
    <ItemName link={linkToUser(user)} tabStop={tabStop} title={user.user_id}>
      {user.user_id}
    </ItemName>
  );
}
