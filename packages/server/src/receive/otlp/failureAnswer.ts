/** Failures on the paths of OTLP that no receiver of ours sees: they, too, are a `google.rpc.Status` in the request's own encoding. */
import { ERRORS } from '@sightglass/contract/errors';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Failure } from '../../result.ts';
import { encodingOf, type OtlpAnswer, statusAnswer } from './answer.ts';

/** OTLP's own paths, and those under which clients of Langfuse and LangSmith send it. */
const OTLP_PATH = /^\/(?:v1|otel|api\/public\/otel)(?:\/|$)/;

export const isOtlpPath = (path: string): boolean => OTLP_PATH.test(path);

/** Undefined on all other paths, which have problem+json. */
export function otlpFailure(c: Context, { code, detail, retryAfterSeconds }: Failure): Response | undefined {
  if (!isOtlpPath(c.req.path)) return undefined;
  return sendOtlp(c, statusAnswer(encodingOf(c.req.header('content-type')) ?? 'json', ERRORS[code].status, detail, retryAfterSeconds));
}

export function sendOtlp(c: Context, { status, headers, body }: OtlpAnswer): Response {
  // The library takes bytes, though its type speaks of texts.
  return c.body(body as string, status as ContentfulStatusCode, headers);
}
