import { z } from '@hono/zod-openapi';
import { ControlListQuerySchema, pageOf } from '../controlList.ts';
import { TimestampSchema } from '../trace.ts';
import { SCOPES } from '../permissions.ts';
import { body, defineRoute, json, pathParam } from './defineRoute.ts';

/** A key as people and programs write it: `sg_` and at least 32 of `[A-Za-z0-9_-]`. */
export const API_KEY_PATTERN = /^sg_[A-Za-z0-9_-]{32,200}$/;

/** Seconds' worth of items and bytes that may come at once, unless the limit says otherwise. */
export const KEY_BURST_SECONDS_DEFAULT = 10;

const rate = (max: number) => z.number().int().min(1).max(max).optional();

/** What one key may send; each instance counts for itself. A rate that is absent is not limited. */
export const KeyRateLimitSchema = z
  .object({
    requests_per_minute: rate(1_000_000).openapi({ description: 'Requests of every kind; a minute’s worth may come at once' }),
    items_per_second: rate(1_000_000_000).openapi({ description: 'Spans, log records, data points and events received, refused ones too' }),
    bytes_per_second: rate(100_000_000_000).openapi({ description: 'Bytes of telemetry bodies as they are sent, compressed or not' }),
    burst_seconds: rate(3_600).openapi({
      description: `Seconds’ worth of items and bytes that may come at once; absent: ${KEY_BURST_SECONDS_DEFAULT}`,
    }),
  })
  .refine((limit) => (limit.requests_per_minute ?? limit.items_per_second ?? limit.bytes_per_second) !== undefined, {
    message: 'must have requests_per_minute, items_per_second or bytes_per_second',
  })
  .openapi('KeyRateLimit');
export type KeyRateLimit = z.infer<typeof KeyRateLimitSchema>;

const futureTimestamp = z.iso.datetime({ offset: true, message: 'must be RFC 3339, for example 2027-01-31T00:00:00Z' });

export const NewApiKeySchema = z
  .object({
    name: z.string().trim().min(1).max(100).openapi({ example: 'collector in Frankfurt' }),
    scopes: z
      .array(z.enum(SCOPES))
      .min(1)
      .max(SCOPES.length)
      .openapi({ description: 'instance can be granted by an instance owner only', example: ['ingest'] }),
    expires_at: futureTimestamp.nullable().optional().openapi({ description: 'Absent or null: never' }),
    rate_limit: KeyRateLimitSchema.nullable().optional().openapi({ description: 'Absent or null: none' }),
  })
  .openapi('NewApiKey');
export type NewApiKey = z.infer<typeof NewApiKeySchema>;

export const ApiKeySchema = z
  .object({
    id: z.string().openapi({ example: 'key_0k3v…' }),
    name: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    /** The first characters of the key, enough to tell keys apart. */
    prefix: z.string(),
    created_at: TimestampSchema,
    /** Within about a minute. */
    last_used_at: TimestampSchema.nullable(),
    expires_at: TimestampSchema.nullable(),
    revoked_at: TimestampSchema.nullable(),
    rate_limit: KeyRateLimitSchema.nullable(),
  })
  .openapi('ApiKey');
export type ApiKey = z.infer<typeof ApiKeySchema>;

/** The answer to creating: the only time that the key itself is shown. */
export const CreatedApiKeySchema = ApiKeySchema.extend({ key: z.string().openapi({ example: 'sg_…' }) }).openapi('CreatedApiKey');
export type CreatedApiKey = z.infer<typeof CreatedApiKeySchema>;

export const listApiKeys = defineRoute(['keys.manage'], {
  method: 'get',
  path: '/api/obs/api-keys',
  operationId: 'listApiKeys',
  summary: 'The API keys of the workspace, newest first, revoked ones too',
  tags: ['identity'],
  request: { query: ControlListQuerySchema },
  responses: { 200: json(pageOf(ApiKeySchema), 'A page of keys') },
});

export const createApiKey = defineRoute(['keys.manage'], {
  method: 'post',
  path: '/api/obs/api-keys',
  operationId: 'createApiKey',
  summary: 'Create an API key; it is shown once',
  tags: ['identity'],
  request: { body: body(NewApiKeySchema) },
  responses: { 201: json(CreatedApiKeySchema, 'The key, shown this once') },
});

/** What is absent stays. */
export const ApiKeyChangesSchema = z
  .object({
    name: NewApiKeySchema.shape.name.optional(),
    rate_limit: KeyRateLimitSchema.nullable().optional().openapi({ description: 'Replaces the one that is there; null: none' }),
  })
  .openapi('ApiKeyChanges');
export type ApiKeyChanges = z.infer<typeof ApiKeyChangesSchema>;

const keyParams = pathParam('id');

export const changeApiKey = defineRoute(['keys.manage'], {
  method: 'patch',
  path: '/api/obs/api-keys/{id}',
  operationId: 'changeApiKey',
  summary: 'Rename an API key, or set its rate limit: the one given replaces the one that is there, null takes it away',
  tags: ['identity'],
  request: { params: keyParams, body: body(ApiKeyChangesSchema) },
  responses: { 200: json(ApiKeySchema, 'The changed key') },
});

export const revokeApiKey = defineRoute(['keys.manage'], {
  method: 'post',
  path: '/api/obs/api-keys/{id}/revoke',
  operationId: 'revokeApiKey',
  summary: 'Revoke an API key; it fails within a second',
  tags: ['identity'],
  request: { params: keyParams },
  responses: { 200: json(ApiKeySchema, 'The revoked key') },
});
