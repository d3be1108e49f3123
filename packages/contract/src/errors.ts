/**
 * Every error an outside program can meet: code → HTTP status, title, and what to do about it.
 * The problem+json answer, the docs page and the UI text come from here.
 */
export const ERRORS = {
  'invalid-request': { status: 400, title: 'The request is not valid', fix: 'Correct the fields listed under errors.' },
  'undecodable-body': { status: 400, title: 'The body cannot be decoded', fix: 'Send protobuf or JSON that matches the content type.' },
  'not-signed-in': { status: 401, title: 'A key or a session is needed', fix: 'Send Authorization: Bearer sg_…, or sign in.' },
  'wrong-credentials': { status: 401, title: 'The credentials are not valid', fix: 'Check the key, the e-mail and the password; a link works once.' },
  'missing-scope': { status: 403, title: 'The key or role may not do this', fix: 'Use a key that has the scope named in detail.' },
  'feature-off': {
    status: 403,
    title: 'The plan of the workspace does not include this',
    fix: 'An owner of the instance can change what the plan includes, or the plan of the workspace.',
  },
  'foreign-host': {
    status: 403,
    title: 'The host name is not a loopback name',
    fix: 'Open the address printed at start, or set SIGHTGLASS_AUTH=required.',
  },
  'foreign-origin': { status: 403, title: 'The request comes from another site', fix: 'Call the API with a key instead of the browser session.' },
  'not-found': { status: 404, title: 'There is no such thing', fix: 'Check the id and the workspace.' },
  'method-not-allowed': { status: 405, title: 'The method is not supported here', fix: 'See the OpenAPI document.' },
  conflict: { status: 409, title: 'The state does not allow this', fix: 'Load the object again and look at its state.' },
  'body-too-large': { status: 413, title: 'The body is too large', fix: 'Send smaller batches; the limit is in detail.' },
  'unsupported-media-type': {
    status: 415,
    title: 'The content type or encoding is not supported',
    fix: 'Use application/x-protobuf or application/json, plain or gzip.',
  },
  'not-compilable': { status: 422, title: 'The expression does not compile', fix: 'Correct the expression at the position given.' },
  'too-many-requests': { status: 429, title: 'The rate limit is reached', fix: 'Wait for Retry-After seconds.' },
  'query-too-expensive': { status: 422, title: 'The query needs more time or memory than it may use', fix: 'Narrow the time range or the filters.' },
  internal: { status: 500, title: 'Something went wrong inside Sightglass', fix: 'Report the trace id with what you did.' },
  unavailable: { status: 503, title: 'Sightglass cannot take this now', fix: 'Try again after Retry-After seconds.' },
} as const satisfies Record<string, { status: number; title: string; fix: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** One wrong field: where (JSON pointer, or `?name` for a query parameter) and why. */
export interface FieldError {
  pointer: string;
  message: string;
}
