import type { Session } from '@sightglass/contract/routes/profile';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { asProblem, ProblemState } from '../../../api/ProblemState.tsx';
import { endOtherSessions, endSession, sessionsQuery } from '../../../api/profile.ts';
import { RelativeTime } from '../../../time/RelativeTime.tsx';
import { Button } from '../../../ui/Button.tsx';
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx';
import { formatQuantity } from '../../../ui/formatCount.ts';
import { NOT_SENT } from '../../../ui/formatMoney.ts';
import { LoadingRows } from '../../../ui/LoadingRows.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { TableHead, unseen } from '../../../ui/TableHead.tsx';
import { Tag } from '../../../ui/Tag.tsx';

/** Where one is signed in, and the way to end it. */
export function SessionsPanel({ onSaid }: { onSaid: (words: string) => void }) {
  const client = useQueryClient();
  const query = useQuery(sessionsQuery);
  const [asks, setAsks] = useState(false);
  const reread = () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey });
  const end = useMutation({
    mutationFn: ({ id }: Session) => endSession(id),
    onSuccess: async (_nothing, { device }) => {
      await reread();
      onSaid(`The session on ${device} is over.`);
    },
    onError: reread,
  });
  const endOthers = useMutation({
    mutationFn: endOtherSessions,
    onSuccess: async ({ ended }) => {
      await reread();
      setAsks(false);
      onSaid(ended === 0 ? 'You were signed in nowhere else.' : `${formatQuantity(ended, 'session is', 'sessions are')} over.`);
    },
  });
  const others = query.data?.filter(({ current }) => !current).length ?? 0;
  return (
    <Panel
      title="Where you are signed in"
      note="a session ends when it is not used for 7 days"
      end={others === 0 ? undefined : <Button onClick={() => setAsks(true)}>Sign out everywhere else</Button>}
    >
      {query.error !== null && query.data === undefined ? (
        <ProblemState error={query.error} what="Your sessions could not be read" onRetry={() => void query.refetch()} />
      ) : (
        <SessionTable sessions={query.data} ending={end.isPending ? end.variables.id : undefined} onEnd={(session) => end.mutate(session)} />
      )}
      {end.error === null ? null : (
        <p className="worse profile-problem" role="alert">
          Not ended: {asProblem(end.error).message}
        </p>
      )}
      <ConfirmDialog
        open={asks}
        title="Sign out everywhere else?"
        confirm={endOthers.isPending ? 'Waiting …' : 'Sign out everywhere else'}
        variant="danger"
        busy={endOthers.isPending}
        onConfirm={() => endOthers.mutate()}
        onCancel={() => setAsks(false)}
      >
        <p>{formatQuantity(others, 'other session ends', 'other sessions end')} within a second. You stay signed in here.</p>
        {endOthers.error === null ? null : (
          <p className="worse" role="alert">
            {asProblem(endOthers.error).message}
          </p>
        )}
      </ConfirmDialog>
    </Panel>
  );
}

interface SessionTableProps {
  /** Undefined while they are on their way. */
  sessions: readonly Session[] | undefined;
  /** Id of the one that is being ended. */
  ending: string | undefined;
  onEnd: (session: Session) => void;
}

function SessionTable({ sessions, ending, onEnd }: SessionTableProps) {
  return (
    <div className="narrow-scroll" aria-busy={sessions === undefined}>
      <table className="table narrow-cards session-table">
        <TableHead columns={['Device', 'Address', 'Last used', 'Signed in', unseen('Actions')]} />
        <tbody>
          {sessions === undefined ? (
            <LoadingRows columns={5} />
          ) : (
            sessions.map((session) => (
              <tr key={session.id}>
                <th scope="row" title={session.user_agent}>
                  {session.device} {session.current ? <Tag tone="ok">this one</Tag> : null}
                </th>
                <td data-label="Address">{session.address ?? <span className="dim">{NOT_SENT}</span>}</td>
                <td data-label="Last used">
                  <RelativeTime time={session.last_used_at} />
                </td>
                <td data-label="Signed in">
                  <RelativeTime time={session.created_at} />
                </td>
                <td className="session-actions">
                  {session.current ? null : (
                    <Button aria-label={`End the session on ${session.device}`} disabled={ending === session.id} onClick={() => onEnd(session)}>
                      {ending === session.id ? 'Ending …' : 'End'}
                    </Button>
                  )}
                </td>
              </tr>
            ))
          )}
        </tbody>
      </table>
    </div>
  );
}
