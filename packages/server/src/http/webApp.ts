/** The UI's own files: any path that is no file leads to `index.html`, whose router takes it from there. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import { isOtlpPath } from '../receive/otlp/failureAnswer.ts';
import type { App } from './appTypes.ts';

/** `packages/web/dist/app`, seen from `packages/server/{src,dist}/http`. */
const BUILT_UI = fileURLToPath(new URL('../../../web/dist/app', import.meta.url));

export function webAppRoutes(app: App): void {
  if (!existsSync(BUILT_UI)) return;
  const files = serveStatic({
    root: BUILT_UI,
    precompressed: true,
    onFound: (path, c) => {
      // Vite names assets by their content, so they never change.
      c.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.get('*', files);
  app.get('*', (c, next) => {
    if (c.req.path.startsWith('/api/') || isOtlpPath(c.req.path) || /\.[a-z0-9]{1,5}$/i.test(c.req.path)) return next();
    return serveStatic({ root: BUILT_UI, path: 'index.html', onFound: (_path, context) => context.header('cache-control', 'no-cache') })(c, next);
  });
}
