import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { SmtpConfig } from '../config.ts';
import { createMailer, type Mail, type MailLimits, transportOptions } from './mailer.ts';
import { startRecordingSmtpServer } from './testing/recordingSmtpServer.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const MAIL: Mail = { to: 'ada@example.com', subject: 'Sign in', text: 'Open this link:\n\nhttps://sightglass.example/sign-in?a=1&b=2' };
const LOGIN = { user: 'sightglass', password: 'correct horse' };

async function serve(...args: Parameters<typeof startRecordingSmtpServer>) {
  const server = await startRecordingSmtpServer(...args);
  closers.push(server.close);
  return server;
}

function mailerTo(port: number, smtp: Partial<SmtpConfig> = {}, limits: Partial<MailLimits> = {}) {
  const warnings: unknown[] = [];
  const log = { info: () => undefined, warn: (...args: unknown[]) => void warnings.push(args) };
  const from = { name: 'Sightglass', address: 'sightglass@example.com' };
  const mailer = createMailer({ smtp: { host: '127.0.0.1', port, login: undefined, from, ...smtp }, auth: 'required' }, log, limits);
  closers.push(() => mailer.stop());
  return { ...mailer, warnings };
}

/** The head of a mail, folded lines joined. */
function headersOf(source: string): string[] {
  return source
    .slice(0, source.indexOf('\r\n\r\n'))
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
}

const namesOf = (source: string) => headersOf(source).map((line) => line.slice(0, line.indexOf(':')).toLowerCase());

describe('a mail', () => {
  it('arrives as plain text and as HTML that is made of it', async () => {
    const { port, mails } = await serve();
    expect(await mailerTo(port).send(MAIL)).toEqual({ ok: true, value: { accepted: ['ada@example.com'], refused: [] } });
    expect(mails).toMatchObject([{ from: 'sightglass@example.com', to: ['ada@example.com'], user: undefined }]);
    const source = mails[0]?.source ?? '';
    expect(headersOf(source)).toEqual(
      expect.arrayContaining([
        'From: Sightglass <sightglass@example.com>',
        'To: ada@example.com',
        'Subject: Sign in',
        'Auto-Submitted: auto-generated',
        expect.stringContaining('multipart/alternative'),
      ]),
    );
    expect(source).toContain('https://sightglass.example/sign-in?a=1&b=2');
    expect(source.replace(/=\r\n/g, '').replaceAll('=3D', '=')).toContain('<a href="https://sightglass.example/sign-in?a=1&amp;b=2">');
  });

  it('answers the same unsent mail as all others of its thread, whatever the thread is called', async () => {
    const { port, mails } = await serve();
    const mailer = mailerTo(port);
    const thread = 'rule\r\nBcc: eve@example.com';
    for (const named of [thread, thread, 'another']) await mailer.send({ ...MAIL, thread: named });
    await mailer.send(MAIL);
    const ids = mails.map(({ source }) => headersOf(source).filter((line) => /^(In-Reply-To|References): <[0-9a-f]{40}@example\.com>$/.test(line)));
    expect(ids.map((lines) => lines.length)).toEqual([2, 2, 2, 0]);
    expect(ids[1]).toEqual(ids[0]);
    expect(ids[2]).not.toEqual(ids[0]);
    expect(mails.every(({ source }) => !namesOf(source).includes('bcc'))).toBe(true);
  });

  it('goes to several people, with names beyond ASCII', async () => {
    const { port, mails } = await serve();
    const sent = await mailerTo(port).send({ ...MAIL, to: ['Zoë <zoe@example.com>', 'b@example.com'], subject: 'Überschritten: 5 €' });
    expect(sent.ok && sent.value.accepted).toEqual(['zoe@example.com', 'b@example.com']);
    expect(mails[0]?.to).toEqual(['zoe@example.com', 'b@example.com']);
    expect(headersOf(mails[0]?.source ?? '').find((line) => line.startsWith('Subject'))).toMatch(/^Subject: =\?UTF-8\?/);
  });

  it.each([
    'over\r\nBcc: eve@example.com\r\n\r\nbody',
    'over\nBcc: eve@example.com',
    'over\rBcc: eve@example.com',
    'over\u2028Bcc: eve@example.com\u0085X: y\u0000',
    '=?UTF-8?Q?over=0D=0ABcc:_eve@example.com?=',
    '\r\n.\r\nMAIL FROM:<eve@example.com>',
    `${'x'.repeat(20_000)}\r\nBcc: eve@example.com`,
  ])('with the subject %j has one subject, no further header and no further recipient', async (subject) => {
    const { port, mails } = await serve();
    const plain = mailerTo(port);
    await plain.send(MAIL);
    expect((await plain.send({ ...MAIL, subject })).ok).toBe(true);
    expect(mails).toHaveLength(2);
    expect(mails[1]?.to).toEqual(['ada@example.com']);
    expect(namesOf(mails[1]?.source ?? '')).toEqual(namesOf(mails[0]?.source ?? ''));
    expect(namesOf(mails[1]?.source ?? '')).not.toContain('bcc');
    expect(Math.max(...(mails[1]?.source ?? '').split('\r\n').map((line) => line.length))).toBeLessThan(999);
  });

  it.each([
    '',
    'ada',
    'ada@',
    '@example.com',
    'a@b@c',
    'ada@example.com, eve@example.com',
    'ada@example.com\r\nBcc: eve@example.com',
    'Ada\r\nBcc: eve@example.com <ada@example.com>',
    'ada@example.com> RCPT TO:<eve@example.com',
    '"ada eve"@example.com',
    'group: ada@example.com;',
    'ada@exa mple.com',
    `${'a'.repeat(65)}@example.com`,
    `ada@${'a'.repeat(300)}.com`,
  ])('to %j is refused before any server is asked', async (to) => {
    const { port, connections } = await serve();
    expect(await mailerTo(port).send({ ...MAIL, to })).toMatchObject({ ok: false, error: { reason: 'invalid', retryable: false } });
    expect(connections()).toBe(0);
  });

  it.each([0, 51])('to %d recipients is refused', async (count) => {
    const to = Array.from({ length: count }, (_, index) => `a${index}@example.com`);
    expect(await mailerTo(1).send({ ...MAIL, to })).toMatchObject({
      ok: false,
      error: { reason: 'invalid', message: expect.stringContaining('1 to 50') },
    });
  });

  it('with hostile text carries it as text, dots and all', async () => {
    const { port, mails } = await serve();
    const text = '<script>alert(1)</script>\r\n.\r\nQUIT\r\n';
    await mailerTo(port).send({ ...MAIL, text });
    expect(mails[0]?.source).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(mails[0]?.source).toContain('\r\n.\r\nQUIT');
    expect(mails).toHaveLength(1);
  });
});

describe('sign-in and TLS', () => {
  const onAuth: NonNullable<Parameters<typeof serve>[0]>['onAuth'] = ({ username, password }, _session, done) =>
    username === LOGIN.user && password === LOGIN.password ? done(null, { user: username }) : done(new Error('no'));

  it.each([
    ['mail.example.com', 465, LOGIN, { secure: true, requireTLS: false, tls: { rejectUnauthorized: true } }],
    ['mail.example.com', 587, LOGIN, { secure: false, requireTLS: true, tls: { rejectUnauthorized: true } }],
    ['mail.example.com', 25, undefined, { secure: false, requireTLS: false, tls: { rejectUnauthorized: true } }],
    ['localhost', 587, LOGIN, { secure: false, requireTLS: false, tls: { rejectUnauthorized: false } }],
    ['localhost.example.com', 25, LOGIN, { secure: false, requireTLS: true, tls: { rejectUnauthorized: true } }],
  ])('of %s:%d with sign-in %j', (host, port, login, options) => {
    const from = { name: '', address: 'a@example.com' };
    expect(transportOptions({ host, port, login, from }, { connectTimeoutMs: 1 })).toMatchObject(options);
  });

  it('upgrades by STARTTLS and signs in over it', async () => {
    const { port, mails } = await serve({ onAuth, authOptional: false });
    expect(await mailerTo(port, { login: LOGIN })).toHaveProperty('delivers', true);
    expect((await mailerTo(port, { login: LOGIN }).send(MAIL)).ok).toBe(true);
    expect(mails).toMatchObject([{ user: LOGIN.user, isEncrypted: true }]);
  });

  it('to this machine also signs in without TLS, where the server has none', async () => {
    const { port, mails } = await serve({ hideSTARTTLS: true, allowInsecureAuth: true, onAuth, authOptional: false });
    expect((await mailerTo(port, { login: LOGIN }).send(MAIL)).ok).toBe(true);
    expect(mails).toMatchObject([{ user: LOGIN.user, isEncrypted: false }]);
  });

  it('to another machine sends no password in the clear, and believes no unknown certificate', async () => {
    const seen: string[] = [];
    const open = await serve({
      hideSTARTTLS: true,
      allowInsecureAuth: true,
      onAuth: ({ username = '' }, _session, done) => (seen.push(username), done(new Error('no'))),
    });
    // An address of this machine that is no loopback name to the mailer: 0.0.0.0 leads here.
    const unreachable = { ok: false, error: { reason: 'unreachable', message: expect.stringContaining('no trusted TLS'), retryable: true } };
    expect(await mailerTo(open.port, { host: '0.0.0.0', login: LOGIN }).send(MAIL)).toMatchObject(unreachable);
    expect(seen).toEqual([]);
    const selfSigned = await serve();
    expect(await mailerTo(selfSigned.port, { host: '0.0.0.0' }).send(MAIL)).toMatchObject(unreachable);
    expect(selfSigned.mails).toEqual([]);
  });

  it('with a wrong password is told to the operator, without the password, and may go better later', async () => {
    const { port } = await serve({ onAuth, authOptional: false });
    const sent = await mailerTo(port, { login: { ...LOGIN, password: 'battery staple' } }).send(MAIL);
    expect(sent).toMatchObject({ ok: false, error: { reason: 'refused', message: expect.stringContaining('SMTP_PASSWORD'), retryable: true } });
    expect(JSON.stringify(sent)).not.toContain('battery staple');
  });
});

describe('a server that says no', () => {
  const refusing = (responseCode: number, only?: string) =>
    serve({
      onRcptTo: ({ address }, _session, done) =>
        only === undefined || address === only ? done(Object.assign(new Error('mailbox of ada'), { responseCode })) : done(),
    });

  it.each([
    [550, false],
    [552, false],
    [421, true],
    [450, true],
    [451, true],
  ])('with %d to the recipient: trying again can help is %s', async (code, retryable) => {
    const { port } = await refusing(code);
    const sent = await mailerTo(port).send(MAIL);
    expect(sent).toMatchObject({ ok: false, error: { reason: 'refused', retryable } });
    expect(!sent.ok && [sent.error.message.includes(String(code)), sent.error.message.includes('mailbox of ada')]).toEqual([true, false]);
    expect(!sent.ok && sent.error.detail).toContain('mailbox of ada');
  });

  it('to one of several still takes the mail for the others', async () => {
    const { port, mails } = await refusing(550, 'gone@example.com');
    const sent = await mailerTo(port).send({ ...MAIL, to: ['ada@example.com', 'gone@example.com'] });
    const refused = [{ address: 'gone@example.com', error: { reason: 'refused', retryable: false } }];
    expect(sent).toMatchObject({ ok: true, value: { accepted: ['ada@example.com'], refused } });
    expect(mails[0]?.to).toEqual(['ada@example.com']);
  });

  it('to the content: refused for good by 554, later by 452', async () => {
    for (const [responseCode, retryable] of [
      [554, false],
      [452, true],
    ] as const) {
      const { port } = await serve({
        onData: (stream, _session, done) => void stream.resume().on('end', () => done(Object.assign(new Error('spam'), { responseCode }))),
      });
      expect(await mailerTo(port).send(MAIL)).toMatchObject({ ok: false, error: { reason: 'refused', retryable } });
    }
  });
});

describe('a server that does not answer', () => {
  const unreachable = { ok: false, error: { reason: 'unreachable', retryable: true } };

  it('because it is down', async () => {
    const server = await startRecordingSmtpServer();
    await server.close();
    const sent = await mailerTo(server.port).send(MAIL);
    expect(sent).toMatchObject(unreachable);
    expect(!sent.ok && sent.error.message).toBe('The mail server could not be reached.');
  });

  it.each([
    ['never greets', '', { connectTimeoutMs: 50 }],
    ['greets and falls silent', '220 mail.example.com ESMTP\r\n', { sendTimeoutMs: 200 }],
    ['speaks something else', 'HTTP/1.1 400 Bad Request\r\n\r\n', { sendTimeoutMs: 5_000 }],
  ])('because it %s', async (_what, greeting, limits) => {
    const silent = createServer((socket) => {
      socket.on('error', () => undefined).write(greeting);
      closers.push(async () => void socket.destroy());
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    closers.push(async () => void silent.close());
    expect(await mailerTo((silent.address() as AddressInfo).port, {}, limits).send(MAIL)).toMatchObject(unreachable);
  });

  it('when too many wait, more are refused for now', async () => {
    const release: (() => void)[] = [];
    const { port } = await serve({ onMailFrom: (_address, _session, done) => void release.push(done) });
    const mailer = mailerTo(port, {}, { pendingMax: 1, sendTimeoutMs: 30_000 });
    const first = mailer.send(MAIL);
    expect(await mailer.send(MAIL)).toMatchObject({ ok: false, error: { reason: 'busy', retryable: true } });
    await expect.poll(() => release.length).toBe(1);
    release[0]?.();
    expect((await first).ok).toBe(true);
  });
});

describe('stopping', () => {
  it('closes the connections that are kept for further mails', async () => {
    const { port, mails, connections, idle } = await serve();
    const mailer = mailerTo(port);
    await mailer.send(MAIL);
    await mailer.send(MAIL);
    expect([mails.length, connections()]).toEqual([2, 1]);
    await mailer.stop();
    await idle();
    expect(connections()).toBe(0);
    expect((await mailer.send(MAIL)).ok).toBe(false);
  });

  it('gives up on a mail that the server will not take in time', async () => {
    const { port } = await serve({ onMailFrom: () => undefined });
    const mailer = mailerTo(port, {}, { stopTimeoutMs: 50 });
    const sending = mailer.send(MAIL);
    await mailer.stop();
    expect(await sending).toMatchObject({ ok: false, error: { retryable: true } });
  });
});

describe('without SMTP_HOST', () => {
  const withoutServer = (auth: 'local' | 'required') => {
    const lines: unknown[] = [];
    const log = { info: (...args: unknown[]) => void lines.push(args), warn: () => undefined };
    return { mailer: createMailer({ smtp: undefined, auth }, log), lines };
  };

  it('a mail is shown in the log in local mode', async () => {
    const { mailer, lines } = withoutServer('local');
    expect(mailer.delivers).toBe(true);
    expect(await mailer.send(MAIL)).toEqual({ ok: true, value: { accepted: ['ada@example.com'], refused: [] } });
    const mail = { to: ['ada@example.com'], subject: 'Sign in', text: MAIL.text };
    expect(lines).toEqual([[{ mail }, expect.stringContaining('SMTP_HOST is not set')]]);
    expect(await mailer.send({ ...MAIL, to: 'nobody' })).toMatchObject({ ok: false, error: { reason: 'invalid' } });
  });

  it('a mail is refused otherwise, and not shown', async () => {
    const { mailer, lines } = withoutServer('required');
    expect(mailer.delivers).toBe(false);
    expect(await mailer.send(MAIL)).toMatchObject({
      ok: false,
      error: { reason: 'not-configured', message: expect.stringContaining('SMTP_HOST'), retryable: false },
    });
    expect(lines).toEqual([]);
  });
});
