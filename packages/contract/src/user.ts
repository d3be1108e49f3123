import { z } from '@hono/zod-openapi';
import { TimestampSchema, UsdSchema } from './trace.ts';

const count = z.number().int().nonnegative();
const countOrNull = count.nullable();
const text = z.string().nullable();

/** Somebody on whose behalf agents run, as telemetry names them, added up over the range that was asked for. No account of Sightglass. */
export const UserSchema = z
  .object({
    user_id: z.string(),
    /** As the user's latest span that says it has it; so has `department`. */
    email: text,
    department: text,
    /** At most 20. */
    agents: z.array(z.string()),
    runs: count,
    failed_runs: count,
    sessions: count,
    traces: count,
    /** Calls of models, embeddings, tools, retrievers and rerankers. */
    calls: count,
    llm_calls: count,
    /** Failures counted once, where they began. */
    errors: count,
    input_tokens: countOrNull,
    output_tokens: countOrNull,
    cost_usd: UsdSchema.nullable(),
    unpriced_calls: count,
    approximate_calls: count,
    first_at: TimestampSchema,
    last_at: TimestampSchema,
  })
  .openapi('UserSummary');
export type User = z.infer<typeof UserSchema>;

const share = { calls: count, errors: count, input_tokens: countOrNull, output_tokens: countOrNull, cost_usd: UsdSchema.nullable() };

export const UserDetailSchema = z.object({
  user: UserSchema,
  /** What each agent and each model did for the user, the dearest first; at most 20. */
  by_agent: z.array(z.object({ agent_id: text, runs: count, ...share })),
  by_model: z.array(z.object({ model: text, provider: text, ...share })),
});
export type UserDetail = z.infer<typeof UserDetailSchema>;
