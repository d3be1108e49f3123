import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, ENVIRONMENT, isLoopbackHost, readConfig } from './config.ts';

describe('readConfig', () => {
  it('has the documented defaults', () => {
    expect(readConfig([], {})).toMatchObject({
      host: '127.0.0.1',
      port: 4318,
      grpcPort: 4317,
      dataDir: resolve('data'),
      auth: 'local',
      secret: undefined,
      journalBytesMax: 4_294_967_296,
    });
  });

  it('takes flags before environment before defaults', () => {
    const environment = { SIGHTGLASS_PORT: '5000', SIGHTGLASS_HOST: '0.0.0.0' };
    expect(readConfig(['--port', '6000'], environment)).toMatchObject({ port: 6000, host: '0.0.0.0', grpcPort: 4317 });
    expect(readConfig(['start', '--grpc-port=0', '--data-dir', '/tmp/x'], environment)).toMatchObject({ port: 5000, grpcPort: 0, dataDir: '/tmp/x' });
  });

  it('takes an empty variable for one that is not set, as .env files write them', () => {
    const lines = readFileSync(join(import.meta.dirname, '../../../.env.example'), 'utf8')
      .split('\n')
      .filter((line) => /^[A-Z]/.test(line));
    const environment = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
    expect(readConfig([], environment)).toEqual(readConfig([], {}));
  });

  it.each([
    ['1048576', 1_048_576],
    ['2048KiB', 2_097_152],
    ['500MiB', 524_288_000],
    ['20GiB', 21_474_836_480],
  ])('reads %s as %d bytes', (SIGHTGLASS_JOURNAL_BYTES_MAX, bytes) => {
    expect(readConfig([], { SIGHTGLASS_JOURNAL_BYTES_MAX }).journalBytesMax).toBe(bytes);
  });

  it.each([
    ['127.0.0.1', 'local'],
    ['localhost', 'local'],
    ['::1', 'local'],
    ['0.0.0.0', 'required'],
    ['192.168.1.4', 'required'],
    ['localhost.example.com', 'required'],
  ])('on %s is %s unless told', (host, auth) => {
    expect(readConfig(['--host', host], {}).auth).toBe(auth);
    expect(readConfig(['--host', host], { SIGHTGLASS_AUTH: 'required' }).auth).toBe('required');
  });

  it.each([
    [['--port', 'many'], {}, /SIGHTGLASS_PORT must be a number/],
    [['--port', '70000'], {}, /at most 65535/],
    [['--colour'], {}, /--colour/],
    [[], { SIGHTGLASS_JOURNAL_BYTES_MAX: '4 GB' }, /must be a number of bytes, for example 4GiB/],
    [[], { SIGHTGLASS_JOURNAL_BYTES_MAX: '1048575' }, /at least 1MiB/],
    [[], { SIGHTGLASS_AUTH: 'off' }, /local or required/],
    [[], { DATABASE_URL: 'postgres://db/sightglass' }, /SIGHTGLASS_SECRET must be set/],
    [[], { SIGHTGLASS_OUTBOUND_ALLOW: 'hooks.internal, http://x' }, /SIGHTGLASS_OUTBOUND_ALLOW: "http:\/\/x" is no host/],
    [[], { SIGHTGLASS_OUTBOUND_ALLOW: '10.0.0.0/33' }, /"10\.0\.0\.0\/33" is no host, host:port or network/],
    [[], { SMTP_PORT: 'smtp' }, /SMTP_PORT must be a number/],
    [[], { SMTP_FROM: 'alerts' }, /SMTP_FROM: "alerts" is no address/],
    [[], { SMTP_FROM: 'a@example.com\r\nBcc: b@example.com' }, /SMTP_FROM: .* is no address/],
    [[], { SMTP_HOST: 'mail.example.com', SMTP_USER: 'sightglass' }, /SMTP_USER and SMTP_PASSWORD must be set together/],
    [['--help'], {}, /Usage/],
  ])('refuses %j with %j in words', (args, environment, message) => {
    expect(() => readConfig(args, environment)).toThrow(ConfigError);
    expect(() => readConfig(args, environment)).toThrow(message);
  });
});

describe('the mail server', () => {
  const smtpOf = (environment: NodeJS.ProcessEnv) => readConfig([], environment).smtp;

  it('is none without SMTP_HOST, whatever else is set', () => {
    expect(smtpOf({ SMTP_PORT: '25', SMTP_FROM: 'a@example.com' })).toBeUndefined();
  });

  it('is asked on port 587 without sign-in unless told', () => {
    expect(smtpOf({ SMTP_HOST: 'mail.example.com' })).toEqual({
      host: 'mail.example.com',
      port: 587,
      login: undefined,
      from: { name: 'Sightglass', address: 'sightglass@localhost' },
    });
  });

  it('gets mails from SMTP_FROM, else from the address that signs in', () => {
    const login = { SMTP_HOST: 'mail.example.com', SMTP_USER: 'post@example.com', SMTP_PASSWORD: 'x' };
    expect(smtpOf(login)?.from).toEqual({ name: 'Sightglass', address: 'post@example.com' });
    expect(smtpOf({ ...login, SMTP_FROM: 'Agents <agents@example.com>' })?.from).toEqual({ name: 'Agents', address: 'agents@example.com' });
  });
});

it('CRON_SECRET and SIGHTGLASS_OUTBOUND_ALLOW are read', () => {
  const config = readConfig([], { CRON_SECRET: 'often', SIGHTGLASS_OUTBOUND_ALLOW: 'hooks.internal, 10.1.2.3:8080 ,10.0.0.0/8,' });
  expect(config.cronSecret).toBe('often');
  expect(config.outboundAllow).toMatchObject([
    { kind: 'name', name: 'hooks.internal', port: null },
    { kind: 'network', port: 8080 },
    { kind: 'network', port: null },
  ]);
});

it('SIGHTGLASS_PUBLIC_URL is an origin, whatever slash it ends with, or empty', () => {
  const publicUrl = (SIGHTGLASS_PUBLIC_URL: string) => readConfig([], { SIGHTGLASS_PUBLIC_URL }).publicUrl;
  expect(publicUrl('https://Obs.example.com/')).toBe('https://obs.example.com');
  expect(publicUrl('http://10.0.0.1:4318')).toBe('http://10.0.0.1:4318');
  expect(publicUrl('')).toBeUndefined();
  for (const wrong of ['obs.example.com', 'ftp://obs.example.com', 'https://obs.example.com/path', 'https://a:b@obs.example.com', 'https://x?y']) {
    expect(() => publicUrl(wrong)).toThrow(/without a path/);
  }
});

it('.env.example lists exactly the variables that are read', () => {
  const example = readFileSync(join(import.meta.dirname, '../../../.env.example'), 'utf8');
  const listed = [...example.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual(Object.keys(ENVIRONMENT).sort());
});

it.each(['127.0.0.1', '127.9.9.9', 'localhost', 'LOCALHOST', '::1', '[::1]'])('%s is a loopback name', (host) => {
  expect(isLoopbackHost(host)).toBe(true);
});
it.each(['0.0.0.0', '127.0.0.1.example.com', '::2', 'example.com', ''])('%s is no loopback name', (host) => {
  expect(isLoopbackHost(host)).toBe(false);
});
