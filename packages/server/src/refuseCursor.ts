import { fail } from './result.ts';

/** The answer to a cursor of a list that cannot be gone on with. */
export function refuseCursor(why: 'is not a cursor of this list' | 'belongs to another sort' = 'is not a cursor of this list') {
  return fail('invalid-request', 'Go on with next_cursor as it was answered, and with the same sort and filters.', [
    { pointer: '?cursor', message: why },
  ]);
}
