import { z } from '@hono/zod-openapi';

/** RFC 3339 with up to nanoseconds, or `now`, `now-24h`, `now+1d` (units s, m, h, d, w). */
export const TimeSchema = z
  .string()
  .regex(
    /^(?:now(?:[+-]\d{1,6}[smhdw])?|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2}))$/,
    'must be RFC 3339 (2026-11-20T09:00:00Z) or relative (now-24h)',
  )
  .openapi({ example: 'now-24h' });

export const LIST_LIMIT_DEFAULT = 50;
/** Above this a list request is refused with 400, so that no answer needs unbounded memory. */
export const LIST_LIMIT_MAX = 500;

/** The parameters every telemetry list takes. */
export const ListQuerySchema = z.object({
  from: TimeSchema.default('now-24h'),
  to: TimeSchema.default('now'),
  limit: z.coerce.number().int().min(1).max(LIST_LIMIT_MAX).default(LIST_LIMIT_DEFAULT),
  cursor: z.string().max(500).optional(),
});
export type ListQuery = z.infer<typeof ListQuerySchema>;
