import { expect, test } from 'vitest';
import { ACTION_FAMILIES, actionWords, actorWords, targetName } from './auditWords.ts';

test.each([
  ['api_key.create', 'created an API key'],
  ['price.set', 'set a price'],
  ['price.remove', 'removed a price'],
  ['settings.redaction.change', 'changed the settings of redaction'],
  ['session.begin', 'signed in'],
  ['workspace.delete.begin', 'began to delete the workspace'],
  ['user.create', 'created an account'],
  ['invitation.revoke', 'revoked an invitation'],
  ['model_price.copy', 'copied a model price'],
  ['identity_provider.change', 'changed a sign-in provider'],
  ['two_factor.reset', 'took the second factor of a person'],
  ['odd', 'odded'],
])('%s is told as “%s”', (action, words) => {
  expect(actionWords(action)).toBe(words);
});

test('every family is the beginning of actions', () => {
  for (const { action } of ACTION_FAMILIES) expect(action).toMatch(/^[a-z_]+\.$/);
});

test('what was changed is named by what the entry tells, the newer first', () => {
  expect(targetName({ before: { name: 'old' }, after: { name: 'new' } })).toBe('new');
  expect(targetName({ before: { email: 'ada@example.com' }, after: null })).toBe('ada@example.com');
  for (const told of [null, 'text', 5, { name: 5 }, { name: '' }, []]) expect(targetName({ before: null, after: told })).toBeUndefined();
});

test('who did it is named, the program too', () => {
  const nobody = { id: null, name: null, address: null };
  expect(actorWords({ ...nobody, kind: 'key', id: 'key_1', name: 'collector' })).toBe('collector');
  expect(actorWords({ ...nobody, kind: 'member', id: 'usr_1' })).toBe('usr_1');
  expect(actorWords({ ...nobody, kind: 'system' })).toBe('Sightglass itself');
});
