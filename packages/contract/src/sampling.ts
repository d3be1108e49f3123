import { z } from '@hono/zod-openapi';
import { LOG_LEVELS } from './log.ts';

/** Stored weights are whole numbers, so counts and money stay exact: a rule keeps one in so many, not a percentage. */
export const KEEP_ONE_IN_MAX = 10_000;
export const SAMPLING_RULES_MAX = 50;
const MATCH_CHARS_MAX = 200;

const keepOneIn = z.number().int().min(1).max(KEEP_ONE_IN_MAX).openapi({ description: '1 keeps everything, 10 keeps a tenth', example: 10 });
const beginning = (what: string) =>
  z
    .string()
    .min(1)
    .max(MATCH_CHARS_MAX)
    .refine((text) => !text.slice(0, -1).includes('*'), 'may have a * at its end only')
    .openapi({ description: `${what}: whole, or its beginning with a * at the end` });

/** A trace is decided by the first rule of which everything matches. */
export const TraceSamplingRuleSchema = z
  .strictObject({
    endpoint: beginning('Endpoint of some span of the trace').optional(),
    agent_id: beginning('Agent of some span of the trace').optional(),
    without_calls: z
      .literal(true)
      .optional()
      .openapi({ description: 'Only traces without a model, tool, retrieval or embedding call, such as health checks' }),
    keep_one_in: keepOneIn,
  })
  .openapi('TraceSamplingRule');
export type TraceSamplingRule = z.infer<typeof TraceSamplingRuleSchema>;

/** A log record is decided by the first rule of which everything matches. */
export const LogSamplingRuleSchema = z
  .strictObject({
    max_level: z.enum(LOG_LEVELS).optional().openapi({ description: 'This level and the ones below' }),
    logger: beginning('Logger').optional(),
    endpoint: beginning('Endpoint that the record itself tells').optional(),
    keep_one_in: keepOneIn,
  })
  .openapi('LogSamplingRule');
export type LogSamplingRule = z.infer<typeof LogSamplingRuleSchema>;

const traceRules = z.array(TraceSamplingRuleSchema).max(SAMPLING_RULES_MAX);
const logRules = z.array(LogSamplingRuleSchema).max(SAMPLING_RULES_MAX);
const traces = z.strictObject({
  keep_one_in: keepOneIn.default(1),
  slow_ms: z.number().int().min(1).max(86_400_000).default(10_000).openapi({ description: 'A trace that takes this long is always kept' }),
  rules: traceRules.default([]),
});
const logs = z.strictObject({ keep_one_in: keepOneIn.default(1), rules: logRules.default([]) });

/**
 * Traces with a failure, slow ones, and logs of level ERROR and above are always kept. What is kept of the others counts
 * for what is not: every count and sum is as if all were there.
 */
export const SamplingSchema = z
  .strictObject({
    enabled: z.boolean().default(false),
    traces: traces.default({ keep_one_in: 1, slow_ms: 10_000, rules: [] }),
    logs: logs.default({ keep_one_in: 1, rules: [] }),
  })
  .openapi('Sampling');
export type Sampling = z.infer<typeof SamplingSchema>;

/** A tenth of DEBUG logs and of traces in which no agent did anything. */
export const SAMPLING_PRESETS = {
  light: {
    enabled: true,
    traces: { keep_one_in: 1, slow_ms: 10_000, rules: [{ without_calls: true, keep_one_in: 10 }] },
    logs: { keep_one_in: 1, rules: [{ max_level: 'DEBUG', keep_one_in: 10 }] },
  },
} as const satisfies Record<string, Sampling>;
