import type { ErrorCode, FieldError } from '@sightglass/contract/errors';

/** Why an operation did not happen, in terms of the outside contract. Bugs are thrown; expected failures are returned. */
export interface Failure {
  code: ErrorCode;
  /** For the person or program that asked: what was found, what was expected, what to do. Never inner detail. */
  detail: string;
  errors?: FieldError[];
  /** For 429 and 503, when it is known; else 1. */
  retryAfterSeconds?: number;
  /** Of the answer, beside those that follow from the code. */
  headers?: Readonly<Record<string, string>>;
}

export type Result<T> = { ok: true; value: T } | { ok: false; error: Failure };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const fail = (code: ErrorCode, detail: string, errors?: FieldError[]): { ok: false; error: Failure } => ({
  ok: false,
  error: errors === undefined ? { code, detail } : { code, detail, errors },
});
