import type { Span } from '@sightglass/contract/trace';
import { Link } from '@tanstack/react-router';
import { canFilterBy } from '../../../filters/facets.ts';
import { buttonClass } from '../../../ui/Button.tsx';
import { around } from '../model/around.ts';
import { useTrace } from '../traceContext.ts';

/** The way from a span that events made to the events of its run, where what is no span stands too. */
export function EventsOfRun({ span }: { span: Span }) {
  const { model } = useTrace();
  if (span.dialect !== 'events' || span.run_id === null || !canFilterBy(span.run_id)) return null;
  return (
    <p className="span-events-link">
      <Link to="/events" search={{ run_id: span.run_id, ...around(model.trace) }} className={buttonClass()}>
        Events of this run
      </Link>
    </p>
  );
}
