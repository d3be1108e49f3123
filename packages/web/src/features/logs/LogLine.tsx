import type { Log } from '@sightglass/contract/log';
import { Link } from '@tanstack/react-router';
import { ChevronRight, Waypoints } from 'lucide-react';
import type { MouseEvent } from 'react';
import { FilterValue } from '../../filters/FilterValue.tsx';
import { keepRange } from '../../time/keepRange.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { epochMs, formatClock, formatExact, type TimeZone, wallClock } from '../../ui/formatTime.ts';
import { LogDetail } from './LogDetail.tsx';
import { LogLevelWord } from './LogLevelWord.tsx';
import './logLine.css';

export interface LogLineProps {
  log: Log;
  open: boolean;
  onToggle: (logId: string) => void;
  /** The keyboard is on this log. */
  active?: boolean;
  /**
   * `list`: values filter the list that the log stands in, and its trace is a click away. `trace`: the log
   * stands in its trace.
   */
  place: 'list' | 'trace';
}

/** One log on one line, with its details below when it is open. */
export function LogLine({ log, open, onToggle, active = false, place }: LogLineProps) {
  const zone = useTimeZone();
  const onClick = (event: MouseEvent) => {
    const onControl = event.target instanceof Element && event.target.closest('a, button') !== null;
    if (!onControl && getSelection()?.isCollapsed !== false) onToggle(log.log_id);
  };
  const logger = log.logger ?? log.service_name;
  const inList = place === 'list';
  return (
    <div className={inList ? 'log log-in-list' : 'log'} data-level={log.level} data-active={active || undefined}>
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- the button in it does the same for the keyboard */}
      <div className="log-line" onClick={onClick}>
        <button
          type="button"
          className="log-toggle"
          aria-expanded={open}
          aria-label={`Details of ${log.level.toLowerCase()} log: ${log.message.slice(0, 80)}`}
          onClick={() => onToggle(log.log_id)}
        >
          <ChevronRight aria-hidden="true" />
        </button>
        <time className="log-time" dateTime={log.timestamp} title={formatExact(log.timestamp, zone)}>
          {inList ? <span className="log-day">{`${monthAndDay(log.timestamp, zone)} `}</span> : null}
          {formatClock(log.timestamp, zone)}
        </time>
        <span className="log-level-cell">
          {inList ? (
            <FilterValue name="level" label="level" value={log.level}>
              <LogLevelWord level={log.level} />
            </FilterValue>
          ) : (
            <LogLevelWord level={log.level} />
          )}
        </span>
        {logger === null ? (
          <span className="log-logger" />
        ) : inList && log.logger !== null ? (
          <span className="log-logger">
            <FilterValue name="logger" label="logger" value={logger} />
          </span>
        ) : (
          <span className="log-logger truncate" title={logger}>
            {logger}
          </span>
        )}
        <span className="log-message">{firstWords(log)}</span>
        {inList && log.trace_id !== null ? (
          <Link
            to="/traces/$traceId"
            params={{ traceId: log.trace_id }}
            search={(before) => ({ ...keepRange(before), ...(log.span_id === null ? {} : { span: log.span_id }) })}
            className="log-trace"
            title={`Open trace ${log.trace_id}`}
          >
            <Waypoints aria-hidden="true" />
            <span>Trace</span>
          </Link>
        ) : null}
      </div>
      {open ? <LogDetail log={log} place={place} /> : null}
    </div>
  );
}

/** `11-20`: a list may span days; the year stands in the title. */
function monthAndDay(time: string, zone: TimeZone): string {
  return wallClock(epochMs(time), zone).date.slice(5);
}

/** More than fits a line of any screen. */
const LINE_CHARS = 600;

function firstWords(log: Log): string {
  const text = log.message === '' ? (log.exception ?? 'no message') : log.message;
  return text.slice(0, LINE_CHARS).replace(/\s+/g, ' ');
}
