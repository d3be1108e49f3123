/** The health of an agent: one number, what it is made of, and since when. */
import { z } from '@hono/zod-openapi';
import { TimestampSchema } from './trace.ts';

/** What can cost an agent points, in the order in which they are told, each with the most that it can cost. */
export const HEALTH_COMPONENT_POINTS = {
  success_rate: 70,
  latency: 24,
  cost: 12,
  heartbeat: 60,
  guardrails: 10,
  alerts: 30,
} as const;
export type HealthComponentName = keyof typeof HEALTH_COMPONENT_POINTS;
export const HEALTH_COMPONENTS = Object.keys(HEALTH_COMPONENT_POINTS) as [HealthComponentName, ...HealthComponentName[]];

/** Scores from which on an agent is called healthy, and fair. */
export const HEALTHY_FROM = 80;
export const FAIR_FROM = 50;

const HealthComponentSchema = z.object({
  name: z.enum(HEALTH_COMPONENTS),
  points_lost: z.number().int().min(0).max(100),
  reason: z.string().openapi({ example: 'p95 latency doubled since Tuesday 17 November: 2.4 s, usually 1.2 s' }),
});
export type HealthComponent = z.infer<typeof HealthComponentSchema>;

export const HealthSchema = z
  .object({
    score: z.number().int().min(0).max(100).nullable().openapi({ description: 'Null: nothing to judge by' }),
    components: z.array(HealthComponentSchema).openapi({ description: 'What could be judged, also where no points were lost' }),
    window_hours: z.number().int().nullable().openapi({ description: 'How long back calls and runs were judged; null: there were none' }),
    computed_at: TimestampSchema.openapi({ description: 'The end of that window' }),
  })
  .openapi('Health');
export type Health = z.infer<typeof HealthSchema>;
