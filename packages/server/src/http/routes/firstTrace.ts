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
    const { workspaceId, hiddenAgents } = c.var.caller;
    const url = new URL(c.req.url);
    const state = await watch.state(workspaceId);
    // Of which agents the last trace and the refused requests are is not known here; whoever may not see all sees none.
    const seesAll = hiddenAgents.length === 0;
    return c.json(
      {
        ...state,
        last_trace: seesAll ? state.last_trace : null,
        refusals: (seesAll ? refusals.of(workspaceId) : []).map(({ atMs, path, status, code, message, count }) => ({
          at: timestampOfMs(atMs),
          path,
          status,
          code,
          message,
          count,
        })),
        endpoint: { http: url.origin, grpc: grpcPort === null ? null : `http://${url.hostname}:${grpcPort}`, key_needed: keyNeeded },
      },
      200,
    );
  });
}
