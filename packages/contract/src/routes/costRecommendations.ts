import { z } from '@hono/zod-openapi';
import { TimeSchema } from '../listQuery.ts';
import { TimestampSchema, UsdSchema } from '../trace.ts';
import { defineRoute, json } from './defineRoute.ts';

/** What a recommendation is about, in the order in which they are explained. */
export const RECOMMENDATION_KINDS = [
  'cheaper_model',
  'prompt_caching',
  'duplicate_calls',
  'retried_calls',
  'failed_calls',
  'oversized_context',
  'max_tokens',
] as const;
export type RecommendationKind = (typeof RECOMMENDATION_KINDS)[number];

/** How a value of the evidence is read: `usd` is a decimal string, `ratio` 0 to 1, `text` a word or name. */
export const FACT_UNITS = ['calls', 'tokens', 'usd', 'ratio', 'text'] as const;

const FactSchema = z
  .object({
    name: z.string().openapi({ example: 'failed_calls' }),
    label: z.string().openapi({ example: 'Failed calls that were paid for' }),
    unit: z.enum(FACT_UNITS),
    value: z.union([z.string(), z.number()]),
  })
  .openapi('RecommendationFact');
export type RecommendationFact = z.infer<typeof FactSchema>;

/** Filters of `GET /api/obs/traces` that show what the recommendation speaks of. */
const TracesQuerySchema = z.object({
  from: TimestampSchema,
  to: TimestampSchema,
  agent_id: z.string().optional(),
  model: z.string().optional(),
  provider: z.string().optional(),
  status: z.literal('error').optional(),
  sort: z.literal('-cost'),
});

export const RecommendationSchema = z
  .object({
    id: z.string().openapi({ description: 'The same for the same kind, agent and model' }),
    kind: z.enum(RECOMMENDATION_KINDS),
    title: z.string(),
    agent_id: z.string().nullable().openapi({ description: 'Null for calls that name no agent' }),
    provider: z.string().nullable(),
    model: z.string(),
    saving_usd_per_month: UsdSchema.nullable().openapi({
      description:
        'In 30 days, beside what the recommendations before it save of the same calls: these amounts may be added up. Null where nothing is saved directly, or it cannot be told',
    }),
    saving_alone_usd_per_month: UsdSchema.nullable().openapi({ description: 'The same when it is the only one that is followed' }),
    evidence: z.object({
      window: z.object({ from: TimestampSchema, to: TimestampSchema, days: z.number() }),
      calls: z.number().int().openapi({ description: 'Calls of this agent to this model in the window' }),
      spent_usd: UsdSchema.openapi({ description: 'What they cost' }),
      facts: z.array(FactSchema),
      assumption: z.string().nullable().openapi({ description: 'What must hold for the saving' }),
    }),
    advice: z.string(),
    traces_query: TracesQuerySchema,
    trace_ids: z.array(z.string()).openapi({ description: 'A few traces that show it, the costliest first' }),
  })
  .openapi('CostRecommendation');
export type Recommendation = z.infer<typeof RecommendationSchema>;

export const RecommendationsSchema = z
  .object({
    items: z.array(RecommendationSchema),
    looked_at: z.object({
      from: TimestampSchema,
      to: TimestampSchema,
      days: z.number(),
      calls: z.number().int().openapi({ description: 'Model and embedding calls' }),
      unpriced_calls: z.number().int().openapi({ description: 'Of these without a cost: no saving is told for them' }),
      estimated_calls: z.number().int().openapi({ description: 'Of these with a cost that is an estimate' }),
      spent_usd: UsdSchema,
      spent_usd_per_month: UsdSchema,
      saving_usd_per_month: UsdSchema.openapi({ description: 'The sum of the items; never more than what is spent' }),
      groups: z.number().int().openapi({ description: 'Pairs of agent and model that were judged, the costliest first' }),
      groups_left_out: z.number().int().openapi({ description: 'Pairs beyond these' }),
    }),
    not_enough_data: z.array(
      z.object({
        kind: z.enum(RECOMMENDATION_KINDS),
        reason: z.string(),
        groups: z.number().int().openapi({ description: 'How many pairs of agent and model it holds for' }),
      }),
    ),
  })
  .openapi('CostRecommendations');
export type Recommendations = z.infer<typeof RecommendationsSchema>;

export const getCostRecommendations = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/obs/costs/recommendations',
  feature: 'recommendations',
  operationId: 'getCostRecommendations',
  summary: 'What would save money, with the amount and the evidence',
  description: 'Looks at 1 to 92 days. Nothing is recommended on too few calls: `not_enough_data` says what could not be judged, and why.',
  tags: ['costs'],
  request: { query: z.object({ from: TimeSchema.default('now-30d'), to: TimeSchema.default('now') }) },
  responses: { 200: json(RecommendationsSchema, 'The largest saving first') },
});
