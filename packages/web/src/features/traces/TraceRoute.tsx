import { useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { TraceView } from '../trace/TraceView.tsx';
import { rememberOpenedTrace } from './traceListMemory.ts';

/** The trace named in the URL. */
export function TraceRoute() {
  const { traceId } = useParams({ from: '/traces/$traceId' });
  useEffect(() => rememberOpenedTrace(traceId), [traceId]);
  // A new trace begins with fresh state: folded branches and scroll positions belong to one trace.
  return <TraceView key={traceId} traceId={traceId} />;
}
