/** Which fields of something a schema refused, and why. Pure. */
import type { FieldError } from '@sightglass/contract/errors';
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** More would only repeat what the first ones say. */
const ERRORS_MAX = 50;

/** `pointerOf` makes an address of a path; absent: a JSON pointer. */
export function fieldErrors(issues: readonly Issue[], pointerOf: (path: readonly PropertyKey[]) => string = jsonPointer): FieldError[] {
  return issues.slice(0, ERRORS_MAX).flatMap((issue): FieldError[] => {
    // A key that the schema does not know is reported at the object that holds it: name the key itself.
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ pointer: pointerOf([...issue.path, key]), message: 'is not a known field' }));
    }
    return [{ pointer: pointerOf(issue.path), message: issue.message }];
  });
}

/** RFC 6901. */
export const jsonPointer = (path: readonly PropertyKey[]): string =>
  path.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
