import { z } from '@hono/zod-openapi';
import { AgentSchema } from '../agent.ts';
import { AgentEventSchema } from '../event.ts';
import { HealthSchema } from '../health.ts';
import { ListQuerySchema, TimeSchema } from '../listQuery.ts';
import { TimestampSchema, UsdSchema } from '../trace.ts';
import { AgentParamsSchema } from './agents.ts';
import { defineRoute, json } from './defineRoute.ts';

const count = z.number().int();
const latency = z.number().nullable();

const FiguresSchema = z.object({
  runs: count,
  /** Runs that ended well; what is still running, was cancelled or blocked is neither. */
  success: count,
  /** Runs that failed or timed out. */
  failed: count,
  input_tokens: count,
  output_tokens: count,
  cost_usd: UsdSchema,
  /** Of its calls, as in the overview; null where none ended. */
  latency_ms_p50: latency,
  latency_ms_p95: latency,
  latency_ms_p99: latency,
  /** Those called most first. */
  models: z.array(z.string()),
});

export const AgentDaySchema = z
  .object({ agent_id: z.string(), date: z.string().openapi({ example: '2026-11-20', description: 'As the calendar of the workspace has it' }) })
  .extend(FiguresSchema.shape)
  .openapi('AgentDay');
export type AgentDay = z.infer<typeof AgentDaySchema>;

export const AgentPointSchema = z
  .object({
    /** Start of the hour or day. */
    time: TimestampSchema,
    date: z.string(),
  })
  .extend(FiguresSchema.shape)
  .extend({ calls: count, errors: count, error_rate: z.number().nullable() })
  .openapi('AgentPoint');
export type AgentPoint = z.infer<typeof AgentPointSchema>;

export const listAgentDays = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/obs/metrics/agents',
  operationId: 'listAgentDays',
  summary: 'One line for each agent and day, newest first',
  description:
    'Days of the calendar of the workspace that the range touches, each as a whole; those on which nothing of the agent was traced are left out.',
  tags: ['agents'],
  request: { query: ListQuerySchema.extend({ agent_id: z.string().max(4000).optional().openapi({ description: 'Several with commas' }) }) },
  responses: { 200: json(z.object({ items: z.array(AgentDaySchema), next_cursor: z.string().nullable() }), 'A page of agents and days') },
});
export type AgentDaysQuery = z.infer<(typeof listAgentDays)['request']['query']>;

export const AGENT_SERIES_INTERVALS = ['1h', '1d'] as const;

export const getAgentMetrics = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/obs/metrics/agent/{agent_id}',
  operationId: 'getAgentMetrics',
  summary: 'One agent: its series over a range, its last events, its health',
  tags: ['agents'],
  request: {
    params: AgentParamsSchema,
    query: z.object({
      from: TimeSchema.default('now-24h'),
      to: TimeSchema.default('now'),
      interval: z
        .enum(AGENT_SERIES_INTERVALS)
        .optional()
        .openapi({ description: 'Absent: hours up to three days, else days of the calendar of the workspace' }),
    }),
  },
  responses: {
    200: json(
      z.object({
        agent: AgentSchema,
        /** Every hour or day of the range, oldest first. */
        series: z.array(AgentPointSchema),
        interval: z.enum(AGENT_SERIES_INTERVALS),
        /** The newest of the range. */
        recent_events: z.array(AgentEventSchema),
        /** Now; null where the plan of the workspace leaves it out. */
        health: HealthSchema.nullable(),
      }),
      'The agent',
    ),
  },
});
export type AgentMetricsQuery = z.infer<(typeof getAgentMetrics)['request']['query']>;
