import { z } from '@hono/zod-openapi';
import { RunSchema } from './run.ts';
import { TimestampSchema, UsdSchema } from './trace.ts';

const count = z.number().int().nonnegative();
const countOrNull = count.nullable();
const text = z.string().nullable();

export const SESSION_STATUSES = ['live', 'ended'] as const;
/** A session is live while a run of it is in progress, and this long after the last span of it ended. */
export const SESSION_LIVE_MINUTES = 5;

/** A conversation or journey of a user: the runs that name it, added up over the range that was asked for. */
export const SessionSchema = z
  .object({
    session_id: z.string(),
    /** Of its latest span that says one; so are e-mail address and department. */
    user_id: text,
    department: text,
    /** At most 20. */
    agents: z.array(z.string()),
    status: z.enum(SESSION_STATUSES),
    /** When its first span began, and its last one ended. */
    started_at: TimestampSchema,
    last_at: TimestampSchema,
    duration_ms: z.number().nonnegative(),
    runs: count,
    /** Runs that failed or timed out. */
    failed_runs: count,
    traces: count,
    llm_calls: count,
    tool_calls: count,
    /** Failures counted once, where they began. */
    errors: count,
    input_tokens: countOrNull,
    output_tokens: countOrNull,
    cost_usd: UsdSchema.nullable(),
    unpriced_calls: count,
    approximate_calls: count,
    /** First characters of what its first run was given and of what its last run answered. */
    input_preview: text,
    output_preview: text,
  })
  .openapi('SessionSummary');
export type Session = z.infer<typeof SessionSchema>;

export const SessionWithRunsSchema = z.object({
  session: SessionSchema,
  /** By start. The rest is told by `/api/obs/runs` with `session_id`, `sort=started_at` and the cursor. */
  runs: z.array(RunSchema),
  next_cursor: z.string().nullable(),
});
export type SessionWithRuns = z.infer<typeof SessionWithRunsSchema>;
