import { formatDurationMs } from '../../../ui/formatDuration.ts';
import { millisecondsBetween, parseInstant } from '../model/timestamps.ts';
import type { SpanEvent } from '../model/spanEvent.ts';
import { AttributeTable } from './AttributeTable.tsx';
import './eventList.css';
import { uniqueKeys } from '../model/uniqueKeys.ts';

/** Events of a span with their time since the span began. */
export function EventList({ events, startTime }: { events: readonly SpanEvent[]; startTime: string }) {
  const start = parseInstant(startTime);
  const keys = uniqueKeys(events.map((event) => event.time));
  return (
    <ol className="event-list">
      {events.map((event, i) => {
        const at = parseInstant(event.time);
        const count = Object.keys(event.attributes).length;
        const head = (
          <>
            <span className="event-time">
              {start === null || at === null ? '' : `+${formatDurationMs(Math.max(0, millisecondsBetween(start, at)))}`}
            </span>
            <b>{event.name}</b>
          </>
        );
        return (
          <li key={keys[i]}>
            {count === 0 ? (
              <div className="event-head">{head}</div>
            ) : (
              <details>
                <summary className="event-head">{head}</summary>
                <AttributeTable attributes={event.attributes} label={`attributes of ${event.name}`} />
              </details>
            )}
          </li>
        );
      })}
    </ol>
  );
}
