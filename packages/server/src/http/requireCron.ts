import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { fail } from '../result.ts';
import type { AppVariables } from './appTypes.ts';
import { problem } from './problem.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** For routes of periodic work: lets on whoever sends `CRON_SECRET` as a bearer token. While it is not set, there are no such routes. */
export function requireCron(secret: string | undefined): MiddlewareHandler<{ Variables: AppVariables }> {
  const expected = secret === undefined || secret === '' ? undefined : digest(`Bearer ${secret}`);
  return async (c, next) => {
    if (expected === undefined) return problem(c, fail('not-found', `There is nothing at ${c.req.path}: CRON_SECRET is not set.`).error);
    const given = c.req.header('authorization');
    if (given === undefined) return problem(c, fail('not-signed-in', 'Send CRON_SECRET as Authorization: Bearer ….').error);
    if (!timingSafeEqual(digest(given), expected)) return problem(c, fail('wrong-credentials', 'This is not CRON_SECRET.').error);
    return next();
  };
}
