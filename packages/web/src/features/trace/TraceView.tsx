import { Page } from '../../shell/Page.tsx';

export function TraceView({ traceId }: { traceId: string }) {
  return <Page title="Trace">{traceId}</Page>;
}
