/** Reading http spans, both generations of names (semconv.md, section 4c). */
import type { Attributes, DecodedSpan } from './decodedSpan.ts';
import { firstNumber, firstString } from './attributes.ts';

const METHOD_KEYS = ['http.request.method', 'http.method'] as const;
const STATUS_KEYS = ['http.response.status_code', 'http.status_code'] as const;
const PATH_KEYS = ['url.path', 'http.target', 'http.url', 'url.full'] as const;

const SERVER = 2;
const INTERNAL = 1;
const UNSPECIFIED = 0;

/**
 * A request that this service answered. A server span by its kind; a hand-made span of kind internal counts
 * when it has a method and a path of its own (`url.path`, `http.route`), which a client span names by its
 * full url and by kind 3.
 */
export function isHttpServerSpan(span: DecodedSpan): boolean {
  const { attributes, otelKind } = span;
  if (otelKind === SERVER) return hasMethod(attributes) || attributes.has('http.route') || attributes.has('url.path');
  if (otelKind !== INTERNAL && otelKind !== UNSPECIFIED) return false;
  return (
    hasMethod(attributes) &&
    !attributes.has('url.full') &&
    (attributes.has('http.route') || attributes.has('url.path') || attributes.has('http.target'))
  );
}

function hasMethod(attributes: Attributes): boolean {
  return attributes.has('http.request.method') || attributes.has('http.method');
}

export interface HttpServerFields {
  endpoint?: string | undefined;
  method?: string | undefined;
  statusCode?: number | undefined;
}

/** Endpoint (the route, else the path with ids folded), method and status of an http server span. */
export function readHttpServerFields(attributes: Attributes): HttpServerFields {
  const status = firstNumber(attributes, STATUS_KEYS);
  const path = firstString(attributes, PATH_KEYS);
  return {
    endpoint: firstString(attributes, ['http.route']) ?? (path === undefined ? undefined : foldedPath(path)),
    method: firstString(attributes, METHOD_KEYS)?.toUpperCase(),
    statusCode: status !== undefined && Number.isInteger(status) && status >= 100 && status <= 999 ? status : undefined,
  };
}

/** Routes are short; a longer path is an attack or a payload, and would fill the dictionary of endpoints. */
const PATH_CHARS_MAX = 300;

/**
 * The path of a url or target without query, each segment that is an id replaced by `:id`, so that
 * `/orders/A-1042` and `/orders/A-1043` are one endpoint.
 */
export function foldedPath(url: string): string {
  const text = url.slice(0, PATH_CHARS_MAX * 4).replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
  const end = text.search(/[?#]/);
  const path = end < 0 ? text : text.slice(0, end);
  const folded = path
    .split('/')
    .map((segment) => (isId(segment) ? ':id' : segment))
    .join('/')
    .slice(0, PATH_CHARS_MAX);
  return folded === '' ? '/' : folded;
}

/**
 * Numbers, UUIDs, hashes, `A-1042`, `user_77`, `INV20391`, and long tokens that mix letters and digits.
 * `v1`, `oauth2` and `mp3` are words.
 */
function isId(segment: string): boolean {
  if (segment.length === 0 || !/\d/.test(segment)) return false;
  return (
    /^\d+$/.test(segment) ||
    /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(segment) ||
    /^[0-9a-f]{8,}$/i.test(segment) ||
    /^[A-Za-z]+[-_.:~]\d+$/.test(segment) ||
    /^[A-Za-z]*\d{4,}$/.test(segment) ||
    (segment.length >= 16 && /^[\w~.%:@=+-]+$/.test(segment) && /[A-Za-z]/.test(segment) && !/^[a-z]+(-[a-z]+)*-v?\d{1,2}$/.test(segment))
  );
}
