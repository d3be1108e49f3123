import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import type { App } from './http/appTypes.ts';

/** The port is taken, or may not be used: said in words for the operator. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen';
}

/** Listens; rejects with `CannotListen` when the port is busy or forbidden. */
export function listen(app: App, host: string, port: number): Promise<{ server: Server; port: number }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: host, port }, (info) => resolve({ server: server as Server, port: info.port }));
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(
          new CannotListen(`Port ${port} on ${host} is in use. Stop what listens there, or start with --port (SIGHTGLASS_PORT) set to another.`),
        );
      else if (error.code === 'EACCES')
        reject(new CannotListen(`Port ${port} on ${host} may not be used by this user. Use a port above 1023 with --port (SIGHTGLASS_PORT).`));
      else if (error.code === 'EADDRNOTAVAIL')
        reject(new CannotListen(`${host} is no address of this machine. Set --host (SIGHTGLASS_HOST) to one that is, or to 0.0.0.0.`));
      else reject(error);
    });
  });
}

/** Stops accepting, lets requests in hand finish, and ends idle connections. */
export function stopListening(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
