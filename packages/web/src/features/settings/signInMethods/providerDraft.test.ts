import { expect, test } from 'vitest';
import { bodyOf, draftOf, problemWithin } from './providerDraft.ts';

const FILLED = { ...draftOf(undefined), name: ' Example Corp ', issuer: 'https://login.example.com', clientId: 'sightglass', clientSecret: ' s ' };

test('a form that is filled in becomes a provider', () => {
  expect(bodyOf({ ...FILLED, emailDomains: '@example.com, example.org\nexample.com' }, true)).toEqual({
    body: {
      name: 'Example Corp',
      issuer: 'https://login.example.com',
      client_id: 'sightglass',
      client_secret: 's',
      scopes: ['openid', 'email', 'profile'],
      email_domains: ['example.com', 'example.org'],
      join_workspace: null,
      enabled: true,
    },
  });
});

test('a secret is needed once, and left as it is when nothing is typed', () => {
  const draft = { ...FILLED, clientSecret: '' };
  expect(bodyOf(draft, true)).toEqual({ errors: [{ pointer: '/client_secret', message: 'is needed' }] });
  expect(bodyOf(draft, false)).toMatchObject({ body: { join_workspace: null } });
  expect(bodyOf(draft, false)).not.toHaveProperty('body.client_secret');
});

test('what is missing is named by field, and what is wrong inside a list stands at the list', () => {
  const empty = bodyOf(draftOf(undefined), true);
  expect('errors' in empty ? empty.errors.map(({ pointer }) => pointer) : []).toEqual(['/name', '/issuer', '/client_id', '/client_secret']);
  const errors = [
    { pointer: '/email_domains/0', message: 'must be a domain' },
    { pointer: '/email_domains/2', message: 'must be a domain' },
  ];
  expect(problemWithin(errors, '/email_domains')).toBe('must be a domain');
  expect(problemWithin(errors, '/email')).toBeUndefined();
});
