import { z } from '@hono/zod-openapi';
import {
  AgentEventSchema,
  EVENT_STATUSES,
  EVENT_TYPES,
  EventBatchSchema,
  EventReceiptSchema,
  HEARTBEAT_STATUSES,
  HeartbeatSchema,
} from '../event.ts';
import { ListQuerySchema } from '../listQuery.ts';
import { TimestampSchema } from '../trace.ts';
import { body, defineRoute, json, problem } from './defineRoute.ts';

const INGEST_PROBLEMS = {
  413: problem('The body, or the batch, is over the limit'),
  429: problem('The rate limit of the key is reached; Retry-After says when to try again'),
  503: problem('Cannot take it now; Retry-After says when to try again'),
};

export const ingestEvents = defineRoute(['telemetry.send'], {
  method: 'post',
  path: '/api/obs/ingest/events',
  operationId: 'ingestEvents',
  summary: 'Append events to the agent event log',
  description:
    'One event, or { "events": [ … ] } with 1 to 1000. JSON, plain or gzip, at most 16 MiB after inflating. Each event is checked by itself; the answer is 200 also when all were refused. A 200 means that the accepted ones are on disk.',
  tags: ['ingest'],
  request: { body: body(EventBatchSchema) },
  responses: {
    200: json(EventReceiptSchema, 'What became of the events'),
    415: problem('The content encoding is not supported'),
    ...INGEST_PROBLEMS,
  },
});

export const ingestHeartbeat = defineRoute(['telemetry.send'], {
  method: 'post',
  path: '/api/obs/ingest/heartbeat',
  operationId: 'ingestHeartbeat',
  summary: 'Say that an agent lives',
  description: 'The agent must be known: it is from its first span or event on. A heartbeat does not make one.',
  tags: ['ingest'],
  request: { body: body(HeartbeatSchema) },
  responses: {
    200: json(z.object({ agent_id: z.string(), status: z.enum(HEARTBEAT_STATUSES).nullable(), received_at: TimestampSchema }), 'It is on disk'),
    ...INGEST_PROBLEMS,
  },
});

const filter = z.string().max(4000).optional();
/** `offset` is for programs that count pages; while events arrive, `cursor` is the one that neither repeats nor skips. */
export const EVENT_OFFSET_MAX = 100_000;

const listOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z
    .string()
    .max(500)
    .transform((words) => words.split(',').map((word) => word.trim()))
    .pipe(z.array(z.enum(values)))
    .openapi({ type: 'string', example: values[0], description: `${values.join(', ')}; several with commas` });

/** Values with commas mean any of them. */
export const EventListQuerySchema = ListQuerySchema.extend({
  agent_id: filter,
  event_type: listOf(EVENT_TYPES).optional(),
  status: listOf(EVENT_STATUSES).optional(),
  run_id: filter,
  offset: z.coerce.number().int().min(0).max(EVENT_OFFSET_MAX).default(0).openapi({ description: 'Not together with cursor' }),
});
export type EventListQuery = z.infer<typeof EventListQuerySchema>;

export const listEvents = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/obs/events',
  operationId: 'listEvents',
  summary: 'List events, newest first',
  tags: ['events'],
  request: { query: EventListQuerySchema },
  responses: { 200: json(z.object({ items: z.array(AgentEventSchema), next_cursor: z.string().nullable() }), 'A page of events') },
});
