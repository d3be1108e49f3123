import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TEST_CERTIFICATE, TEST_KEY } from './testCertificate.ts';

export interface RecordedRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface RecordingServer {
  port: number;
  /** TCP connections, whether or not a request came over them. */
  connections: () => number;
  requests: RecordedRequest[];
  close: () => Promise<void>;
}

/** A server outside of us, on a free port of one loopback address. It answers 200 `ok` unless told otherwise. */
export async function startRecordingServer(
  options: { answer?: (request: RecordedRequest, response: ServerResponse) => void; tls?: boolean; host?: string; port?: number } = {},
): Promise<RecordingServer> {
  const { answer = (_request, response) => void response.end('ok'), tls = false, host = '127.0.0.1' } = options;
  const requests: RecordedRequest[] = [];
  let connections = 0;
  const listener: RequestListener = (incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url: path = '', headers } = incoming;
      const request = { method, path, headers, body: Buffer.concat(chunks).toString() };
      requests.push(request);
      answer(request, response);
    });
  };
  const server = tls ? createHttpsServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, listener) : createHttpServer(listener);
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port ?? 0, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
