/** Turns what a route's schema refused into the problem+json answer of the outside contract. */
import type { FieldError } from '@sightglass/contract/errors';
import type { ValidationTargets } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { z } from 'zod';
import type { Failure } from '../result.ts';

type Target = keyof ValidationTargets;
type Issue = z.core.$ZodIssue;

/** More would only repeat what the first ones say. */
const ERRORS_MAX = 50;

/**
 * For `OpenAPIHono`'s `defaultHook`. A path parameter that cannot be an id names nothing, so it is answered
 * like any unknown id; everything else is a 400 that lists the wrong fields.
 */
export function validationFailure({ target, error }: { target: Target; error: { issues: readonly Issue[] } }): Failure {
  if (target === 'param') return { code: 'not-found', detail: 'There is nothing under this id.' };
  const errors = fieldErrors(target, error.issues);
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

/** A JSON pointer (RFC 6901) into a body, `?name` in a query, `name` elsewhere. */
export function fieldErrors(target: Target, issues: readonly Issue[]): FieldError[] {
  return issues.slice(0, ERRORS_MAX).flatMap((issue): FieldError[] => {
    // A key that the schema does not know is reported at the object that holds it: name the key itself.
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ pointer: pointerOf(target, [...issue.path, key]), message: 'is not a known field' }));
    }
    return [{ pointer: pointerOf(target, issue.path), message: issue.message }];
  });
}

function pointerOf(target: Target, path: readonly PropertyKey[]): string {
  const names = path.map(String);
  if (target === 'query') return `?${names.join('.')}`;
  if (target !== 'json' && target !== 'form') return names.join('.');
  return names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
