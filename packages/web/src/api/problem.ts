import type { ErrorCode, FieldError } from '@sightglass/contract/errors';

/** `unreachable`: no answer came. `unreadable`: an answer came that is not Sightglass's. */
export type ProblemCode = ErrorCode | 'unreachable' | 'unreadable';

/** A request that failed, with what RFC 9457 says about it. */
export class ApiProblem extends Error {
  readonly code: ProblemCode;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  readonly traceId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(fields: {
    code: ProblemCode;
    status: number;
    title: string;
    detail: string;
    errors?: readonly FieldError[];
    traceId?: string | undefined;
    retryAfterSeconds?: number | undefined;
  }) {
    super(fields.detail === '' ? fields.title : fields.detail);
    this.name = 'ApiProblem';
    this.code = fields.code;
    this.status = fields.status;
    this.title = fields.title;
    this.detail = fields.detail;
    this.errors = fields.errors ?? [];
    this.traceId = fields.traceId;
    this.retryAfterSeconds = fields.retryAfterSeconds;
  }
}

/** Reads the body of a failed answer. Anything may stand between us and the server, so nothing is taken for granted. */
export function readProblem(status: number, body: string, headers: { traceId: string | null; retryAfter: string | null }): ApiProblem {
  const fields = parseObject(body);
  const retryAfter = headers.retryAfter === null ? Number.NaN : Number(headers.retryAfter);
  const known = typeof fields?.code === 'string';
  return new ApiProblem({
    code: known ? (fields.code as ErrorCode) : 'unreadable',
    status,
    title: text(fields?.title) ?? `The server answered ${status}`,
    detail: text(fields?.detail) ?? text(fields?.message) ?? '',
    errors: Array.isArray(fields?.errors) ? fields.errors.flatMap(readFieldError) : [],
    traceId: text(fields?.trace_id) ?? headers.traceId ?? undefined,
    retryAfterSeconds: Number.isFinite(retryAfter) && retryAfter >= 0 ? retryAfter : undefined,
  });
}

/** Whether asking again can help, without anything being changed first. */
export function canRetry(problem: ApiProblem): boolean {
  return problem.status === 0 || problem.status === 429 || problem.status >= 500;
}

function readFieldError(value: unknown): FieldError[] {
  if (typeof value !== 'object' || value === null) return [];
  const { pointer, message } = value as Record<string, unknown>;
  return typeof message === 'string' ? [{ pointer: typeof pointer === 'string' ? pointer : '', message }] : [];
}

function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
