import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { agentEventsQuery } from '../../api/agents.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import { canFilterBy, choiceWords } from '../../filters/facets.ts';
import { oneLine } from '../../records/RecordLine.tsx';
import type { SearchText } from '../../routing/searchText.ts';
import { keepRange } from '../../time/keepRange.ts';
import { useRefetchInterval } from '../../time/liveRefresh.ts';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { Panel } from '../../ui/Panel.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { KindDot, StatusTag } from '../../ui/Tag.tsx';
import { eventKey } from '../events/eventKey.ts';
import { eventWords, KIND_OF_TYPE } from '../events/eventWords.ts';

const EVENTS_SHOWN = 10;

/** Its newest entries of the event log in the range. */
export function RecentEvents({ agentId }: { agentId: string }) {
  const { range } = useTimeRange();
  const refetchInterval = useRefetchInterval();
  const { data: events, error, refetch } = useQuery({ ...agentEventsQuery(agentId, range, EVENTS_SHOWN), refetchInterval });
  return (
    <Panel
      title="Recent events"
      end={
        canFilterBy(agentId) ? (
          <Link to="/events" search={(before: SearchText) => ({ ...keepRange(before), agent_id: agentId })} className="link">
            All its events
          </Link>
        ) : null
      }
    >
      {events === undefined ? (
        error === null ? (
          <div className="agents-pending" aria-busy="true">
            <Skeleton height="120px" />
          </div>
        ) : (
          <ProblemState error={error} what="Its events could not be read" onRetry={() => void refetch()} />
        )
      ) : events.length === 0 ? (
        <EmptyState title="No event in this range">Agents that send spans alone have none.</EmptyState>
      ) : (
        <ul className="agent-events">
          {events.map((event) => (
            <li key={eventKey(event)}>
              <StatusTag status={event.status} iconOnly />
              <span className="agent-event-type">
                <KindDot kind={KIND_OF_TYPE[event.event_type]} /> {choiceWords(event.event_type)}
              </span>
              <span className="truncate" title={oneLine(eventWords(event))}>
                {oneLine(eventWords(event))}
              </span>
              <span className="dim num">
                <RelativeTime time={event.timestamp} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
