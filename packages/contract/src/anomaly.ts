/** What is unusual for its hour of the week. */
import { z } from '@hono/zod-openapi';
import { QUERY_UNITS } from './querySpec.ts';
import { TimestampSchema } from './trace.ts';

export const SENSITIVITY_DEFAULT = 5;

/** An hour beside what its past makes one expect. */
export const AnomalyPointSchema = z.object({
  at: TimestampSchema.openapi({ description: 'The first moment of the hour' }),
  value: z.number().nullable(),
  expected: z.number().nullable().openapi({ description: 'Null while there is too little past' }),
  lower: z.number().nullable(),
  upper: z.number().nullable(),
  is_anomaly: z.boolean(),
});
export type AnomalyPoint = z.infer<typeof AnomalyPointSchema>;

/** Hours that follow on one another, all too much or all too little. */
export const AnomalySchema = z
  .object({
    measure: z.string(),
    title: z.string(),
    unit: z.enum(QUERY_UNITS),
    agent_id: z.string().nullable().openapi({ description: 'Null: the whole workspace' }),
    from: TimestampSchema,
    to: TimestampSchema,
    hours: z.number().int().openapi({ description: 'How many of the hours were anomalous' }),
    value: z.number().openapi({ description: 'Of its gravest hour, as are the bounds' }),
    expected: z.number(),
    lower: z.number(),
    upper: z.number(),
    direction: z.enum(['above', 'below']),
    score: z.number().openapi({ description: 'How many robust standard deviations it is beyond what is expected; below 0 when it is less' }),
  })
  .openapi('Anomaly');
export type Anomaly = z.infer<typeof AnomalySchema>;
