import type { App } from './appTypes.ts';

/** Why the program cannot accept or answer; empty when it can. */
export type ReadinessCheck = () => Promise<string[]>;

/** `/healthz`: the process lives. `/readyz`: it can accept and answer. */
export function readinessRoutes(app: App, notReady: ReadinessCheck): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', async (c) => {
    const reasons = await notReady();
    return reasons.length === 0 ? c.json({ status: 'ready' }) : c.json({ status: 'not ready', reasons }, 503);
  });
}
