/** A decoded record becomes a canonical one: pure, total, nothing is dropped. Rules: docs/logs.md. */
import type { CanonicalLog, LogContext } from './canonicalLog.ts';
import { readCommonFields } from './commonFields.ts';
import type { DecodedLog } from './decodedLog.ts';
import type { AttributeValue, Attributes } from './decodedSpan.ts';
import { asObject, firstString, ownProperty, stringAt, toJsonText } from './attributes.ts';
import { foldedPath } from './httpFields.ts';
import { readException } from './logException.ts';
import { levelOf } from './logLevel.ts';
import { AGENT_KEYS, serviceNameOf } from './normaliseSpan.ts';

const LOGGER_KEYS = ['logger.name', 'logger_name', 'logger', 'log.logger', 'code.namespace'] as const;
const MESSAGE_FIELDS = ['message', 'msg'] as const;
const PATH_KEYS = ['endpoint', 'url.path', 'http.target'] as const;
const METHOD_KEYS = ['http.request.method', 'http.method', 'method'] as const;
/** A bare `method` may be the name of a function. */
const HTTP_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

/** `receivedAtNs` (Unix nanoseconds) is the time of a record that tells none. */
export function normaliseLog(log: DecodedLog, receivedAtNs: bigint): CanonicalLog {
  const { attributes, resource, scope } = log;
  const common = readCommonFields(log);
  const body = log.body === undefined ? undefined : readBody(log.body);
  const eventName = log.eventName !== '' ? log.eventName : (stringAt(attributes, 'event.name') ?? null);
  const exception = readException(attributes, log.body);
  const userEmail = common.userEmail ?? null;
  return {
    timeNs: log.timeNs ?? receivedAtNs,
    position: log.position,
    traceId: log.traceId,
    spanId: log.spanId,
    level: levelOf(log),
    severityNumber: log.severityNumber,
    severityText: log.severityText,
    logger: firstString(attributes, LOGGER_KEYS) ?? textOrNull(scope.name),
    message: messageOf(body, attributes, eventName, exception?.text),
    eventName,
    body: body?.json ?? null,
    exception: exception?.text ?? null,
    exceptionType: exception?.type ?? null,
    serviceName: serviceNameOf(log),
    scopeName: textOrNull(scope.name),
    scopeVersion: textOrNull(scope.version),
    own: {
      agentId: firstString(attributes, AGENT_KEYS) ?? firstString(attributes, ['sightglass.agent_id', 'agent_id']) ?? null,
      runId: common.runId ?? firstString(attributes, ['run_id']) ?? null,
      sessionId: common.sessionId ?? null,
      userId: common.userId ?? userEmail,
      userEmail,
      department: common.department ?? null,
      ...readRequest(attributes),
      environment: common.environment ?? null,
    },
    release: common.release ?? null,
    attributes,
    resource,
  };
}

interface LogBody {
  /** What of it is the message, if that can be told. */
  text: string | undefined;
  /** JSON text, where it is structured. */
  json: string | null;
}

function readBody(body: AttributeValue): LogBody {
  if (typeof body === 'string') return { text: body, json: null };
  if (body instanceof Uint8Array) return { text: Buffer.from(body).toString('base64'), json: null };
  if (typeof body !== 'object') return { text: String(body), json: null };
  const json = toJsonText(body) ?? 'null';
  const fields = asObject(body);
  const field = MESSAGE_FIELDS.map((name) => (fields === undefined ? undefined : ownProperty(fields, name))).find(
    (value) => typeof value === 'string',
  );
  const isEmpty = json === '{}' || json === '[]';
  return { text: typeof field === 'string' && field !== '' ? field : isEmpty ? undefined : json, json };
}

/** A record without words is told by what else it carries: a message among its attributes, its error, the name of its event. */
function messageOf(body: LogBody | undefined, attributes: Attributes, eventName: string | null, exception: string | undefined): string {
  if (body?.text !== undefined && body.text !== '') return body.text;
  return firstString(attributes, MESSAGE_FIELDS) ?? exception?.split('\n', 1)[0] ?? eventName ?? '';
}

/** Route and method of the request that the record itself names. */
function readRequest(attributes: Attributes): Pick<LogContext, 'endpoint' | 'method'> {
  const path = firstString(attributes, PATH_KEYS);
  const method = firstString(attributes, METHOD_KEYS)?.toUpperCase();
  return {
    endpoint: stringAt(attributes, 'http.route') ?? (path === undefined ? null : foldedPath(path)),
    method: method !== undefined && HTTP_METHODS.has(method) ? method : null,
  };
}

const textOrNull = (text: string) => (text === '' ? null : text);
