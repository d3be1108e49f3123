/** What is unusual for its hour of the week. */
import { z } from '@hono/zod-openapi';
import { QUERY_UNITS } from './querySpec.ts';
import { TimestampSchema } from './trace.ts';

/** A value beside what its past makes one expect. */
export const AnomalyPointSchema = z.object({
  at: TimestampSchema,
  value: z.number().nullable(),
  expected: z.number().nullable().openapi({ description: 'Null while there is too little past' }),
  lower: z.number().nullable(),
  upper: z.number().nullable(),
  is_anomaly: z.boolean(),
});
export type AnomalyPoint = z.infer<typeof AnomalyPointSchema>;

export const AnomalySchema = z
  .object({
    measure: z.string(),
    title: z.string(),
    unit: z.enum(QUERY_UNITS),
    agent_id: z.string().nullable().openapi({ description: 'Null: the whole workspace' }),
    from: TimestampSchema,
    to: TimestampSchema,
    value: z.number(),
    expected: z.number(),
    lower: z.number(),
    upper: z.number(),
    direction: z.enum(['above', 'below']),
    score: z.number().openapi({ description: 'How many robust standard deviations beyond what is expected' }),
  })
  .openapi('Anomaly');
export type Anomaly = z.infer<typeof AnomalySchema>;
