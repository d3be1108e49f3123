/** What a rule of alerts watches, and when it speaks. */
import { z } from '@hono/zod-openapi';
import { formatUsd, parseUsd } from './money.ts';
import { plainText } from './plainText.ts';
import { QueryFilterSchema, QUERY_SOURCES } from './querySpec.ts';
import { TimestampSchema } from './trace.ts';

export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const RULE_KINDS = [
  'cost_per_day',
  'cost_threshold',
  'error_rate',
  'error_count',
  'no_heartbeat',
  'latency',
  'metric_threshold',
  'provider_down',
  'cache_unavailable',
  'budget',
  'anomaly',
  'sql_query',
] as const;
export type RuleKind = (typeof RULE_KINDS)[number];

/** Of what a rate, a count or a latency is taken. */
export const CALL_SETS = ['calls', 'llm', 'tools', 'runs', 'requests'] as const;
export type CallSet = (typeof CALL_SETS)[number];

/** What a rule does where the data tells nothing: as if all were well, as if the condition held, as before, or end the alert. */
export const NO_DATA_MODES = ['ok', 'alert', 'keep', 'resolve'] as const;
export type NoDataMode = (typeof NO_DATA_MODES)[number];

export const OPERATORS = ['>', '>=', '<', '<=', '==', '!='] as const;
export type Operator = (typeof OPERATORS)[number];

/** Percentiles that the catalogue keeps. */
export const RULE_PERCENTILES = [50, 95, 99] as const;

export const RULES_MAX = 1_000;
export const RULE_SQL_CHARS_MAX = 10_000;
export const RULE_GROUPS_MAX = 3;
/** Alerts of one rule at the same time; groups beyond are not looked at, which the rule then says. */
export const GROUPS_OF_RULE_MAX = 500;
const DAY_MINUTES = 1_440;

const number = z
  .union([z.number(), z.string().trim().min(1).max(40)])
  .transform(Number)
  .refine(Number.isFinite, 'must be a number')
  .openapi({ type: 'number' });
const atLeastZero = number.refine((value) => value >= 0, 'must be 0 or more').openapi({ type: 'number' });
const thresholdUsd = z
  .union([z.number(), z.string().max(40)])
  .transform((sent, context) => {
    const amount = parseUsd(String(sent));
    if (amount === undefined || amount < 0n) {
      context.addIssue({ code: 'custom', message: 'must be dollars, 0 or more' });
      return z.NEVER;
    }
    return formatUsd(amount);
  })
  .openapi({ type: 'string', example: '50', description: 'Dollars, exact' });
const percentile = z
  .union([z.number(), z.string().regex(/^p?\d{1,2}(\.\d+)?$/)])
  .transform((sent) => {
    const value = Number(String(sent).replace(/^p/, ''));
    return value > 0 && value < 1 ? Math.round(value * 1e6) / 1e4 : value;
  })
  .refine((value) => (RULE_PERCENTILES as readonly number[]).includes(value), `must be one of ${RULE_PERCENTILES.join(', ')}`)
  .openapi({ type: 'number', example: 99 });
const measure = z.string().min(1).max(100).openapi({ example: 'cost_usd', description: 'A name of GET /api/obs/measures' });
const of = z.enum(CALL_SETS).default('calls');
const text = z.string().trim().min(1).max(300);

export const RULE_CONFIGS = {
  cost_per_day: z.strictObject({ threshold_usd: thresholdUsd }),
  cost_threshold: z.strictObject({ threshold_usd: thresholdUsd }),
  error_rate: z.strictObject({
    threshold: number.refine((share) => share >= 0 && share <= 1, 'must be from 0 to 1').openapi({ type: 'number', example: 0.05 }),
    min_count: z.number().int().min(0).default(0).openapi({ description: 'The least number of calls; with fewer there is no data' }),
    of,
  }),
  error_count: z.strictObject({ threshold: atLeastZero, of }),
  no_heartbeat: z.strictObject({
    minutes: z
      .number()
      .positive()
      .max(30 * DAY_MINUTES),
    agent_id: z.string().min(1).max(1_000).nullish().openapi({ description: 'Absent: every agent that ever sent one' }),
    of: z
      .enum(['heartbeats', 'telemetry'])
      .default('heartbeats')
      .openapi({ description: '`telemetry`: silence of any kind, not of heartbeats alone' }),
  }),
  latency: z.strictObject({ percentile, threshold_ms: atLeastZero, of }),
  metric_threshold: z.strictObject({ measure, operator: z.enum(OPERATORS), threshold: number }),
  provider_down: z.strictObject({ consecutive_failures: z.number().int().min(1).max(1_000).default(3), provider: text.nullish() }),
  cache_unavailable: z.strictObject({ cache: text.nullish() }),
  budget: z.strictObject({ budget_id: z.string().min(1).max(64), percent: z.number().positive().max(1_000) }),
  anomaly: z.strictObject({
    measure,
    sensitivity: z.number().min(1).max(10).default(5).openapi({ description: '1 sees only what is far out, 10 also what is a little unusual' }),
  }),
  sql_query: z.strictObject({
    query: z.string().trim().min(1).max(RULE_SQL_CHARS_MAX),
    operator: z.enum(OPERATORS),
    threshold: number,
  }),
} as const satisfies Record<RuleKind, z.ZodType>;
export type RuleConfigs = { [K in RuleKind]: z.infer<(typeof RULE_CONFIGS)[K]> };
/** A kind with its config. */
export type RuleCondition = { [K in RuleKind]: { kind: K; config: RuleConfigs[K] } }[RuleKind];

const minutes = (max: number) => z.number().int().min(0).max(max);
const tag = z.string().max(200);
const unique = (items: readonly string[]) => new Set(items).size === items.length;

/** What every rule has, whatever it watches. */
export const RULE_BASE = {
  name: plainText(120).min(1, 'is needed').openapi({ description: 'Unique in the workspace' }),
  severity: z.enum(SEVERITIES),
  description: z.string().trim().max(2_000).default(''),
  message: z.string().trim().max(1_000).default('').openapi({
    description: 'A template: {{name}} {{value}} {{threshold}} {{severity}} {{window}} {{labels.agent_id}}; empty: words that fit the kind',
  }),
  enabled: z.boolean().default(true),
  check_interval_minutes: z.number().int().min(1).max(DAY_MINUTES).default(5),
  evaluation_window_minutes: z
    .number()
    .int()
    .min(1)
    .max(31 * DAY_MINUTES)
    .default(15),
  pending_minutes: minutes(DAY_MINUTES).default(0).openapi({ description: 'How long the condition must hold before an alert opens' }),
  keep_firing_minutes: minutes(DAY_MINUTES).default(0).openapi({ description: 'How long an alert stays open after the condition has ended' }),
  cooldown_minutes: minutes(7 * DAY_MINUTES)
    .default(30)
    .openapi({ description: 'No alert of a group opens sooner after its last one opened' }),
  no_data: z.enum(NO_DATA_MODES).default('keep'),
  source: z.enum(QUERY_SOURCES).optional().openapi({ description: 'Only for what a measure does not say by itself' }),
  group_by: z.array(z.string().min(1).max(300)).max(RULE_GROUPS_MAX).refine(unique, 'names a field twice').default([]),
  filters: z.array(QueryFilterSchema).max(20).default([]),
  channel_ids: z.array(z.string().min(1).max(64)).max(50).refine(unique, 'names a channel twice').default([]),
  tags: z
    .record(z.string().min(1).max(100), tag)
    .refine((tags) => Object.keys(tags).length <= 50, 'may have 50 entries')
    .default({}),
} as const;

const ofKind = <K extends RuleKind>(kind: K) => z.object({ ...RULE_BASE, kind: z.literal(kind), config: RULE_CONFIGS[kind] });

export const NewAlertRuleSchema = z
  .discriminatedUnion('kind', [
    ofKind('cost_per_day'),
    ofKind('cost_threshold'),
    ofKind('error_rate'),
    ofKind('error_count'),
    ofKind('no_heartbeat'),
    ofKind('latency'),
    ofKind('metric_threshold'),
    ofKind('provider_down'),
    ofKind('cache_unavailable'),
    ofKind('budget'),
    ofKind('anomaly'),
    ofKind('sql_query'),
  ])
  .openapi('NewAlertRule');
export type NewAlertRule = z.infer<typeof NewAlertRuleSchema>;
export type NewAlertRuleInput = z.input<typeof NewAlertRuleSchema>;

/** What is absent stays; of `config` and `tags` each key by itself. The whole is checked like a new rule. */
export const AlertRuleChangesSchema = z.record(z.string().max(100), z.unknown()).openapi('AlertRuleChanges', {
  description: 'Any fields of NewAlertRule but `kind`; of config and tags each key by itself, null takes a key away',
});

/** How far a group has got: the condition holds but not for long enough, an alert is open, or it is kept open though the condition has ended. */
export const GROUP_STATES = ['pending', 'firing', 'keep_firing'] as const;
export type GroupState = (typeof GROUP_STATES)[number];

export const AlertRuleSchema = z
  .object({
    id: z.string().openapi({ example: 'rul_0k3v…' }),
    ...RULE_BASE,
    kind: z.enum(RULE_KINDS),
    config: z.record(z.string(), z.unknown()),
    builtin: z.string().nullable().openapi({ description: 'The name under which Sightglass brought the rule along' }),
    created_by: z.string().nullable().openapi({ description: 'Id of a user or key' }),
    created_at: TimestampSchema,
    updated_at: TimestampSchema,
    last_evaluated_at: TimestampSchema.nullable(),
    next_evaluation_at: TimestampSchema.nullable().openapi({ description: 'Null while the rule is not enabled' }),
    evaluation: z.enum(['ok', 'error']),
    last_error: z.string().nullable(),
    state: z.enum(['inactive', ...GROUP_STATES]).openapi({ description: 'The furthest of its groups' }),
    open_alerts: z.number().int(),
  })
  .openapi('AlertRule');
export type AlertRule = z.infer<typeof AlertRuleSchema>;

/** What a condition tells of one group at one moment. */
export const RulePreviewSchema = z
  .object({
    points: z.array(
      z.object({
        at: TimestampSchema,
        labels: z.record(z.string(), z.string()),
        value: z.number().nullable(),
        breaches: z.boolean().openapi({ description: 'Whether the condition held' }),
        firing: z.boolean().openapi({ description: 'Whether an alert would have been open' }),
      }),
    ),
    would_have_fired: z.number().int().openapi({ description: 'Alerts that would have opened in the range' }),
    threshold: z.number().nullable(),
    unit: z.string(),
    step_minutes: z.number().int(),
    from: TimestampSchema,
    to: TimestampSchema,
  })
  .openapi('RulePreview');
export type RulePreview = z.infer<typeof RulePreviewSchema>;
