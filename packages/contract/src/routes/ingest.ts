import { z } from '@hono/zod-openapi';
import { TimeSchema } from '../listQuery.ts';
import { TimestampSchema } from '../trace.ts';
import { defineRoute, json } from './defineRoute.ts';

const count = (description: string) => z.number().int().min(0).openapi({ description });

/** What became of everything that came one way; `received` is the sum of the five after it. */
export const IngestHealthSchema = z
  .object({
    source: z.string().openapi({ example: 'otlp/http', description: 'The way in' }),
    received: count('Items that arrived and could be told apart: spans, log records, data points, events'),
    stored: count('Of these, on disk and in the store'),
    rejected: count('Refused one by one; the sender was told why'),
    duplicate: count('Known already, so not stored a second time'),
    sampled: count('Left out by the sampling rules of the workspace'),
    quarantined: count('Acknowledged, but the store would not take them; kept with the reason'),
    refused_requests: count('Requests of the last hour that were refused as a whole, whose items nobody counted'),
    last_error: z.string().nullable().openapi({ description: 'Why something was last rejected, quarantined or refused' }),
    last_at: TimestampSchema.nullable().openapi({ description: 'When something last came this way' }),
    signals: z.record(z.string(), z.number().int()).openapi({ description: 'received, by signal', example: { traces: 1200, logs: 30 } }),
  })
  .openapi('IngestHealth');
export type IngestHealth = z.infer<typeof IngestHealthSchema>;

export const getIngestHealth = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/obs/ingest/health',
  operationId: 'getIngestHealth',
  summary: 'What became of everything that was received, by the way it came',
  description: 'received = stored + rejected + duplicate + sampled + quarantined, for each way in. Counted by the minute of receipt.',
  tags: ['ingest'],
  request: { query: z.object({ from: TimeSchema.default('now-24h'), to: TimeSchema.default('now') }) },
  responses: { 200: json(z.object({ items: z.array(IngestHealthSchema) }), 'The ways in, the busiest first') },
});

export const QuarantinedSchema = z
  .object({
    id: z.string(),
    at: TimestampSchema,
    reason: z.string(),
    source: z.string().nullable().openapi({ description: 'Null when the bytes are too damaged to tell' }),
    signal: z.string().nullable(),
    items: z.number().int().nullable(),
    bytes: z.number().int(),
  })
  .openapi('Quarantined');
export type Quarantined = z.infer<typeof QuarantinedSchema>;

export const listQuarantine = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/obs/ingest/quarantine',
  operationId: 'listQuarantine',
  summary: 'What was acknowledged and could not be stored',
  description: 'The files lie in quarantine/ of the data directory until someone removes them. The newest 500 are listed.',
  tags: ['ingest'],
  responses: { 200: json(z.object({ items: z.array(QuarantinedSchema) }), 'Newest first') },
});
