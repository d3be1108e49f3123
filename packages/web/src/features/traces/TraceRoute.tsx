import { useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { rememberPlace } from '../../lists/listPlace.ts';
import { TraceView } from '../trace/TraceView.tsx';

/** The trace named in the URL. */
export function TraceRoute() {
  const { traceId } = useParams({ from: '/traces/$traceId' });
  useEffect(() => rememberPlace('trace', { opened: traceId }), [traceId]);
  // A new trace begins with fresh state: folded branches and scroll positions belong to one trace.
  return <TraceView key={traceId} traceId={traceId} />;
}
