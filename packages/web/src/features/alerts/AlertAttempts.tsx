import type { AlertNotification } from '@sightglass/contract/alert';
import { Link } from '@tanstack/react-router';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { buttonClass } from '../../ui/Button.tsx';
import { formatQuantity } from '../../ui/formatCount.ts';
import { Panel } from '../../ui/Panel.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { CHANNEL_KIND_WORDS } from './alertWords.ts';
import '../../ui/table.css';

/** Every attempt to tell a channel, newest first, and what became of it. */
export function AlertAttempts({ attempts }: { attempts: readonly AlertNotification[] }) {
  const failed = attempts.filter(({ success }) => !success).length;
  const newestFirst = [...attempts].reverse();
  return (
    <Panel
      title="Notifications"
      note={
        attempts.length === 0 ? undefined : `${formatQuantity(attempts.length, 'attempt')}${failed === 0 ? '' : `, ${failed} failed`} · newest first`
      }
    >
      {attempts.length === 0 ? (
        <EmptyState
          title="No channel has been told"
          actions={
            <Link to="/alerts/channels" className={buttonClass()}>
              Channels
            </Link>
          }
        >
          The rule names no channel, or the alert is silenced, snoozed, or waits for others of its group. Everybody sees it here all the same.
        </EmptyState>
      ) : (
        <div className="table-scroll">
          <table className="table table-cards">
            <thead>
              <tr>
                <th scope="col">Channel</th>
                <th scope="col">Sent</th>
                <th scope="col" className="num">
                  Attempt
                </th>
                <th scope="col">Result</th>
              </tr>
            </thead>
            <tbody>
              {newestFirst.map(({ channel_id, channel_name, kind, attempt, sent_at, success, error }, i) => (
                // oxlint-disable-next-line react/no-array-index-key -- two attempts may be alike in everything
                <tr key={`${channel_id} ${sent_at} ${i}`}>
                  <th scope="row" className="table-name">
                    <span className="truncate" title={channel_name}>
                      {channel_name} <small className="dim">{CHANNEL_KIND_WORDS[kind]}</small>
                    </span>
                  </th>
                  <td data-label="Sent">
                    <RelativeTime time={sent_at} />
                  </td>
                  <td className="num" data-label="Attempt">
                    {attempt}
                  </td>
                  <td data-label="Result">
                    <span className="alert-attempt">
                      {success ? <Tag tone="ok">Arrived</Tag> : <Tag tone="crit">Failed</Tag>}
                      {error === null ? null : <span>{error}</span>}
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
