import { z } from '@hono/zod-openapi';
import { TimestampSchema } from './trace.ts';

/** From the least to the most severe. */
export const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What loggers call the levels, in lower case. */
const LEVEL_WORDS: ReadonlyMap<string, LogLevel> = new Map([
  ...(['trace', 'verbose', 'silly', 'finest', 'finer'] as const).map((word) => [word, 'TRACE'] as const),
  ...(['debug', 'fine', 'config'] as const).map((word) => [word, 'DEBUG'] as const),
  ...(['info', 'information', 'informational', 'notice', 'log', 'success'] as const).map((word) => [word, 'INFO'] as const),
  ...(['warning', 'warn'] as const).map((word) => [word, 'WARNING'] as const),
  ...(['error', 'err', 'severe'] as const).map((word) => [word, 'ERROR'] as const),
  ...(['critical', 'crit', 'fatal', 'alert', 'emergency', 'emerg', 'panic', 'dpanic'] as const).map((word) => [word, 'CRITICAL'] as const),
]);

/** The level that a logger's word stands for, in any case; `warn` and `fatal` are mapped. Undefined for a word that is no level. */
export function levelNamed(word: string): LogLevel | undefined {
  return word.length > 20 ? undefined : LEVEL_WORDS.get(word.trim().toLowerCase());
}

const text = z.string().nullable();

/** A log record. What it does not say itself is said of its span, else of its trace; null when nobody says it. */
export const LogSchema = z
  .object({
    /** Unique in the workspace; the same when the same request is sent again. */
    log_id: z.string(),
    timestamp: TimestampSchema,
    level: z.enum(LOG_LEVELS),
    logger: text,
    message: z.string(),
    trace_id: text,
    span_id: text,
    agent_id: text,
    run_id: text,
    user_id: text,
    department: text,
    session_id: text,
    endpoint: text,
    method: text,
    environment: text,
    /** Type, message and stack as one text. */
    exception: text,
    exception_type: text,
    attributes: z.record(z.string(), z.unknown()),
    /** 1 to 24 as OpenTelemetry counts, null when it was not sent. */
    severity_number: z.number().int().nullable(),
    severity_text: text,
    event_name: text,
    /** A structured body as it was sent; null when the body is a text. */
    body: z.unknown(),
    service_name: text,
    scope_name: text,
    resource: z.record(z.string(), z.string()),
  })
  .openapi('Log');
export type Log = z.infer<typeof LogSchema>;
