import { describe, expect, test } from 'vitest';
import { createBaseAddress } from './baseAddress.ts';

describe('what links begin with', () => {
  test('is what the operator has set, whatever a request says', () => {
    for (const auth of ['local', 'required'] as const) {
      const baseOf = createBaseAddress({ publicUrl: 'https://obs.example.com', auth });
      expect(baseOf('evil.example')).toBe('https://obs.example.com');
      expect(baseOf(undefined)).toBe('https://obs.example.com');
    }
  });

  test.each([
    ['localhost:4318', 'http://localhost:4318'],
    ['127.0.0.1:4318', 'http://127.0.0.1:4318'],
    ['[::1]:4318', 'http://[::1]:4318'],
    ['evil.example', undefined],
    ['localhost:80@evil.example', undefined],
    ['localhost.evil.example', undefined],
    ['localhost/../x', undefined],
    [undefined, undefined],
  ])('in local mode %s gives %s', (host, expected) => {
    expect(createBaseAddress({ publicUrl: undefined, auth: 'local' })(host)).toBe(expected);
  });

  test('is not known in required mode without a setting', () => {
    expect(createBaseAddress({ publicUrl: undefined, auth: 'required' })('localhost:4318')).toBeUndefined();
  });
});
