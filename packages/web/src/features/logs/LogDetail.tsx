import type { Log } from '@sightglass/contract/log';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { FilterValue } from '../../filters/FilterValue.tsx';
import { keepRange } from '../../time/keepRange.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { buttonClass } from '../../ui/Button.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { formatCount } from '../../ui/formatCount.ts';
import { formatExact } from '../../ui/formatTime.ts';
import { AttributeTable } from '../trace/span/AttributeTable.tsx';
import { FoldedSection } from '../trace/span/SpanSection.tsx';
import { JsonTree } from '../trace/text/JsonTree.tsx';
import './logDetail.css';

type Name = Extract<keyof Log, string>;
/** What a log belongs to, in the order in which one asks. Names are those of the filters; `method` has none. */
const FACTS: readonly (readonly [name: Name, label: string])[] = [
  ['service_name', 'Service'],
  ['agent_id', 'Agent'],
  ['run_id', 'Run'],
  ['session_id', 'Session'],
  ['user_id', 'User'],
  ['department', 'Department'],
  ['endpoint', 'Endpoint'],
  ['environment', 'Environment'],
  ['event_name', 'Event'],
  ['trace_id', 'Trace'],
  ['span_id', 'Span'],
];

/** Everything about one log. */
export function LogDetail({ log, place }: { log: Log; place: 'list' | 'trace' }) {
  const zone = useTimeZone();
  const attributes = Object.keys(log.attributes).length;
  const resource = Object.keys(log.resource).length;
  const hasBody = log.body !== null && log.body !== undefined;
  const facts = FACTS.flatMap(([name, label]) => {
    const value = log[name];
    return typeof value === 'string' && value !== '' ? [{ name, label, value }] : [];
  });
  return (
    <div className="log-detail">
      <div className="log-detail-head">
        <span>{formatExact(log.timestamp, zone)}</span>
        {log.severity_text === null && log.severity_number === null ? null : (
          <span className="dim">
            sent as{' '}
            {[log.severity_text, log.severity_number === null ? null : `severity ${log.severity_number}`].filter((part) => part !== null).join(', ')}
          </span>
        )}
        <span className="log-detail-actions">
          <CopyButton text={JSON.stringify(log, null, 2)} label="Copy as JSON" />
          {place === 'list' && log.trace_id !== null ? (
            <Link
              to="/traces/$traceId"
              params={{ traceId: log.trace_id }}
              search={(before) => ({ ...keepRange(before), ...(log.span_id === null ? {} : { span: log.span_id }) })}
              className={buttonClass()}
            >
              Open its trace
            </Link>
          ) : null}
        </span>
      </div>
      {log.message === '' || hasBody ? null : <LongText text={log.message} />}
      {log.exception === null ? null : <LongText text={log.exception} label="Exception" />}
      {hasBody ? (
        <Block label="Body">
          <JsonTree value={log.body} />
        </Block>
      ) : null}
      <dl className="log-facts">
        {facts.map(({ name, label, value }) => (
          <div key={name}>
            <dt>{label}</dt>
            <dd>
              {place === 'list' ? <FilterValue name={name} label={label.toLowerCase()} value={value} /> : value}
              {name === 'endpoint' && log.method !== null ? <span className="dim"> {log.method}</span> : null}
            </dd>
          </div>
        ))}
      </dl>
      {attributes === 0 ? null : (
        <Block label="Attributes">
          <AttributeTable attributes={log.attributes} label="attributes" />
        </Block>
      )}
      {resource === 0 ? null : (
        <FoldedSection title="Resource" note={resource}>
          <AttributeTable attributes={log.resource} label="resource attributes" />
        </FoldedSection>
      )}
    </div>
  );
}

function Block({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section className="log-block" aria-label={label}>
      <h3>{label}</h3>
      {children}
    </section>
  );
}

const CHARS_AT_FIRST = 4_000;

function LongText({ text, label }: { text: string; label?: string }) {
  const [all, setAll] = useState(false);
  const shown = all ? text : text.slice(0, CHARS_AT_FIRST);
  const content = (
    <>
      <pre className={label === undefined ? 'log-text' : 'log-text log-text-exception'}>{shown}</pre>
      {shown.length < text.length ? (
        <button type="button" className="link text-button" onClick={() => setAll(true)}>
          Show all {formatCount(text.length)} characters
        </button>
      ) : null}
    </>
  );
  return label === undefined ? content : <Block label={label}>{content}</Block>;
}
