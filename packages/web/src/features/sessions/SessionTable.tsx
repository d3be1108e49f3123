import type { Session } from '@sightglass/contract/session';
import { CostCell, ErrorsCell, ItemName, Preview } from '../../lists/cells.tsx';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { formatCount } from '../../ui/formatCount.ts';
import { formatDurationMs } from '../../ui/formatDuration.ts';
import { num, TableHead } from '../../ui/TableHead.tsx';
import { linkToSession } from './sessionList.tsx';
import { SessionStatusTag } from './SessionStatusTag.tsx';
import '../../ui/table.css';
import '../runs/runTable.css';

/** Sessions under one another, on the page of what they belong to; cards on phones. */
export function SessionTable({ sessions }: { sessions: readonly Session[] }) {
  return (
    <div className="table-scroll">
      <table className="table table-cards">
        <TableHead columns={['Session', 'Last heard of', num('Duration'), num('Runs'), num('Cost'), num('Errors'), 'Began with']} />
        <tbody>
          {sessions.map((session) => (
            <tr key={session.session_id}>
              <th scope="row" className="table-name">
                <span className="run-table-name">
                  <ItemName link={linkToSession(session)} tabStop title={session.session_id}>
                    {session.session_id}
                  </ItemName>
                  {session.status === 'live' ? <SessionStatusTag status="live" /> : null}
                </span>
              </th>
              <td data-label="Last heard of">
                <RelativeTime time={session.last_at} />
              </td>
              <td className="num" data-label="Duration">
                {formatDurationMs(session.duration_ms)}
              </td>
              <td className="num" data-label="Runs">
                {formatCount(session.runs)}
              </td>
              <td className="num" data-label="Cost">
                <CostCell item={session} />
              </td>
              <td className="num" data-label="Errors">
                <ErrorsCell errors={session.errors} />
              </td>
              <td className="run-table-text" data-label="Began with">
                <Preview text={session.input_preview} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
