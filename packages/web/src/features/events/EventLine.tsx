import type { AgentEvent, EventStatus } from '@sightglass/contract/event';
import { choiceWords } from '../../filters/facets.ts';
import { FilterValue } from '../../filters/FilterValue.tsx';
import { oneLine, RecordLine } from '../../records/RecordLine.tsx';
import type { LineState } from '../../records/RecordsPage.tsx';
import { formatDurationMs } from '../../ui/formatDuration.ts';
import { Money } from '../../ui/Money.tsx';
import { KindDot, StatusTag, Tag } from '../../ui/Tag.tsx';
import { EventDetail } from './EventDetail.tsx';
import { eventKey } from './eventKey.ts';
import { eventCostWords } from './eventCostWords.ts';
import { eventWords, isPriced, KIND_OF_TYPE } from './eventWords.ts';
import './eventLine.css';

const TONES: Readonly<Partial<Record<EventStatus, 'warn' | 'crit'>>> = { error: 'crit', timeout: 'crit', blocked: 'warn' };

/** One event on one line, with its details below when it is open. */
export function EventLine({ event, open, active, onToggle }: LineState & { event: AgentEvent }) {
  const words = oneLine(eventWords(event));
  return (
    <RecordLine
      name={`${choiceWords(event.event_type)} event of ${event.agent_id.slice(0, 80)}`}
      className="event"
      record={event}
      tone={TONES[event.status] ?? 'plain'}
      place="list"
      open={open}
      active={active}
      onToggle={() => onToggle(eventKey(event))}
      detail={<EventDetail event={event} />}
    >
      <span className="event-status">
        <FilterValue name="status" label="status" value={event.status}>
          <StatusTag status={event.status} iconOnly />
        </FilterValue>
      </span>
      <span className="event-type">
        <KindDot kind={KIND_OF_TYPE[event.event_type]} />
        <FilterValue name="event_type" label="type" value={event.event_type}>
          {choiceWords(event.event_type)}
        </FilterValue>
      </span>
      <span className="event-agent">
        <FilterValue name="agent_id" label="agent" value={event.agent_id} />
      </span>
      <span className="record-words">{words}</span>
      <span className="event-latency num">{event.latency_ms === null ? null : formatDurationMs(event.latency_ms)}</span>
      <span className="event-cost num">
        <Cost event={event} />
      </span>
    </RecordLine>
  );
}

/** Where no price is known that is said; it is never $0. */
function Cost({ event }: { event: AgentEvent }) {
  if (event.cost_usd !== null) return <Money usd={event.cost_usd} />;
  if (!isPriced(event.event_type)) return null;
  return (
    <Tag tone="warn" title={eventCostWords(event)}>
      unpriced
    </Tag>
  );
}
