import type { AgentEvent } from '@sightglass/contract/event';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { canFilterBy } from '../../filters/facets.ts';
import { DetailBlock, FactList, LongText, RecordDetail } from '../../records/RecordDetail.tsx';
import { traceLinkOf } from '../../records/traceLink.ts';
import { keepRange } from '../../time/keepRange.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { formatCount } from '../../ui/formatCount.ts';
import { formatDurationMs } from '../../ui/formatDuration.ts';
import { formatMoneyExact } from '../../ui/formatMoney.ts';
import { formatExact } from '../../ui/formatTime.ts';
import { Tag } from '../../ui/Tag.tsx';
import { AttributeTable } from '../trace/span/AttributeTable.tsx';
import { JsonTree } from '../trace/text/JsonTree.tsx';
import { eventCostWords } from './eventCostWords.ts';
import { eventFacts, type FactName } from './eventFacts.ts';
import { isPriced } from './eventWords.ts';
import './eventDetail.css';

/** Everything that was sent of one event, what it costs now, and the ways to its run and its trace. */
export function EventDetail({ event }: { event: AgentEvent }) {
  const zone = useTimeZone();
  const facts = eventFacts(event).map(({ name, label, value }) => ({ label, value: <FactValue event={event} name={name} value={value} /> }));
  return (
    <RecordDetail record={event} place="list" note={`arrived ${formatExact(event.received_at, zone)}`}>
      {event.error_message === null ? null : (
        <DetailBlock label="Error">
          <LongText text={event.error_message} failure />
        </DetailBlock>
      )}
      {event.message === null ? null : <LongText text={event.message} />}
      <Cost event={event} />
      <FactList facts={facts} />
      {event.payload === null ? null : (
        <DetailBlock label="Payload">
          <JsonTree value={event.payload} />
        </DetailBlock>
      )}
      {event.tags === null ? null : (
        <DetailBlock label="Tags">
          <AttributeTable attributes={event.tags} label="tags" />
        </DetailBlock>
      )}
    </RecordDetail>
  );
}

/** Values that lead somewhere are links; numbers have their units. */
function FactValue({ event, name, value }: { event: AgentEvent; name: FactName; value: string | number }): ReactNode {
  if (typeof value === 'number') return name.endsWith('_ms') ? formatDurationMs(value) : name === 'status_code' ? value : formatCount(value);
  const traceLink = traceLinkOf(event);
  if (name === 'trace_id' && traceLink !== null) return <FactLink link={{ ...traceLink, search: keepRange }} title="Open the trace" text={value} />;
  if (name === 'span_id' && traceLink !== null) return <FactLink link={traceLink} title="Open the trace at this span" text={value} />;
  if (!canFilterBy(value)) return value;
  switch (name) {
    case 'event_type':
    case 'status':
    case 'agent_id':
    case 'run_id':
      return (
        <Link to="/events" search={(search) => ({ ...keepRange(search), [name]: value })} className="link" title="Show only events with this">
          {value}
        </Link>
      );
    case 'session_id':
    case 'user_id':
      return (
        <Link to="/traces" search={(search) => ({ ...keepRange(search), [name]: value })} className="link" title="Show the traces with this">
          {value}
        </Link>
      );
    default:
      return value;
  }
}

function FactLink({ link, title, text }: { link: NonNullable<ReturnType<typeof traceLinkOf>>; title: string; text: string }) {
  return (
    <Link {...link} className="link mono" title={title}>
      {text}
    </Link>
  );
}

function Cost({ event }: { event: AgentEvent }) {
  if (event.cost_usd === null && !isPriced(event.event_type)) return null;
  return (
    <p className="event-detail-cost">
      <b>{event.cost_usd === null ? 'Cost unknown' : formatMoneyExact(event.cost_usd)}</b>
      {event.cost_source === 'estimated' ? <Tag tone="warn">estimate</Tag> : null}
      <span className="dim">{eventCostWords(event)}</span>
    </p>
  );
}
