/**
 * The last look before the program opens its doors: a route that the OpenAPI document does not declare has no declared access either,
 * and no test walks it. Such a route must be made with `defineRoute`, or be named here with the reason why it is none of the contract.
 */
import type { App } from './appTypes.ts';

/** Method and path, as Hono has them → who may use it, and why it is not in the document. */
const OUTSIDE_THE_CONTRACT: Readonly<Record<string, string>> = {
  'GET /sign-in/link': 'everyone: whoever opens a one-time link has nothing else yet; it answers with a redirect',
  'GET /metrics': 'this machine, or any caller: Prometheus has no OpenAPI document; it holds nothing of a workspace',
  'GET /api/obs/openapi.json': 'everyone: the document itself',
  'GET *': 'everyone: the files of the UI',
};

/** @throws an Error that names every route that nothing declares. */
export function checkRoutesAreDeclared(app: App): void {
  const declared = new Set(
    app.openAPIRegistry.definitions.flatMap((definition) =>
      definition.type === 'route' && 'x-access' in definition.route
        ? [`${definition.route.method.toUpperCase()} ${definition.route.path.replaceAll(/\{(\w+)\}/g, ':$1')}`]
        : [],
    ),
  );
  const paths = new Set([...declared].map((route) => route.slice(route.indexOf(' ') + 1)));
  const undeclared = new Set<string>();
  for (const { method, path } of app.routes) {
    const route = `${method} ${path.replaceAll(/\{[^}]*\}/g, '')}`;
    // Middleware, and the 405 of a path that is declared.
    if (method === 'ALL' && (path.endsWith('*') || paths.has(path))) continue;
    if (!declared.has(route) && OUTSIDE_THE_CONTRACT[route === 'GET /*' ? 'GET *' : route] === undefined) undeclared.add(route);
  }
  if (undeclared.size > 0) throw new Error(`These routes declare no access: ${[...undeclared].join(', ')}. Make them with defineRoute.`);
}
