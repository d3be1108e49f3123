import type { RunDetail } from '@sightglass/contract/run';
import { Link } from '@tanstack/react-router';
import { AlertTriangle } from 'lucide-react';
import { formatQuantity } from '../../ui/formatCount.ts';
import { KindDot } from '../../ui/Tag.tsx';
import './runFailures.css';

const MESSAGE_CHARS = 600;

/** What went wrong, before everything else, each with the way to where it began. */
export function RunFailures({ run }: { run: Pick<RunDetail, 'failures' | 'errors' | 'trace_id'> }) {
  const { failures, errors, trace_id } = run;
  if (failures.length === 0) return null;
  return (
    <section className="run-failures" aria-label="Failures">
      <ul>
        {failures.map((failure) => (
          <li key={failure.span_id}>
            <AlertTriangle aria-hidden="true" />
            <div>
              <p>
                <KindDot kind={failure.kind} />
                <Link to="/traces/$traceId" params={{ traceId: trace_id }} search={{ span: failure.span_id }} className="link">
                  {failure.name === '' ? 'unnamed' : failure.name}
                </Link>{' '}
                {failure.status === 'timeout' ? 'timed out' : 'failed'}
                {failure.error_type === null ? '' : ` with ${failure.error_type}`}
              </p>
              {failure.message === null ? null : <pre>{failure.message.slice(0, MESSAGE_CHARS)}</pre>}
            </div>
          </li>
        ))}
      </ul>
      {errors > failures.length ? <p className="run-failures-more">{formatQuantity(errors - failures.length, 'failure')} more in the trace</p> : null}
    </section>
  );
}
