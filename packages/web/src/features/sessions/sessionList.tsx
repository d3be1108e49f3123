import { SESSION_STATUSES, type Session } from '@sightglass/contract/session';
import { type FilteredList, valuesFacet } from '../../filters/facets.ts';
import { CostCell, ErrorsCell, FirstOf, ItemName, Preview, TokensCell, ValueCell } from '../../lists/cells.tsx';
import type { ItemLink, ItemList } from '../../lists/itemList.ts';
import { NothingHere } from '../../lists/NothingHere.tsx';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { formatCount, formatQuantity } from '../../ui/formatCount.ts';
import { formatDurationMs } from '../../ui/formatDuration.ts';
import { SessionStatusTag } from './SessionStatusTag.tsx';

export const linkToSession = ({ session_id }: Pick<Session, 'session_id'>): ItemLink => ({
  to: '/sessions/$sessionId',
  params: { sessionId: session_id },
});

/** How one narrows the session list. */
export const SESSION_FILTERS: FilteredList = {
  noun: 'session',
  searched: 'ids, inputs, outputs, errors',
  source: 'spans',
  measure: 'active_sessions',
  facets: [
    { kind: 'choice', name: 'status', label: 'Status', primary: true, options: SESSION_STATUSES },
    valuesFacet('agent_id', 'Agent', true),
    valuesFacet('user_id', 'User', true),
    valuesFacet('model', 'Model', true),
    { kind: 'least', name: 'min_duration_ms', label: 'Duration', primary: true, unit: 'ms', steps: ['60000', '600000', '3600000'] },
    { kind: 'least', name: 'min_cost_usd', label: 'Cost', primary: true, unit: 'usd', steps: ['0.01', '0.1', '1'] },
    valuesFacet('department', 'Department', false),
    valuesFacet('environment', 'Environment', false),
    valuesFacet('session_id', 'Session', false),
  ],
};

export const SESSION_LIST: ItemList<Session> = {
  title: 'Sessions',
  list: SESSION_FILTERS,
  path: '/api/obs/sessions',
  pinned: { status: 'live' },
  sorts: {
    last_at: ['heard of last first', 'heard of longest ago first'],
    started_at: ['newest first', 'oldest first'],
    duration: ['longest first', 'shortest first'],
    cost: ['costliest first', 'cheapest first'],
    tokens: ['most tokens first', 'fewest tokens first'],
    runs: ['most runs first', 'fewest runs first'],
    errors: ['most errors first', 'fewest errors first'],
  },
  idOf: ({ session_id }) => session_id,
  linkOf: linkToSession,
  columns: [
    { id: 'status', label: 'Status', width: 76, headerHidden: true, cell: ({ status }) => <SessionStatusTag status={status} /> },
    { id: 'session', label: 'Session', width: 160, cell: (session) => <SessionName session={session} /> },
    { id: 'last', label: 'Last span', width: 104, sort: 'last_at', cell: ({ last_at }) => <RelativeTime time={last_at} /> },
    { id: 'duration', label: 'Duration', width: 96, sort: 'duration', alignEnd: true, cell: ({ duration_ms }) => formatDurationMs(duration_ms) },
    { id: 'runs', label: 'Runs', width: 66, sort: 'runs', alignEnd: true, cell: ({ runs }) => formatCount(runs) },
    { id: 'cost', label: 'Cost', width: 100, sort: 'cost', alignEnd: true, cell: (session) => <CostCell item={session} /> },
    { id: 'tokens', label: 'Tokens', width: 116, sort: 'tokens', alignEnd: true, cell: (session) => <TokensCell item={session} /> },
    { id: 'errors', label: 'Errors', width: 68, sort: 'errors', alignEnd: true, cell: ({ errors }) => <ErrorsCell errors={errors} /> },
    { id: 'agents', label: 'Agents', width: 130, cell: ({ agents }) => <FirstOf name="agent_id" label="agent" values={agents} /> },
    { id: 'user', label: 'User', width: 110, cell: ({ user_id }) => <ValueCell name="user_id" label="user" value={user_id} /> },
    { id: 'input', label: 'Began with', width: 180, grows: true, cell: ({ input_preview }) => <Preview text={input_preview} /> },
    { id: 'output', label: 'Last answer', width: 180, grows: true, cell: ({ output_preview }) => <Preview text={output_preview} /> },
  ],
  renderCard: (session) => (
    <>
      <div className="item-card-head">
        {session.status === 'live' ? <SessionStatusTag status="live" /> : null}
        <SessionName session={session} tabStop />
        <span className="dim item-card-time">
          <RelativeTime time={session.last_at} />
        </span>
      </div>
      <div className="item-card-facts">
        <span className="truncate dim">{[session.user_id, ...session.agents].filter((each) => each !== null).join(' · ')}</span>
        <span>{formatQuantity(session.runs, 'run')}</span>
        <span>
          <CostCell item={session} />
        </span>
      </div>
      <div className="truncate item-preview">{session.input_preview ?? ''}</div>
    </>
  ),
  renderEmpty: () => (
    <NothingHere noun="session">Sessions are what telemetry names as session.id or gen_ai.conversation.id: the runs of one conversation.</NothingHere>
  ),
};

function SessionName({ session, tabStop = false }: { session: Session; tabStop?: boolean }) {
  return (
    <ItemName link={linkToSession(session)} tabStop={tabStop} title={session.session_id}>
      {session.session_id}
    </ItemName>
  );
}
