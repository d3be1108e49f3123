import type { OwnMetrics } from '../../ownMetrics/ownMetrics.ts';
import type { App } from '../appTypes.ts';
import type { Authenticate } from '../authenticate.ts';
import { isLoopbackAddress, peerAddress } from '../loopback.ts';
import { problem } from '../problem.ts';

/** `GET /metrics`: for a scraper on this machine, or one with a key. A request that a proxy passed on comes from elsewhere. */
export function ownMetricsRoutes(app: App, metrics: Pick<OwnMetrics, 'read'>, authenticate: Authenticate): void {
  app.get('/metrics', async (c) => {
    const passedOn = c.req.header('x-forwarded-for') !== undefined || c.req.header('forwarded') !== undefined;
    if (passedOn || !isLoopbackAddress(peerAddress(c))) {
      const caller = await authenticate(c);
      if (!caller.ok) return problem(c, caller.error);
    }
    const { contentType, text } = await metrics.read();
    return c.body(text, 200, { 'content-type': contentType, 'cache-control': 'no-store' });
  });
}
