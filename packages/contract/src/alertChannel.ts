/** Where alerts are sent. */
import { z } from '@hono/zod-openapi';
import { plainText } from './plainText.ts';
import { TimestampSchema } from './trace.ts';

export const CHANNEL_KINDS = ['slack', 'webhook', 'email', 'pagerduty', 'discord', 'teams', 'telegram'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

export const CHANNELS_MAX = 100;

const url = z.string().trim().min(1).max(2_000);
const secret = z.string().min(1).max(500);

export const CHANNEL_CONFIGS = {
  slack: z.strictObject({ url }),
  webhook: z.strictObject({ url, secret: secret.nullish() }),
  email: z.strictObject({
    to: z
      .array(z.string().trim().max(254).pipe(z.email('must be an e-mail address')))
      .min(1)
      .max(50),
  }),
  pagerduty: z.strictObject({ routing_key: secret, url: url.nullish().openapi({ description: 'Absent: PagerDuty’s own Events API v2' }) }),
  discord: z.strictObject({ url }),
  teams: z.strictObject({ url }),
  telegram: z.strictObject({
    token: secret,
    chat_id: z
      .union([z.string().min(1).max(100), z.number().int()])
      .transform(String)
      .openapi({ type: 'string' }),
    url: url.nullish().openapi({ description: 'Absent: Telegram’s own Bot API' }),
  }),
} as const satisfies Record<ChannelKind, z.ZodType>;
export type ChannelConfigs = { [K in ChannelKind]: z.infer<(typeof CHANNEL_CONFIGS)[K]> };
export type ChannelTarget = { [K in ChannelKind]: { kind: K; config: ChannelConfigs[K] } }[ChannelKind];

/** Never shown again: addresses of Slack, Discord and Teams are as good as a password. */
export const SECRET_CONFIG_KEYS: Readonly<Record<ChannelKind, readonly string[]>> = {
  slack: ['url'],
  webhook: ['secret'],
  email: [],
  pagerduty: ['routing_key'],
  discord: ['url'],
  teams: ['url'],
  telegram: ['token'],
};

/** In place of a secret in what is shown; sent back, it leaves the secret as it is. */
export const MASKED_SECRET = '••••••••';

const CHANNEL_BASE = {
  name: plainText(80).min(1, 'is needed').openapi({ description: 'Unique in the workspace' }),
  enabled: z.boolean().default(true),
  all_rules: z.boolean().default(false).openapi({ description: 'Whether it is told of every rule, those that do not name it included' }),
  group_by: z
    .array(z.string().min(1).max(300))
    .max(5)
    .default([])
    .openapi({ description: 'Labels, or `severity`: alerts of different rules that agree in them are told together. Empty: each rule by itself' }),
  group_wait_seconds: z.number().int().min(0).max(3_600).default(0),
  repeat_minutes: z
    .number()
    .int()
    .min(0)
    .max(44_640)
    .default(0)
    .openapi({ description: 'How often an open alert is told again until somebody acknowledges it; 0: never' }),
} as const;

const ofKind = <K extends ChannelKind>(kind: K) => z.object({ ...CHANNEL_BASE, kind: z.literal(kind), config: CHANNEL_CONFIGS[kind] });

export const NewAlertChannelSchema = z
  .discriminatedUnion('kind', [
    ofKind('slack'),
    ofKind('webhook'),
    ofKind('email'),
    ofKind('pagerduty'),
    ofKind('discord'),
    ofKind('teams'),
    ofKind('telegram'),
  ])
  .openapi('NewAlertChannel');
export type NewAlertChannel = z.infer<typeof NewAlertChannelSchema>;

export const AlertChannelChangesSchema = z
  .record(z.string().max(100), z.unknown())
  .openapi('AlertChannelChanges', { description: 'Any fields of NewAlertChannel but `kind`; of config each key by itself, null takes a key away' });

export const AlertChannelSchema = z
  .object({
    id: z.string().openapi({ example: 'chn_0k3v…' }),
    ...CHANNEL_BASE,
    kind: z.enum(CHANNEL_KINDS),
    config: z.record(z.string(), z.unknown()).openapi({ description: 'Secrets are masked' }),
    environment: z
      .string()
      .nullable()
      .openapi({ description: 'The variable that sets it; people may not change or delete such a channel. Null: it is people’s' }),
    created_by: z.string().nullable(),
    created_at: TimestampSchema,
    updated_at: TimestampSchema,
    last_success_at: TimestampSchema.nullable(),
    last_failure_at: TimestampSchema.nullable(),
    last_error: z.string().nullable().openapi({ description: 'Of the last attempt; null when that succeeded' }),
    waiting: z.number().int().openapi({ description: 'Notifications that have not arrived yet' }),
  })
  .openapi('AlertChannel');
export type AlertChannel = z.infer<typeof AlertChannelSchema>;

/** What came of a test message. */
export const ChannelTestSchema = z.object({ success: z.boolean(), error: z.string().nullable(), took_ms: z.number().int() }).openapi('ChannelTest');
export type ChannelTest = z.infer<typeof ChannelTestSchema>;
