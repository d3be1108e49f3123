import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import type { App } from './http/appTypes.ts';

/** The port is taken, or may not be used: said in words for the operator. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen';
}

/** How a port is set to another, in words that end the advice. */
const HTTP_PORT_SETTING = 'with --port (SIGHTGLASS_PORT)';
export const GRPC_PORT_SETTING = 'with --grpc-port (SIGHTGLASS_GRPC_PORT; 0 = off)';

/** What the operator is told about a system error of listening; undefined for one that needs no words of ours. */
export function cannotListen(code: string | undefined, host: string, port: number, portSetting: string): CannotListen | undefined {
  if (code === 'EADDRINUSE')
    return new CannotListen(`Port ${port} on ${host} is in use. Stop what listens there, or start ${portSetting} set to another.`);
  if (code === 'EACCES') return new CannotListen(`Port ${port} on ${host} may not be used by this user. Start ${portSetting} set to one above 1023.`);
  if (code === 'EADDRNOTAVAIL')
    return new CannotListen(`${host} is no address of this machine. Set --host (SIGHTGLASS_HOST) to one that is, or to 0.0.0.0.`);
  return undefined;
}

/** Listens; rejects with `CannotListen` when the port is busy or forbidden. */
export function listen(app: App, host: string, port: number): Promise<{ server: Server; port: number }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: host, port }, (info) => resolve({ server: server as Server, port: info.port }));
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error.code, host, port, HTTP_PORT_SETTING) ?? error));
  });
}

/** Stops accepting, lets requests in hand finish, and ends idle connections. */
export function stopListening(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    // Node serves what still comes on open connections: a busy client is told to go, or only the cut would end it.
    server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'));
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
