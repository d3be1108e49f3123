import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTimeZone } from '../time/timeZone.ts';
import { buttonClass } from '../ui/Button.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { formatCount } from '../ui/formatCount.ts';
import { formatExact } from '../ui/formatTime.ts';
import type { TelemetryRecord } from './record.ts';
import type { RecordPlaceName } from './RecordLine.tsx';
import { traceLinkOf } from './traceLink.ts';
import './recordDetail.css';

interface RecordDetailProps {
  record: TelemetryRecord;
  place: RecordPlaceName;
  /** Said beside the time. */
  note: string | null;
  children: ReactNode;
}

/** Everything about one record. */
export function RecordDetail({ record, place, note, children }: RecordDetailProps) {
  const zone = useTimeZone();
  const link = place === 'list' ? traceLinkOf(record) : null;
  return (
    <div className="record-detail">
      <div className="record-detail-head">
        <span>{formatExact(record.timestamp, zone)}</span>
        {note === null ? null : <span className="dim">{note}</span>}
        <span className="record-detail-actions">
          <CopyButton text={JSON.stringify(record, null, 2)} label="Copy as JSON" />
          {link === null ? null : (
            <Link {...link} className={buttonClass()}>
              Open its trace
            </Link>
          )}
        </span>
      </div>
      {children}
    </div>
  );
}

export interface Fact {
  label: string;
  value: ReactNode;
}

/** Short values with their names. */
export function FactList({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="record-facts">
      {facts.map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A headed part of the details. */
export function DetailBlock({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section className="record-block" aria-label={label}>
      <h3>{label}</h3>
      {children}
    </section>
  );
}

const CHARS_AT_FIRST = 4_000;

/** A text as it was sent; a failure's is framed as one. */
export function LongText({ text, failure = false }: { text: string; failure?: boolean }) {
  const [all, setAll] = useState(false);
  const shown = all ? text : text.slice(0, CHARS_AT_FIRST);
  return (
    <>
      <pre className={failure ? 'record-text record-text-failure' : 'record-text'}>{shown}</pre>
      {shown.length < text.length ? (
        <button type="button" className="link text-button" onClick={() => setAll(true)}>
          Show all {formatCount(text.length)} characters
        </button>
      ) : null}
    </>
  );
}
