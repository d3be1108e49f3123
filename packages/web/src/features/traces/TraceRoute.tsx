import { useParams } from '@tanstack/react-router';
import { TraceView } from '../trace/TraceView.tsx';

/** The trace named in the URL. */
export function TraceRoute() {
  const { traceId } = useParams({ from: '/traces/$traceId' });
  // A new trace begins with fresh state: folded branches and scroll positions belong to one trace.
  return <TraceView key={traceId} traceId={traceId} />;
}
