import { z } from '@hono/zod-openapi';
import { ControlListQuerySchema } from '../controlList.ts';
import { ListQuerySchema, TimeSchema } from '../listQuery.ts';
import { NewPriceSchema, PriceItemSchema } from '../price.ts';
import { type QueryFilter, QueryFilterSchema } from '../querySpec.ts';
import { CostBreakdownSchema, TimestampSchema, UsdSchema } from '../trace.ts';
import { body, defineRoute, json, pathParam, problem } from './defineRoute.ts';

const PATH = '/api/obs/pricing';

export const PriceListSchema = z.object({
  items: z.array(PriceItemSchema),
  next_cursor: z.string().nullable(),
  /** Whose models the book knows, with how many; `custom` is for models of your own. */
  providers: z.array(z.object({ provider: z.string(), models: z.number().int() })),
});
export type PriceList = z.infer<typeof PriceListSchema>;

export const listPrices = defineRoute(['configuration.read'], {
  method: 'get',
  path: PATH,
  operationId: 'listPrices',
  summary: 'The price book: the prices of the workspace, then the bundled ones',
  description:
    'Own prices come newest first, bundled ones by provider in turn, so that the first page shows every provider; `sort=name` orders by provider and model.',
  tags: ['pricing'],
  request: {
    query: ControlListQuerySchema.extend({
      q: z.string().max(256).optional().openapi({ description: 'Part of a provider, model or alias' }),
      provider: z.string().max(256).optional(),
      model: z.string().max(256).optional(),
      origin: z.enum(['override', 'bundled']).optional(),
      history: z.enum(['true', 'false']).default('false').openapi({ description: 'Also own prices that were replaced or removed' }),
      sort: z.enum(['spread', 'name']).default('spread'),
    }),
  },
  responses: { 200: json(PriceListSchema, 'Prices') },
});

export const createPrice = defineRoute(['prices.write'], {
  method: 'post',
  path: PATH,
  operationId: 'createPrice',
  summary: 'Set a price of the workspace',
  description:
    'It holds for everything received after this answer, on other instances within a second. One for the same provider, model and `effective_from` is replaced. What is stored keeps its cost until `POST /api/obs/pricing/recompute`.',
  tags: ['pricing'],
  request: { body: body(NewPriceSchema) },
  responses: { 201: json(PriceItemSchema, 'The price'), 409: problem('There are as many prices as a workspace may have') },
});

export const deletePrice = defineRoute(['prices.write'], {
  method: 'delete',
  path: `${PATH}/{id}`,
  operationId: 'deletePrice',
  summary: 'Remove a price of the workspace; the bundled one holds again',
  description: 'The price goes on explaining the costs that were made with it.',
  tags: ['pricing'],
  request: { params: pathParam('id') },
  responses: { 204: { description: 'It prices nothing any more' } },
});

export const PRICE_FILE_FORMAT = 'sightglass-prices';
export const PriceFileSchema = z
  .strictObject({ format: z.literal(PRICE_FILE_FORMAT), version: z.literal(1), prices: z.array(NewPriceSchema).max(1000) })
  .openapi('PriceFile');
export type PriceFile = z.infer<typeof PriceFileSchema>;

export const exportPrices = defineRoute(['configuration.read'], {
  method: 'get',
  path: `${PATH}/export`,
  operationId: 'exportPrices',
  summary: 'The prices of the workspace as a file that can be imported',
  tags: ['pricing'],
  responses: { 200: json(PriceFileSchema, 'The file') },
});

export const PriceImportSchema = z
  .strictObject({
    ...PriceFileSchema.shape,
    /** `merge` keeps own prices that the file does not name, `replace` removes them. */
    mode: z.enum(['merge', 'replace']).default('merge'),
    dry_run: z.boolean().default(false),
  })
  .openapi('PriceImport');
export const PriceImportResultSchema = z
  .object({ added: z.number().int(), replaced: z.number().int(), unchanged: z.number().int(), removed: z.number().int() })
  .openapi('PriceImportResult');
export type PriceImportResult = z.infer<typeof PriceImportResultSchema>;

export const importPrices = defineRoute(['prices.write'], {
  method: 'post',
  path: `${PATH}/import`,
  operationId: 'importPrices',
  summary: 'Take over prices from a file, all or none',
  tags: ['pricing'],
  request: { body: body(PriceImportSchema) },
  responses: { 200: json(PriceImportResultSchema, 'What was done, or would be'), 409: problem('There are as many prices as a workspace may have') },
});

const tokens = z.number().int().nonnegative().nullish();
export const EstimateSchema = z
  .strictObject({
    provider: z.string().max(256).nullish(),
    model: z.string().min(1).max(256),
    kind: z.enum(['llm', 'embedding']).default('llm'),
    service_tier: z.string().max(64).nullish(),
    at: TimeSchema.default('now').openapi({ description: 'When the call starts' }),
    input_tokens: tokens.openapi({ description: 'Cached, audio and image tokens included' }),
    output_tokens: tokens.openapi({ description: 'Reasoning included' }),
    cache_read_tokens: tokens,
    cache_write_tokens: tokens,
    cache_write_1h_tokens: tokens,
    reasoning_tokens: tokens,
    audio_input_tokens: tokens,
    audio_output_tokens: tokens,
    image_input_tokens: tokens,
    total_tokens: tokens,
  })
  .openapi('CostEstimateRequest');
export const EstimateResultSchema = z
  .object({
    /** Null when the call cannot be priced; `reason` says why. */
    cost_usd: UsdSchema.nullable(),
    breakdown: CostBreakdownSchema.nullable(),
    price: PriceItemSchema.nullable(),
    matched_by: z.enum(['exact', 'alias', 'pattern']).nullable(),
    reason: z.string().nullable(),
  })
  .openapi('CostEstimate');
export type EstimateResult = z.infer<typeof EstimateResultSchema>;

export const estimateCost = defineRoute(['telemetry.read'], {
  method: 'post',
  path: `${PATH}/estimate`,
  operationId: 'estimateCost',
  summary: 'What a call would cost, and why',
  tags: ['pricing'],
  request: { body: body(EstimateSchema) },
  responses: { 200: json(EstimateResultSchema, 'The cost and the sum behind it') },
});

export const UnpricedModelSchema = z
  .object({
    provider: z.string().nullable(),
    model: z.string().nullable(),
    calls: z.number().int(),
    input_tokens: z.number().int().nullable(),
    output_tokens: z.number().int().nullable(),
    agents: z.array(z.string()).openapi({ description: 'Up to ten' }),
    first_call_at: TimestampSchema,
    last_call_at: TimestampSchema,
    /** `no-model`: the call does not say which; `no-price`: the book has none; `no-usage`: there is a price now, but the calls tell no usable token counts; `stale`: a price has come since, recompute. */
    reason: z.enum(['no-model', 'no-price', 'no-usage', 'stale']),
  })
  .openapi('UnpricedModel');
export type UnpricedModel = z.infer<typeof UnpricedModelSchema>;

export const listUnpriced = defineRoute(['telemetry.read'], {
  method: 'get',
  path: `${PATH}/unpriced`,
  operationId: 'listUnpriced',
  summary: 'Models that were called and have no price, those with most calls first',
  tags: ['pricing'],
  request: { query: ListQuerySchema.omit({ cursor: true }) },
  responses: { 200: json(z.object({ items: z.array(UnpricedModelSchema), next_cursor: z.null() }), 'Unpriced models') },
});

const ScalarSchema = z.union([z.string().max(2000), z.number(), z.boolean()]);
const RecomputeFiltersSchema = z
  .union([
    z.array(QueryFilterSchema).max(50),
    z
      .record(z.string().max(300), ScalarSchema)
      .refine((filters) => Object.keys(filters).length <= 50, 'may have 50 entries')
      .transform((filters): QueryFilter[] => Object.entries(filters).map(([field, value]) => ({ field, op: '=', value }))),
  ])
  .openapi({
    description: 'As in POST /api/obs/query, source spans; or { field: value } for what must be equal',
    example: [{ field: 'model', op: '=', value: 'gpt-4o' }],
  });

export const RecomputeSchema = z
  .strictObject({
    from: TimeSchema,
    to: TimeSchema,
    filters: RecomputeFiltersSchema.default([]),
    dry_run: z.boolean().default(true).openapi({ description: 'Changes nothing, says what would change' }),
    include_reported: z.boolean().default(false).openapi({ description: 'Also price calls whose cost the sender reported' }),
  })
  .openapi('Recompute');
export type RecomputeInput = z.input<typeof RecomputeSchema>;
export type Recompute = z.output<typeof RecomputeSchema>;

const sums = {
  spans: z.number().int().openapi({ description: 'Calls (LLM and embedding) in the range' }),
  changed: z.number().int().openapi({ description: 'Of these, calls whose cost is another, or would be' }),
  before_usd: UsdSchema,
  after_usd: UsdSchema,
};
export const RecomputeResultSchema = z
  .object({
    ...sums,
    by_model: z.array(z.object({ provider: z.string().nullable(), model: z.string().nullable(), ...sums })),
    by_agent: z.array(z.object({ agent_id: z.string().nullable(), ...sums })),
    dry_run: z.boolean(),
  })
  .openapi('RecomputeResult');
export type RecomputeResult = z.infer<typeof RecomputeResultSchema>;

export const RecomputeJobSchema = z
  .object({
    job_id: z.string(),
    state: z.enum(['running', 'done', 'failed', 'cancelled']),
    dry_run: z.boolean(),
    from: TimestampSchema,
    to: TimestampSchema,
    /** Calls looked at, and still to be. */
    done: z.number().int(),
    remaining: z.number().int(),
    created_at: TimestampSchema,
    created_by: z.string().nullable(),
    finished_at: TimestampSchema.nullable(),
    error: z.string().nullable(),
    result: RecomputeResultSchema.nullable(),
  })
  .openapi('RecomputeJob');
export type RecomputeJob = z.infer<typeof RecomputeJobSchema>;

export const recomputeCosts = defineRoute(['prices.write'], {
  method: 'post',
  path: `${PATH}/recompute`,
  operationId: 'recomputeCosts',
  summary: 'Price stored calls again with the prices of now, or say what that would change',
  description: 'Answers at once when it ends within 20 s; else with a job that goes on, also after a restart.',
  tags: ['pricing'],
  request: { body: body(RecomputeSchema) },
  responses: {
    200: json(RecomputeResultSchema, 'The difference'),
    202: json(RecomputeJobSchema, 'A job that goes on'),
    409: problem('Another recompute of this workspace is running'),
  },
});

export const getRecomputeJob = defineRoute(['configuration.read'], {
  method: 'get',
  path: `${PATH}/recompute/{job_id}`,
  operationId: 'getRecomputeJob',
  summary: 'How far a recompute has come',
  tags: ['pricing'],
  request: { params: pathParam('job_id') },
  responses: { 200: json(RecomputeJobSchema, 'The job') },
});

export const cancelRecompute = defineRoute(['prices.write'], {
  method: 'post',
  path: `${PATH}/recompute/{job_id}/cancel`,
  operationId: 'cancelRecompute',
  summary: 'Stop a recompute; what it has written stays and is right',
  tags: ['pricing'],
  request: { params: pathParam('job_id') },
  responses: { 200: json(RecomputeJobSchema, 'The job'), 409: problem('It has ended already') },
});

export const listRecomputeJobs = defineRoute(['configuration.read'], {
  method: 'get',
  path: `${PATH}/recompute`,
  operationId: 'listRecomputeJobs',
  summary: 'Recomputes that were applied or are running, newest first',
  tags: ['pricing'],
  request: { query: ControlListQuerySchema },
  responses: { 200: json(z.object({ items: z.array(RecomputeJobSchema), next_cursor: z.string().nullable() }), 'Jobs') },
});
