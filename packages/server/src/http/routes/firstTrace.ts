import { getFirstTrace } from '@sightglass/contract/routes/workspace';
import { type FirstTraceWatch, timestampOfMs } from '../../onboarding/firstTrace.ts';
import type { RefusalLog } from '../../receive/refusals.ts';
import type { App } from '../appTypes.ts';

export interface FirstTraceDependencies {
  watch: FirstTraceWatch;
  refusals: RefusalLog;
  /** Null when OTLP/gRPC is off. */
  grpcPort: number | null;
  keyNeeded: boolean;
}

export function firstTraceRoutes(app: App, { watch, refusals, grpcPort, keyNeeded }: FirstTraceDependencies): void {
  app.openapi(getFirstTrace, async (c) => {
    const { workspaceId } = c.var.caller;
    const url = new URL(c.req.url);
    return c.json(
      {
        ...(await watch.state(workspaceId)),
        refusals: refusals
          .of(workspaceId)
          .map(({ atMs, path, status, code, message, count }) => ({ at: timestampOfMs(atMs), path, status, code, message, count })),
        endpoint: { http: url.origin, grpc: grpcPort === null ? null : `http://${url.hostname}:${grpcPort}`, key_needed: keyNeeded },
      },
      200,
    );
  });
}
