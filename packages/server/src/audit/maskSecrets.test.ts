import { expect, test } from 'vitest';
import { MASK, maskSecrets } from './maskSecrets.ts';

test.each(['password', 'client_secret', 'routingKey', 'api_key', 'access_token', 'Authorization', 'backup_codes', 'hash', 'key', 'password_hash'])(
  'what stands under %s is masked, wherever it stands',
  (name) => {
    expect(maskSecrets({ a: [{ [name]: 'x' }], [name]: { deep: 1 } })).toEqual({ a: [{ [name]: MASK }], [name]: MASK });
    expect(maskSecrets({ [name]: null })).toEqual({ [name]: null });
    expect(maskSecrets({ [name]: true })).toEqual({ [name]: true });
  },
);

test.each(['above_input_tokens', 'max_tokens', 'name', 'keys', 'prefix'])('%s is no secret', (name) => {
  expect(maskSecrets({ [name]: 5 })).toEqual({ [name]: 5 });
});

test('the link of a chat is a secret itself', () => {
  expect(maskSecrets({ url: 'https://hooks.slack.com/services/T0/B0/x' })).toEqual({ url: MASK });
  expect(maskSecrets({ url: 'https://example.com/hook' })).toEqual({ url: 'https://example.com/hook' });
});

test('what PostgreSQL cannot hold is replaced, in names too', () => {
  expect(maskSecrets({ 'a\0b': 'c\0d', half: '\ud800', large: 12n })).toEqual({ 'a\ufffdb': 'c\ufffdd', half: '\ufffd', large: '12' });
});
