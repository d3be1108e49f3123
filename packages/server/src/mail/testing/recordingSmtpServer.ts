import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { TEST_CERTIFICATE, TEST_KEY } from '../../outbound/testing/testCertificate.ts';

export interface ReceivedMail {
  from: string;
  to: string[];
  user: string | undefined;
  isEncrypted: boolean;
  /** As it came, without dot-stuffing. */
  source: string;
}

export interface RecordingSmtpServer {
  port: number;
  mails: ReceivedMail[];
  /** Connections that are open now. */
  connections: () => number;
  /** Settles when no connection is open. */
  idle: () => Promise<void>;
  close: () => Promise<void>;
}

/** A mail server outside of us on a free port of 127.0.0.1; it keeps what it takes. It asks for no sign-in unless told. */
export async function startRecordingSmtpServer(options: SMTPServerOptions = {}): Promise<RecordingSmtpServer> {
  const mails: ReceivedMail[] = [];
  let connections = 0;
  const waiting: (() => void)[] = [];
  const server = new SMTPServer({
    authOptional: true,
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { envelope, user, secure } = session;
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        mails.push({ from, to, user: typeof user === 'string' ? user : undefined, isEncrypted: secure, source: Buffer.concat(chunks).toString() });
        done();
      });
    },
    onConnect: (_session, done) => {
      connections += 1;
      done();
    },
    // Raw sockets do not tell their end once they have been upgraded to TLS.
    onClose: () => {
      connections -= 1;
      if (connections === 0) for (const done of waiting.splice(0)) done();
    },
    closeTimeout: 100,
    key: TEST_KEY,
    cert: TEST_CERTIFICATE,
    ...options,
  });
  // Clients that are cut off are part of the tests.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    connections: () => connections,
    idle: () => new Promise((resolve) => (connections === 0 ? resolve() : waiting.push(resolve))),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
