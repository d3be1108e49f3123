import { getUser as getUserRoute, listUsers as listUsersRoute } from '@sightglass/contract/routes/users';
import type { Caller } from '../../access/caller.ts';
import type { TelemetryReader } from '../../explore/reader.ts';
import { getUser } from '../../users/getUser.ts';
import { listUsers } from '../../users/listUsers.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface UserRouteDeps {
  readerOf(caller: Caller): TelemetryReader;
  /** Unix nanoseconds. */
  now(): bigint;
}

/** The users that telemetry names. */
export function userRoutes(app: App, { readerOf, now }: UserRouteDeps): void {
  app.openapi(listUsersRoute, async (c) => {
    const page = await listUsers(readerOf(c.var.caller), c.req.valid('query'), now());
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });

  app.openapi(getUserRoute, async (c) => {
    const found = await getUser(readerOf(c.var.caller), c.req.valid('param').user_id, c.req.valid('query'), now());
    return found.ok ? c.json(found.value, 200) : problem(c, found.error);
  });
}
