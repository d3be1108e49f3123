/** What Sightglass did, as OTLP/JSON. Pure. A path, a query and a body may hold what belongs to a workspace: none of them is told. */
import { randomBytes } from 'node:crypto';
import type { AnsweredRequest } from '../ownMetrics/ownMetrics.ts';

const SERVICE = 'sightglass';
/** https://opentelemetry.io/docs/specs/otlp: SpanKind and StatusCode. */
const SPAN_KIND_SERVER = 2;
const STATUS_ERROR = 2;

export interface OwnRequest extends AnsweredRequest {
  /** Unix milliseconds of the answer. */
  endedAtMs: number;
}
export interface OwnLogRecord {
  /** Unix milliseconds. */
  atMs: number;
  /** Of pino: 40 is a warning, 50 an error, 60 the end. */
  level: number;
  message: string;
  traceId: string | undefined;
  exception: { type: string; message: string; stack: string } | undefined;
}

const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
const integer = (key: string, value: number) => ({ key, value: { intValue: String(value) } });
const resourceOf = (version: string) => ({ attributes: [text('service.name', SERVICE), text('service.version', version)] });
const scope = { name: 'sightglass.self' };
const nanos = (ms: number) => BigInt(Math.round(ms * 1000)) * 1000n;

export function traceRequestOf(requests: readonly OwnRequest[], version: string): object {
  const spans = requests.map(({ traceId, method, route, status, seconds, endedAtMs }) => ({
    traceId,
    spanId: randomBytes(8).toString('hex'),
    name: `${method} ${route}`,
    kind: SPAN_KIND_SERVER,
    startTimeUnixNano: nanos(endedAtMs - seconds * 1000).toString(),
    endTimeUnixNano: nanos(endedAtMs).toString(),
    attributes: [text('http.request.method', method), text('http.route', route), integer('http.response.status_code', status)],
    status: status >= 500 ? { code: STATUS_ERROR } : {},
  }));
  return { resourceSpans: [{ resource: resourceOf(version), scopeSpans: [{ scope, spans }] }] };
}

/** Pino's level → the first severity number of OTLP's range. */
const severityOf = (level: number) => (level >= 60 ? 21 : level >= 50 ? 17 : 13);

export function logRequestOf(records: readonly OwnLogRecord[], version: string): object {
  const logRecords = records.map(({ atMs, level, message, traceId, exception }) => ({
    timeUnixNano: nanos(atMs).toString(),
    severityNumber: severityOf(level),
    body: { stringValue: message },
    ...(traceId === undefined ? {} : { traceId }),
    attributes:
      exception === undefined
        ? []
        : [text('exception.type', exception.type), text('exception.message', exception.message), text('exception.stacktrace', exception.stack)],
  }));
  return { resourceLogs: [{ resource: resourceOf(version), scopeLogs: [{ scope, logRecords }] }] };
}

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * A line of the log, as pino writes it with its secrets censored. Only its message, its error and its trace go out: other fields may
 * name workspaces and what they hold. Undefined for a line that is none.
 */
export function readLogLine(line: string): OwnLogRecord | undefined {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const { level, time, msg, traceId, err } = fields;
  if (typeof level !== 'number' || typeof time !== 'number') return undefined;
  const error = typeof err === 'object' && err !== null ? (err as Record<string, unknown>) : undefined;
  return {
    atMs: time,
    level,
    message: textIn(msg),
    traceId: typeof traceId === 'string' && /^[0-9a-f]{32}$/.test(traceId) ? traceId : undefined,
    exception: error === undefined ? undefined : { type: textIn(error.type), message: textIn(error.message), stack: textIn(error.stack) },
  };
}
