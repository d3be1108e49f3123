import { z } from '@hono/zod-openapi';
import { NewAlertRuleSchema } from '../alertRule.ts';
import { AnomalyPointSchema, AnomalySchema, SENSITIVITY_DEFAULT } from '../anomaly.ts';
import { pageOf } from '../controlList.ts';
import { ListQuerySchema, TimeSchema } from '../listQuery.ts';
import { QUERY_UNITS } from '../querySpec.ts';
import { TimestampSchema } from '../trace.ts';
import { defineRoute, json } from './defineRoute.ts';

const PATH = '/api/obs/anomalies';

/** What is looked at where no measure is named: cost, latency, failures, volume. */
export const ANOMALY_MEASURES = ['cost_usd', 'llm_latency_ms_p95', 'error_rate', 'calls'] as const;
/** Beside the workspace as a whole the busiest agents of the last weeks are looked at. */
export const ANOMALY_AGENTS_MAX = 10;
/** Days of a range: hours are judged one by one. */
export const ANOMALY_RANGE_DAYS_MAX = 92;
/** Days over which it is told how often a rule would have fired. */
export const BACKTEST_DAYS = 30;
/** Days ahead within which a crossing is looked for. */
export const CROSSING_DAYS_MAX = 30;

const measure = z.string().min(1).max(100).openapi({ example: 'cost_usd', description: 'A name of GET /api/obs/measures' });
const agentId = z.string().min(1).max(1_000).optional().openapi({ description: 'Absent: the workspace as a whole' });
const sensitivity = z.coerce.number().min(1).max(10).default(SENSITIVITY_DEFAULT).openapi({
  description: '1 sees only what is far out, 10 also what is a little unusual: 6.5 less half of it is how many robust standard deviations count',
});

const SeriesNameSchema = z.object({
  measure: z.string(),
  title: z.string(),
  unit: z.enum(QUERY_UNITS),
  agent_id: z.string().nullable().openapi({ description: 'Null: the whole workspace' }),
});

export const AnomalyListQuerySchema = ListQuerySchema.extend({
  measure: measure.optional(),
  agent_id: agentId.openapi({ description: 'Absent: the workspace as a whole and its busiest agents' }),
  sensitivity,
  sort: z.enum(['newest', 'gravest']).default('newest'),
});
export type AnomalyListQuery = z.infer<typeof AnomalyListQuerySchema>;

export const AnomalyPageSchema = pageOf(AnomalySchema).extend({
  sensitivity: z.number(),
  looked_at: z.array(
    SeriesNameSchema.extend({ judged_hours: z.number().int().openapi({ description: 'Hours of the range for which the past sufficed' }) }),
  ),
});
export type AnomalyPage = z.infer<typeof AnomalyPageSchema>;

export const listAnomalies = defineRoute(['telemetry.read'], {
  method: 'get',
  path: PATH,
  operationId: 'listAnomalies',
  summary: 'Hours in which something was unusual for its hour of the week',
  tags: ['alerts'],
  request: { query: AnomalyListQuerySchema },
  responses: { 200: json(AnomalyPageSchema, 'A page of anomalies, and what was looked at') },
});

export const AnomalySeriesQuerySchema = z.object({
  measure: measure.default('cost_usd'),
  agent_id: agentId,
  sensitivity,
  from: TimeSchema.default(`now-${BACKTEST_DAYS}d`),
  to: TimeSchema.default('now'),
});

export const AnomalySeriesSchema = SeriesNameSchema.extend({
  time_zone: z.string(),
  sensitivity: z.number(),
  sides: z.enum(['both', 'above', 'below']).openapi({ description: 'Only what is worse is told: nobody is called because there are fewer errors' }),
  from: TimestampSchema,
  to: TimestampSchema,
  points: z.array(AnomalyPointSchema).openapi({ description: 'Every full hour of the range, oldest first' }),
  would_have_fired: z
    .number()
    .int()
    .openapi({ description: 'How often a rule of this sensitivity would have fired in the range: hours in a row count once' }),
  anomalies: z.array(AnomalySchema).openapi({ description: 'Newest first' }),
  reason: z.string().nullable().openapi({ description: 'Why the newest hours could not be judged, for a person; null when they could' }),
}).openapi('AnomalySeries');
export type AnomalySeries = z.infer<typeof AnomalySeriesSchema>;

export const getAnomalySeries = defineRoute(['telemetry.read'], {
  method: 'get',
  path: `${PATH}/series`,
  operationId: 'getAnomalySeries',
  summary: 'A measure hour by hour beside what was expected, and how often a rule would have fired',
  description: 'Each hour is judged by nothing but the hours before it, as a rule would have judged it then.',
  tags: ['alerts'],
  request: { query: AnomalySeriesQuerySchema },
  responses: { 200: json(AnomalySeriesSchema, 'The hours with their bounds') },
});

export const RuleProposalSchema = z
  .object({
    rule: NewAlertRuleSchema,
    reason: z.string().openapi({ description: 'Why it is proposed, for a person' }),
    would_have_fired: z
      .number()
      .int()
      .openapi({ description: `In the last ${BACKTEST_DAYS} days` }),
    days: z.number().int(),
  })
  .openapi('RuleProposal');
export type RuleProposal = z.infer<typeof RuleProposalSchema>;

export const listRuleProposals = defineRoute(['telemetry.read'], {
  method: 'get',
  path: `${PATH}/proposals`,
  operationId: 'listRuleProposals',
  summary: 'Rules of the kind anomaly that the past of this workspace allows, and that it does not have yet',
  tags: ['alerts'],
  responses: { 200: json(z.object({ items: z.array(RuleProposalSchema) }), 'Bodies for POST /api/obs/alerts/rules, with reasons') },
});

export const CROSSING_OPERATORS = ['>', '>=', '<', '<='] as const;
export type CrossingOperator = (typeof CROSSING_OPERATORS)[number];

export const CrossingQuerySchema = z.object({
  measure: measure.default('cost_usd'),
  threshold: z.coerce.number().default(0).openapi({ description: 'In the unit of the measure, of a whole day' }),
  operator: z.enum(CROSSING_OPERATORS).default('>'),
  agent_id: agentId,
});

export const CrossingSchema = SeriesNameSchema.extend({
  time_zone: z.string(),
  threshold: z.number(),
  operator: z.enum(CROSSING_OPERATORS),
  horizon_days: z.number().int(),
  interval_level: z.number().openapi({ description: 'Share of past days that the interval is made to hold' }),
  state: z.enum(['crossed', 'expected', 'possible', 'not_in_sight', 'too_little_past']).openapi({
    description: 'The last finished day is beyond it already; the forecast crosses it; only the interval does; neither does within the horizon',
  }),
  crosses_on: z
    .string()
    .nullable()
    .openapi({ description: 'The first day that is expected beyond the threshold; null when none is', example: '2026-12-04' }),
  earliest_on: z.string().nullable().openapi({ description: 'The first day on which the interval reaches beyond it' }),
  latest_on: z.string().nullable().openapi({ description: 'The first day on which the whole interval lies beyond it' }),
  latest_value: z.number().nullable().openapi({ description: 'Of the last finished day' }),
  reason: z.string().nullable().openapi({ description: 'Why there is no forecast, for a person' }),
  days: z.array(
    z.object({
      date: z.string(),
      value: z.number().nullable().openapi({ description: 'Null for a day to come, and where nothing was measured' }),
      expected: z.number().nullable(),
      low: z.number().nullable(),
      high: z.number().nullable(),
    }),
  ),
}).openapi('Crossing');
export type Crossing = z.infer<typeof CrossingSchema>;

export const getCrossing = defineRoute(['telemetry.read'], {
  method: 'get',
  path: `${PATH}/crossing`,
  operationId: 'getCrossing',
  summary: 'When the trend of a measure, day by day, will cross a threshold',
  tags: ['alerts'],
  request: { query: CrossingQuerySchema },
  responses: { 200: json(CrossingSchema, 'The day with its interval, null when it is not in sight') },
});
