/** Turns what a route's schema refused into the problem+json answer of the outside contract. */
import type { ValidationTargets } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { z } from 'zod';
import { fieldErrors, jsonPointer } from '../fieldErrors.ts';
import type { Failure } from '../result.ts';

type Target = keyof ValidationTargets;
type Issue = z.core.$ZodIssue;

/**
 * For `OpenAPIHono`'s `defaultHook`. A path parameter that cannot be an id names nothing, so it is answered
 * like any unknown id; everything else is a 400 that lists the wrong fields.
 */
export function validationFailure({ target, error }: { target: Target; error: { issues: readonly Issue[] } }): Failure {
  if (target === 'param') return { code: 'not-found', detail: 'There is nothing under this id.' };
  const errors = fieldErrors(error.issues, pointerIn(target));
  const place = target === 'json' ? 'body' : target;
  return {
    code: 'invalid-request',
    detail: `The ${place} is not valid: ${errors.length} field${errors.length === 1 ? '' : 's'} to correct.`,
    errors,
  };
}

/** The failure behind what Hono throws for a body that is no JSON at all; undefined for every other error. */
export function undecodableBody(error: unknown): Failure | undefined {
  if (!(error instanceof HTTPException) || error.status !== 400) return undefined;
  return { code: 'undecodable-body', detail: 'The body is not JSON.' };
}

/** A JSON pointer into a body, `?name` in a query, `name` elsewhere. */
const pointerIn = (target: Target) => (path: readonly PropertyKey[]) => {
  if (target === 'json' || target === 'form') return jsonPointer(path);
  return `${target === 'query' ? '?' : ''}${path.map(String).join('.')}`;
};
