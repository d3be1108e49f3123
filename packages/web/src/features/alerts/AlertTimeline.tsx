import type { AlertEvent } from '@sightglass/contract/alert';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { useTimeZone } from '../../time/timeZone.ts';
import { formatExact } from '../../ui/formatTime.ts';
import { Panel } from '../../ui/Panel.tsx';
import { eventWords } from './alertWords.ts';

/** What has happened to an alert, oldest first. */
export function AlertTimeline({ events }: { events: readonly AlertEvent[] }) {
  const zone = useTimeZone();
  return (
    <Panel title="Timeline" note="oldest first">
      <ol className="alert-timeline">
        {events.map((event, i) => (
          // oxlint-disable-next-line react/no-array-index-key -- events are only ever added behind the others
          <li key={i} className={`alert-event alert-event-${event.kind}`}>
            <span>
              <b>{eventWords(event)}</b>
              <RelativeTime time={event.at} />
            </span>
            <small>{formatExact(event.at, zone)}</small>
            {event.notes === null || event.notes === '' ? null : <p>{event.notes}</p>}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
