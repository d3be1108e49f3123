import type { App } from './appTypes.ts';
import { describeHealthRoutes, describeTelemetryRoutes } from './describedRoutes.ts';

/** The OpenAPI 3.1 document of every route that the application has. */
export function openApiDocument(app: App, version: string) {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer', description: 'An API key: sg_…' });
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'session',
    description: 'A browser session',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'cron', { type: 'http', scheme: 'bearer', description: 'CRON_SECRET' });
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Sightglass',
      version,
      description:
        'Observability and governance for AI agents. `x-access` says who may use a route: `everyone`, any `caller` with a key or a session, a `person` who is signed in, a `cron` of the operator, or whoever has one of the permissions listed; `x-scopes` names the scopes of which a key needs one.',
      license: { name: 'Apache-2.0' },
    },
    tags: [
      { name: 'traces' },
      { name: 'explore' },
      { name: 'ingest' },
      { name: 'events' },
      { name: 'agents' },
      { name: 'identity' },
      { name: 'settings' },
      { name: 'health' },
      { name: 'internal' },
    ],
  });
}

/** Printed from the same definitions that validate; open, because it holds nothing of anyone. */
export function openApiRoutes(app: App, version: string): void {
  describeTelemetryRoutes(app);
  describeHealthRoutes(app);
  let printed: string | undefined;
  app.get('/api/obs/openapi.json', (c) => {
    printed ??= JSON.stringify(openApiDocument(app, version));
    return c.body(printed, 200, { 'content-type': 'application/json' });
  });
}
