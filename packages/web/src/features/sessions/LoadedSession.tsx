import type { Session, SessionWithRuns } from '@sightglass/contract/session';
import { Link } from '@tanstack/react-router';
import { canFilterBy } from '../../filters/facets.ts';
import { CostCell, TokensCell } from '../../lists/cells.tsx';
import { Fact, FactStrip } from '../../lists/FactStrip.tsx';
import { routeOf } from '../../lists/itemList.ts';
import { ListCrumb } from '../../lists/ListCrumb.tsx';
import { useSearchText, useSetSearchText } from '../../routing/useSearchText.ts';
import { Page } from '../../shell/Page.tsx';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { buttonClass } from '../../ui/Button.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { formatCount, formatQuantity } from '../../ui/formatCount.ts';
import { formatDurationMs } from '../../ui/formatDuration.ts';
import { Tabs } from '../../ui/Tabs.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { RunTable } from '../runs/RunTable.tsx';
import { linkToUser } from '../users/userList.tsx';
import { SessionReplay } from './replay/SessionReplay.tsx';
import { sessionAround } from './sessionAround.ts';
import { SessionStatusTag } from './SessionStatusTag.tsx';
import '../../lists/itemPage.css';

interface LoadedSessionProps {
  found: SessionWithRuns;
  /** Absent when no more runs can be asked for. */
  onMoreRuns: (() => void) | undefined;
}

/** A session that has arrived. */
export function LoadedSession({ found: { session, runs, next_cursor }, onMoreRuns }: LoadedSessionProps) {
  const search = useSearchText();
  const setSearch = useSetSearchText();
  const view = search.view === 'runs' ? 'runs' : 'conversation';
  const hasMoreRuns = next_cursor !== null && onMoreRuns !== undefined;
  return (
    <Page
      title={`Session ${session.session_id}`}
      heading={
        <>
          <ListCrumb to="/sessions" noun="session" label="Sessions" />
          <span className="truncate" title={session.session_id}>
            {session.session_id}
          </span>
          <CopyButton text={session.session_id} label="Copy session id" />
          {session.errors > 0 ? <Tag tone="crit">{formatQuantity(session.errors, 'error')}</Tag> : null}
          {session.status === 'live' ? <SessionStatusTag status="live" /> : null}
        </>
      }
      actions={<SessionLinks session={session} />}
    >
      <div className="item-page">
        <SessionFacts session={session} />
        <Tabs
          label="View of the session"
          value={view}
          onChange={(next) => setSearch({ view: next === 'conversation' ? undefined : next })}
          tabs={[
            { value: 'conversation', label: 'Conversation' },
            { value: 'runs', label: 'Runs', count: Math.max(session.runs, runs.length) },
          ]}
        >
          <div className="session-view">
            {view === 'runs' ? (
              <>
                <RunTable runs={runs} />
                {next_cursor === null ? null : hasMoreRuns ? (
                  <button type="button" className="link text-button" onClick={onMoreRuns}>
                    Show more runs
                  </button>
                ) : (
                  <p className="dim">The first {formatCount(runs.length)} runs. The list of runs has them all.</p>
                )}
              </>
            ) : (
              <SessionReplay runs={runs} hasMoreRuns={hasMoreRuns} onMoreRuns={onMoreRuns ?? nothing} />
            )}
          </div>
        </Tabs>
      </div>
    </Page>
  );
}

const nothing = () => undefined;

function SessionLinks({ session }: { session: Session }) {
  const { session_id } = session;
  if (!canFilterBy(session_id)) return null;
  const filter = { session_id, ...sessionAround(session) };
  return (
    <>
      <Link to="/logs" search={filter} className={buttonClass()}>
        Logs
      </Link>
      <Link to="/costs" search={filter} className={buttonClass()}>
        Costs
      </Link>
      <Link to="/traces" search={filter} className={buttonClass('primary')}>
        Traces
      </Link>
    </>
  );
}

function SessionFacts({ session }: { session: Session }) {
  return (
    <FactStrip>
      <Fact name="Began">
        <RelativeTime time={session.started_at} />
      </Fact>
      <Fact name="Last heard of">
        <RelativeTime time={session.last_at} />
      </Fact>
      <Fact name="Duration">{formatDurationMs(session.duration_ms)}</Fact>
      <Fact name="Runs">
        {formatCount(session.runs)}
        {session.failed_runs > 0 ? <span className="worse"> ({formatCount(session.failed_runs)} failed)</span> : null}
      </Fact>
      <Fact name="Cost">
        <CostCell item={session} />
      </Fact>
      <Fact name="Tokens">
        <TokensCell item={session} />
      </Fact>
      <Fact name="LLM calls">{formatCount(session.llm_calls)}</Fact>
      <Fact name="Tool calls">{formatCount(session.tool_calls)}</Fact>
      <Fact name="User">
        {session.user_id === null ? null : (
          <Link {...routeOf(linkToUser({ user_id: session.user_id }))} className="link">
            {session.user_id}
          </Link>
        )}
      </Fact>
      <Fact name="Department">{session.department}</Fact>
      <Fact name={session.agents.length === 1 ? 'Agent' : 'Agents'}>{session.agents.length === 0 ? null : session.agents.join(', ')}</Fact>
    </FactStrip>
  );
}
