/** The own account: name, address, password, second factor, sessions; and those of others, for who manages the instance. */
import {
  changeProfile,
  confirmEmail,
  endOtherSessions,
  endSession,
  getProfile,
  listPeople,
  listSessions,
  resetTwoFactor,
} from '@sightglass/contract/routes/profile';
import { beginTwoFactor, changePassword, confirmTwoFactor, removeTwoFactor, renewBackupCodes } from '@sightglass/contract/routes/signIn';
import type { Context } from 'hono';
import { actorOf, type MemberCaller } from '../../access/caller.ts';
import type { ControlConnection } from '../../control/connect.ts';
import type { OwnSessions } from '../../identity/ownSessions.ts';
import type { Own, Passwords } from '../../identity/passwords.ts';
import { findPerson, listPeople as findPeople } from '../../identity/people.ts';
import type { Profiles } from '../../identity/profile.ts';
import type { TwoFactorSetup } from '../../identity/twoFactorSetup.ts';
import { fail } from '../../result.ts';
import type { App, AppVariables } from '../appTypes.ts';
import { problem } from '../problem.ts';
import { setCookies } from '../secureCookie.ts';
import { peerOf } from './signIn.ts';

export interface ProfileRouteDependencies {
  control: Pick<ControlConnection, 'instanceDb'>;
  profiles: Profiles;
  passwords: Passwords;
  twoFactor: TwoFactorSetup;
  ownSessions: OwnSessions;
}

type PersonContext = Context<{ Variables: AppVariables }>;

/** Routes for persons let nobody else in. */
const personOf = (c: PersonContext): MemberCaller => {
  const { caller } = c.var;
  if (caller.kind !== 'member') throw new Error('A route of persons was reached by somebody else');
  return caller;
};
const ownOf = (c: PersonContext): Own => {
  const { userId, email } = personOf(c);
  return { userId, email, address: peerOf(c), headers: c.req.raw.headers };
};

export function profileRoutes(app: App, deps: ProfileRouteDependencies): void {
  const { control, profiles, passwords, twoFactor, ownSessions } = deps;

  app.openapi(getProfile, async (c) => c.json(await profiles.read(personOf(c).userId), 200));
  app.openapi(changeProfile, async (c) => {
    const changed = await profiles.change(ownOf(c), c.req.valid('json'), c.req.header('host'));
    return changed.ok ? c.json(changed.value, 200) : problem(c, changed.error);
  });
  app.openapi(confirmEmail, async (c) => {
    const confirmed = await profiles.confirmEmail(ownOf(c), c.req.valid('json').token);
    return confirmed.ok ? c.json(confirmed.value, 200) : problem(c, confirmed.error);
  });

  app.openapi(changePassword, async (c) => {
    const { current_password, new_password } = c.req.valid('json');
    const changed = await passwords.change(ownOf(c), current_password, new_password);
    if (!changed.ok) return problem(c, changed.error);
    setCookies(c, changed.value.setCookies);
    return c.body(null, 204);
  });

  app.openapi(beginTwoFactor, async (c) => {
    const begun = await twoFactor.begin(ownOf(c), c.req.valid('json').password);
    return begun.ok ? c.json(begun.value, 200) : problem(c, begun.error);
  });
  app.openapi(confirmTwoFactor, async (c) => {
    const confirmed = await twoFactor.confirm(ownOf(c), c.req.valid('json').code);
    if (!confirmed.ok) return problem(c, confirmed.error);
    setCookies(c, confirmed.value.setCookies);
    return c.json({ backup_codes: confirmed.value.backupCodes }, 200);
  });
  app.openapi(renewBackupCodes, async (c) => {
    const renewed = await twoFactor.renewBackupCodes(ownOf(c), c.req.valid('json'));
    return renewed.ok ? c.json({ backup_codes: renewed.value.backupCodes }, 200) : problem(c, renewed.error);
  });
  app.openapi(removeTwoFactor, async (c) => {
    const removed = await twoFactor.remove(ownOf(c), c.req.valid('json'));
    return removed.ok ? c.body(null, 204) : problem(c, removed.error);
  });

  app.openapi(listSessions, async (c) => {
    const { userId, sessionId } = personOf(c);
    return c.json({ items: await ownSessions.list(userId, sessionId) }, 200);
  });
  app.openapi(endSession, async (c) => {
    const ended = await ownSessions.end(ownOf(c), c.req.valid('param').id);
    return ended.ok ? c.body(null, 204) : problem(c, ended.error);
  });
  app.openapi(endOtherSessions, async (c) => {
    const ended = await ownSessions.endOthers(ownOf(c), personOf(c).sessionId);
    return ended.ok ? c.json({ ended: ended.value }, 200) : problem(c, ended.error);
  });

  app.openapi(listPeople, async (c) => {
    const page = await findPeople(control.instanceDb, c.req.valid('query'));
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });
  app.openapi(resetTwoFactor, async (c) => {
    const { id } = c.req.valid('param');
    const reset = await twoFactor.reset(actorOf(c.var.caller), id);
    if (!reset.ok) return problem(c, reset.error);
    const person = await findPerson(control.instanceDb, id);
    return person === undefined ? problem(c, fail('not-found', 'There is no such person.').error) : c.json(person, 200);
  });
}
