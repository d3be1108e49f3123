/**
 * Everything that can be set, parsed once at start from flags and environment into one typed object.
 * Nothing reads the environment later. `.env.example` lists the same variables; a test compares the two.
 */
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ALERT_ENVIRONMENT, type AlertThresholds, alertChannelsOf, alertThresholdsOf, type EnvironmentChannels } from './alerts/alertEnvironment.ts';
import { type Mailbox, parseMailbox } from './mail/mailbox.ts';
import { type OutboundAllow, parseOutboundAllow } from './outbound/outboundAllow.ts';

const port = (name: string) =>
  z
    .string()
    .regex(/^\d{1,5}$/, `${name} must be a number`)
    .transform(Number)
    .refine((value) => value <= 65_535, `${name} must be at most 65535`);

const BYTES = { '': 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

/** A number of bytes, also as KiB, MiB or GiB. */
const bytes = (name: string, least: number) =>
  z
    .string()
    .regex(/^\d{1,12}(?:KiB|MiB|GiB)?$/, `${name} must be a number of bytes, for example 4GiB`)
    .transform((text) => Number.parseInt(text, 10) * BYTES[text.replace(/^\d+/, '') as keyof typeof BYTES])
    .refine((value) => value >= least && Number.isSafeInteger(value), `${name} must be at least ${least / BYTES.MiB}MiB`);

const outboundAllow = z.string().transform((text, context): OutboundAllow => {
  const allow = parseOutboundAllow(text);
  if (allow.ok) return allow.value;
  context.addIssue({ code: 'custom', message: `${JSON.stringify(allow.entry)} is no host, host:port or network such as 10.0.0.0/8` });
  return z.NEVER;
});

/** A mailbox as it stands behind From: `name@example.com` or `Name <name@example.com>`. */
const mailbox = z.string().transform((text, context): Mailbox | undefined => {
  if (text === '') return undefined;
  const parsed = parseMailbox(text);
  if (parsed !== null) return parsed;
  context.addIssue({
    code: 'custom',
    message: `${JSON.stringify(text)} is no address such as sightglass@example.com or Sightglass <sightglass@example.com>`,
  });
  return z.NEVER;
});

/** An address without a path, as links and redirects are made of it: `https://sightglass.example.com`. */
const origin = (name: string) =>
  z.string().transform((text, context): string | undefined => {
    if (text === '') return undefined;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const isOrigin = url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
    if (isOrigin && url.pathname === '/' && url.search === '' && url.hash === '') return url.origin;
    context.addIssue({ code: 'custom', message: `${name} must be an address without a path, such as https://sightglass.example.com` });
    return z.NEVER;
  });

const optional = z.string().transform((value) => (value === '' ? undefined : value));

/** Variables of the environment, with what they mean when absent. Secrets are never flags. */
export const ENVIRONMENT = {
  SIGHTGLASS_PORT: port('SIGHTGLASS_PORT').default(4318),
  SIGHTGLASS_GRPC_PORT: port('SIGHTGLASS_GRPC_PORT').default(4317),
  SIGHTGLASS_HOST: z.string().min(1).default('127.0.0.1'),
  SIGHTGLASS_DATA_DIR: z.string().min(1).default('./data'),
  SIGHTGLASS_AUTH: z.enum(['local', 'required'], 'SIGHTGLASS_AUTH must be local or required').optional(),
  SIGHTGLASS_SECRET: optional.optional(),
  SIGHTGLASS_PUBLIC_URL: origin('SIGHTGLASS_PUBLIC_URL').optional(),
  SIGHTGLASS_JOURNAL_BYTES_MAX: bytes('SIGHTGLASS_JOURNAL_BYTES_MAX', BYTES.MiB).default(4 * BYTES.GiB),
  SIGHTGLASS_SELF_TELEMETRY: optional.optional(),
  SIGHTGLASS_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  SIGHTGLASS_INIT_EMAIL: optional.optional(),
  SIGHTGLASS_INIT_PASSWORD: optional.optional(),
  SIGHTGLASS_INIT_WORKSPACE: optional.optional(),
  SIGHTGLASS_INIT_API_KEY: optional.optional(),
  DATABASE_URL: optional.optional(),
  CLICKHOUSE_URL: optional.optional(),
  CRON_SECRET: optional.optional(),
  SIGHTGLASS_OUTBOUND_ALLOW: outboundAllow.default([]),
  SMTP_HOST: optional.optional(),
  SMTP_PORT: port('SMTP_PORT').default(587),
  SMTP_USER: optional.optional(),
  SMTP_PASSWORD: optional.optional(),
  SMTP_FROM: mailbox.optional(),
  ...ALERT_ENVIRONMENT,
} as const;

const EnvironmentSchema = z.object(ENVIRONMENT);

export interface Config {
  host: string;
  port: number;
  /** 0 = off. */
  grpcPort: number;
  /** Absolute. */
  dataDir: string;
  /** `local`: loopback needs no key, and the printed link signs the owner in. */
  auth: 'local' | 'required';
  /** Undefined = generated into the data directory. */
  secret: string | undefined;
  /** Where people reach this instance, as an origin: what links in mails begin with. Undefined = not known, see `baseAddress.ts`. */
  publicUrl: string | undefined;
  /** Acknowledged bytes that may wait for the store before senders are told to come back later. */
  journalBytesMax: number;
  /** Slug of the workspace that Sightglass sends spans of its own requests and its own warnings to. Undefined = none. */
  selfTelemetry: string | undefined;
  logLevel: z.infer<(typeof ENVIRONMENT)['SIGHTGLASS_LOG_LEVEL']>;
  /** The headless first start; ignored once the instance has an owner. */
  init: { email: string | undefined; password: string | undefined; workspace: string | undefined; apiKey: string | undefined };
  /** Undefined = PostgreSQL inside the process. */
  databaseUrl: string | undefined;
  /** Undefined = ClickHouse inside the process. */
  clickhouseUrl: string | undefined;
  /** Undefined = the internal endpoints answer 404. */
  cronSecret: string | undefined;
  /** Private targets that requests to the outside may reach. */
  outboundAllow: OutboundAllow;
  /** Undefined = no mail leaves: shown in the log in `local`, refused else. */
  smtp: SmtpConfig | undefined;
  /** What becomes channels of the first workspace at start; undefined = no such channel. */
  alertChannels: EnvironmentChannels;
  /** Of the built-in rules. */
  alertThresholds: AlertThresholds;
}

/** The operator's mail server. */
export interface SmtpConfig {
  host: string;
  port: number;
  /** Undefined = no sign-in. */
  login: { user: string; password: string } | undefined;
  from: Mailbox;
}

/** What is wrong with the settings, in words for the operator. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const FLAGS = {
  port: { variable: 'SIGHTGLASS_PORT', about: 'UI, API, OTLP/HTTP and WebSockets (default 4318)' },
  'grpc-port': { variable: 'SIGHTGLASS_GRPC_PORT', about: 'OTLP/gRPC; 0 = off (default 4317)' },
  host: { variable: 'SIGHTGLASS_HOST', about: 'address to listen on (default 127.0.0.1)' },
  'data-dir': { variable: 'SIGHTGLASS_DATA_DIR', about: 'where everything is kept (default ./data)' },
} as const;

export const USAGE = `Usage: sightglass start [flags]

${Object.entries(FLAGS)
  .map(([flag, { about, variable }]) => `  --${flag.padEnd(10)} ${about}; environment ${variable}`)
  .join('\n')}
  --help       print this

Other commands: sightglass audit verify (with --help for its flags).
Every variable is listed in .env.example.`;

const EMPTY_IS_UNSET = [
  'SIGHTGLASS_AUTH',
  'SIGHTGLASS_LOG_LEVEL',
  'SIGHTGLASS_JOURNAL_BYTES_MAX',
  'SMTP_PORT',
  'ALERT_EMAIL_ENABLED',
  'ALERT_THRESHOLDS_ERROR_RATE',
  'ALERT_THRESHOLDS_LATENCY_P99',
  'ALERT_THRESHOLDS_LLM_COST_HOURLY',
];

/**
 * @param args command line without node and script, e.g. `['--port', '4400']`
 * @throws ConfigError
 */
export function readConfig(args: readonly string[], environment: NodeJS.ProcessEnv): Config {
  const flags = readFlags(args);
  const merged: Record<string, string | undefined> = { ...environment };
  for (const [flag, { variable }] of Object.entries(FLAGS)) merged[variable] = flags[flag] ?? emptyToUndefined(environment[variable]);
  for (const variable of EMPTY_IS_UNSET) {
    if (merged[variable] === '') delete merged[variable];
  }
  const parsed = EnvironmentSchema.safeParse(merged);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
  const values = parsed.data;
  if (values.ALERT_EMAIL_ENABLED && values.ALERT_RECIPIENTS.length === 0) {
    throw new ConfigError('ALERT_RECIPIENTS must name who gets alerts when ALERT_EMAIL_ENABLED is true');
  }
  if (values.DATABASE_URL !== undefined && values.SIGHTGLASS_SECRET === undefined) {
    throw new ConfigError('SIGHTGLASS_SECRET must be set, and equal on all instances, when DATABASE_URL is set');
  }
  return {
    host: values.SIGHTGLASS_HOST,
    port: values.SIGHTGLASS_PORT,
    grpcPort: values.SIGHTGLASS_GRPC_PORT,
    dataDir: resolve(values.SIGHTGLASS_DATA_DIR),
    auth: values.SIGHTGLASS_AUTH ?? (isLoopbackHost(values.SIGHTGLASS_HOST) ? 'local' : 'required'),
    secret: values.SIGHTGLASS_SECRET,
    publicUrl: values.SIGHTGLASS_PUBLIC_URL,
    journalBytesMax: values.SIGHTGLASS_JOURNAL_BYTES_MAX,
    selfTelemetry: values.SIGHTGLASS_SELF_TELEMETRY,
    logLevel: values.SIGHTGLASS_LOG_LEVEL,
    init: {
      email: values.SIGHTGLASS_INIT_EMAIL,
      password: values.SIGHTGLASS_INIT_PASSWORD,
      workspace: values.SIGHTGLASS_INIT_WORKSPACE,
      apiKey: values.SIGHTGLASS_INIT_API_KEY,
    },
    databaseUrl: values.DATABASE_URL,
    clickhouseUrl: values.CLICKHOUSE_URL,
    cronSecret: values.CRON_SECRET,
    outboundAllow: values.SIGHTGLASS_OUTBOUND_ALLOW,
    smtp: smtpOf(values),
    alertChannels: alertChannelsOf(values),
    alertThresholds: alertThresholdsOf(values),
  };
}

function smtpOf(values: z.infer<typeof EnvironmentSchema>): SmtpConfig | undefined {
  const { SMTP_HOST: host, SMTP_PORT: port, SMTP_USER: user, SMTP_PASSWORD: password } = values;
  if (host === undefined) return undefined;
  if ((user === undefined) !== (password === undefined))
    throw new ConfigError('SMTP_USER and SMTP_PASSWORD must be set together, or neither of them');
  const userMailbox = user === undefined ? null : parseMailbox(user);
  return {
    host,
    port,
    login: user === undefined || password === undefined ? undefined : { user, password },
    from: values.SMTP_FROM ?? { name: 'Sightglass', address: userMailbox?.address ?? 'sightglass@localhost' },
  };
}

function readFlags(args: readonly string[]): Record<string, string | undefined> {
  try {
    const { values } = parseArgs({
      args: args[0] === 'start' ? args.slice(1) : [...args],
      options: { ...Object.fromEntries(Object.keys(FLAGS).map((flag) => [flag, { type: 'string' as const }])), help: { type: 'boolean' as const } },
    });
    if (values.help === true) throw new ConfigError(USAGE);
    return values as Record<string, string | undefined>;
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

const emptyToUndefined = (value: string | undefined) => (value === '' ? undefined : value);

/** Loopback addresses and the name `localhost`. */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (name === 'localhost' || name === '::1') return true;
  return isIP(name) === 4 && name.startsWith('127.');
}
