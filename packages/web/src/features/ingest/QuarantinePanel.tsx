import { useQuery } from '@tanstack/react-query';
import { quarantineQuery } from '../../api/ingest.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import { useRefetchInterval } from '../../time/liveRefresh.ts';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { formatCount, formatQuantity } from '../../ui/formatCount.ts';
import { NOT_SENT } from '../../ui/formatMoney.ts';
import { Panel } from '../../ui/Panel.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { num, TableHead } from '../../ui/TableHead.tsx';
import { formatBytes } from '../trace/model/formatBytes.ts';
import { signalWords, wayInLabel } from './wayIn.ts';
import './quarantinePanel.css';

/** The server lists no more than this. */
const LISTED_MAX = 500;

/** What was acknowledged and lies in files because the store would not take it, of any time. */
export function QuarantinePanel() {
  const refetchInterval = useRefetchInterval();
  const { data, error, refetch } = useQuery({ ...quarantineQuery, refetchInterval });
  const note =
    data === undefined || data.length === 0
      ? 'of any time'
      : data.length >= LISTED_MAX
        ? `the newest ${LISTED_MAX}`
        : formatQuantity(data.length, 'entry', 'entries');
  return (
    <Panel title="Quarantine" note={note}>
      {data === undefined ? (
        error === null ? (
          <p className="quarantine-text">
            <Skeleton width="320px" />
          </p>
        ) : (
          <ProblemState error={error} what="The quarantine could not be read" onRetry={() => void refetch()} />
        )
      ) : data.length === 0 ? (
        <p className="quarantine-text">Empty. What is acknowledged and cannot be stored is kept here with the reason, never thrown away.</p>
      ) : (
        <>
          <p className="quarantine-text">
            Senders have their acknowledgement for these, and the store would not take them. The bytes lie in <code>quarantine/</code> of the data
            directory until someone removes them.
          </p>
          <div className="table-scroll">
            <table className="table table-cards quarantine">
              <TableHead columns={['Reason', 'Way in', num('Items'), num('Size'), num('When')]} />
              <tbody>
                {data.map(({ id, at, reason, source, signal, items, bytes }) => (
                  <tr key={id}>
                    <th scope="row" className="quarantine-reason">
                      {reason}
                      <code>{id}</code>
                    </th>
                    <td data-label="Way in">
                      {source === null ? <span title="The bytes are too damaged to tell">unknown</span> : wayInLabel(source)}
                    </td>
                    <td className="num" data-label="Items">
                      {items === null ? (
                        <span title="The bytes are too damaged to tell">{NOT_SENT}</span>
                      ) : signal === null ? (
                        formatCount(items)
                      ) : (
                        formatQuantity(items, ...signalWords(signal))
                      )}
                    </td>
                    <td className="num" data-label="Size">
                      {formatBytes(bytes)}
                    </td>
                    <td className="num" data-label="When">
                      <RelativeTime time={at} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </Panel>
  );
}
