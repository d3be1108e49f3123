import { BUILT_IN_ROLES, type BuiltInRole, permissionsOfRole } from '@sightglass/contract/permissions';
import type { Role } from '@sightglass/contract/routes/roles';
import { expect, test } from 'vitest';
import { covers, whyNot } from './mayHandle.ts';

const roles: Role[] = BUILT_IN_ROLES.map((id) => ({
  id,
  name: id,
  description: '',
  built_in: true,
  permissions: [...permissionsOfRole(id)],
  members: 1,
  created_at: null,
}));
const as = (role: BuiltInRole, userId = 'me') => ({ userId, permissions: [...permissionsOfRole(role)] });
const member = (user_id: string, role: string) => ({ user_id, role });
const two = [member('ann', 'owner'), member('ben', 'owner'), member('me', 'admin'), member('eve', 'editor')];

test.each<[string, ReturnType<typeof member>, ReturnType<typeof as>, RegExp | undefined]>([
  ['an admin changes an editor', member('eve', 'editor'), as('admin'), undefined],
  ['an admin changes no owner', member('ann', 'owner'), as('admin'), /owners only/],
  ['an owner changes another', member('ann', 'owner'), as('owner', 'ben'), undefined],
  ['an editor changes no admin', member('x', 'admin'), as('editor'), /more than you/],
  ['one changes oneself', member('me', 'admin'), as('editor'), undefined],
])('%s', (_what, whose, me, expected) => {
  const why = whyNot(whose, two, roles, me);
  if (expected === undefined) expect(why).toBeUndefined();
  else expect(why).toMatch(expected);
});

test('the last owner stays, whoever asks', () => {
  const one = [member('ann', 'owner'), member('me', 'admin')];
  expect(whyNot(member('ann', 'owner'), one, roles, as('owner', 'ann'))).toMatch(/last owner/);
});

test('a role is given by whoever may do all of it', () => {
  const given = (role: BuiltInRole) => roles.filter((each) => covers([...permissionsOfRole(role)], each)).map(({ id }) => id);
  expect(given('owner')).toEqual([...BUILT_IN_ROLES]);
  expect(given('admin')).toEqual(['admin', 'editor', 'viewer', 'auditor']);
  expect(given('viewer')).toEqual(['viewer']);
});
