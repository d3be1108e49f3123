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

describe('alerts', () => {
  const NO_CHANNELS = { SLACK_WEBHOOK_URL: undefined, ALERT_WEBHOOK_URL: undefined, ALERT_EMAIL_ENABLED: undefined };

  it('have no channels, and the documented thresholds, unless told', () => {
    expect(readConfig([], {})).toMatchObject({
      alertChannels: NO_CHANNELS,
      alertThresholds: { errorRate: 0.05, latencyP99Ms: 5_000, llmCostHourlyUsd: '50' },
    });
  });

  it.each([
    [{ SLACK_WEBHOOK_URL: 'https://hooks.example.com/T/B/x' }, { SLACK_WEBHOOK_URL: { url: 'https://hooks.example.com/T/B/x' } }],
    [{ ALERT_WEBHOOK_URL: 'http://10.0.0.8:9000/in' }, { ALERT_WEBHOOK_URL: { url: 'http://10.0.0.8:9000/in' } }],
    [
      { ALERT_EMAIL_ENABLED: 'true', ALERT_RECIPIENTS: 'a@example.com, b@example.com,,a@example.com' },
      { ALERT_EMAIL_ENABLED: { to: ['a@example.com', 'b@example.com'] } },
    ],
    [{ ALERT_EMAIL_ENABLED: '1', ALERT_RECIPIENTS: 'a@example.com' }, { ALERT_EMAIL_ENABLED: { to: ['a@example.com'] } }],
    [{ ALERT_EMAIL_ENABLED: 'false', ALERT_RECIPIENTS: 'a@example.com' }, {}],
    [{ ALERT_RECIPIENTS: 'a@example.com' }, {}],
  ])('%o makes the channels %o', (environment, channels) => {
    expect(readConfig([], environment).alertChannels).toEqual({ ...NO_CHANNELS, ...channels });
  });

  it('have thresholds as they are set, money exactly', () => {
    const environment = { ALERT_THRESHOLDS_ERROR_RATE: '0.125', ALERT_THRESHOLDS_LATENCY_P99: '750', ALERT_THRESHOLDS_LLM_COST_HOURLY: '12.500' };
    expect(readConfig([], environment).alertThresholds).toEqual({ errorRate: 0.125, latencyP99Ms: 750, llmCostHourlyUsd: '12.5' });
  });

  it.each([
    [{ SLACK_WEBHOOK_URL: 'hooks.example.com' }, /SLACK_WEBHOOK_URL: Enter a whole address/],
    [{ ALERT_WEBHOOK_URL: 'ftp://hooks.example.com' }, /begin with https/],
    [{ ALERT_WEBHOOK_URL: 'https://user:pass@hooks.example.com' }, /Leave user name and password out/],
    [{ ALERT_EMAIL_ENABLED: 'true' }, /ALERT_RECIPIENTS must name who gets alerts/],
    [{ ALERT_EMAIL_ENABLED: 'on' }, /ALERT_EMAIL_ENABLED must be true or false/],
    [{ ALERT_RECIPIENTS: 'ada' }, /"ada" is no address/],
    [{ ALERT_RECIPIENTS: Array.from({ length: 51 }, (_, index) => `p${index}@example.com`).join() }, /more than 50/],
    [{ ALERT_THRESHOLDS_ERROR_RATE: '5' }, /share from 0 to 1/],
    [{ ALERT_THRESHOLDS_ERROR_RATE: '-0.1' }, /share from 0 to 1/],
    [{ ALERT_THRESHOLDS_LATENCY_P99: '5s' }, /must be milliseconds/],
    [{ ALERT_THRESHOLDS_LLM_COST_HOURLY: 'much' }, /must be dollars/],
    [{ ALERT_THRESHOLDS_LLM_COST_HOURLY: '-1' }, /must be dollars/],
  ])('%o is refused', (environment, message) => {
    expect(() => readConfig([], environment)).toThrow(message);
  });
});

it('.env.example lists exactly the variables that are read', () => {
  const example = readFileSync(join(import.meta.dirname, '../../../.env.example'), 'utf8');
  const listed = [...example.matchAll(/^([A-Z0-9_]+)=/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual(Object.keys(ENVIRONMENT).sort());
});

it.each(['127.0.0.1', '127.9.9.9', 'localhost', 'LOCALHOST', '::1', '[::1]'])('%s is a loopback name', (host) => {
  expect(isLoopbackHost(host)).toBe(true);
});
it.each(['0.0.0.0', '127.0.0.1.example.com', '::2', 'example.com', ''])('%s is no loopback name', (host) => {
  expect(isLoopbackHost(host)).toBe(false);
});
