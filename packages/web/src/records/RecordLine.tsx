import { Link } from '@tanstack/react-router';
import { ChevronRight, Waypoints } from 'lucide-react';
import type { MouseEvent, ReactNode } from 'react';
import { useTimeZone } from '../time/timeZone.ts';
import { epochMs, formatClock, formatExact, type TimeZone, wallClock } from '../ui/formatTime.ts';
import type { TelemetryRecord } from './record.ts';
import { traceLinkOf } from './traceLink.ts';
import './recordLine.css';

/**
 * `list`: values filter the list that the record stands in, and its trace is a click away. `trace`: the record stands in
 * its trace.
 */
export type RecordPlaceName = 'list' | 'trace';

interface RecordLineProps {
  /** What it is, for those who listen: `error log: refund failed`. */
  name: string;
  /** Sets the columns of the line. */
  className: string;
  record: TelemetryRecord;
  tone: 'plain' | 'warn' | 'crit';
  place: RecordPlaceName;
  open: boolean;
  active: boolean;
  onToggle: () => void;
  /** The cells between the time and the way to the trace. */
  children: ReactNode;
  detail: ReactNode;
}

/** One record on one line, with its details below when it is open. */
export function RecordLine({ name, className, record, tone, place, open, active, onToggle, children, detail }: RecordLineProps) {
  const zone = useTimeZone();
  const inList = place === 'list';
  const link = inList ? traceLinkOf(record) : null;
  const onClick = (event: MouseEvent) => {
    const onControl = event.target instanceof Element && event.target.closest('a, button') !== null;
    if (!onControl && getSelection()?.isCollapsed !== false) onToggle();
  };
  return (
    <div className={`record ${className}`} data-place={place} data-tone={tone} data-active={active || undefined}>
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- the button in it does the same for the keyboard */}
      <div className="record-line" onClick={onClick}>
        <button type="button" className="record-toggle" aria-expanded={open} aria-label={`Details of ${name}`} onClick={onToggle}>
          <ChevronRight aria-hidden="true" />
        </button>
        <time className="record-time" dateTime={record.timestamp} title={formatExact(record.timestamp, zone)}>
          {inList ? <span className="record-day">{`${monthAndDay(record.timestamp, zone)} `}</span> : null}
          {formatClock(record.timestamp, zone)}
        </time>
        {children}
        {link === null ? null : (
          <Link {...link} className="record-trace" title={`Open trace ${record.trace_id}`}>
            <Waypoints aria-hidden="true" />
            <span>Trace</span>
          </Link>
        )}
      </div>
      {open ? detail : null}
    </div>
  );
}

/** `11-20`: a list may span days; the year stands in the title. */
function monthAndDay(time: string, zone: TimeZone): string {
  return wallClock(epochMs(time), zone).date.slice(5);
}

/** More than fits a line of any screen. */
const LINE_CHARS = 600;

/** The beginning of a text, on one line. */
export function oneLine(text: string): string {
  return text.slice(0, LINE_CHARS).replace(/\s+/g, ' ');
}
