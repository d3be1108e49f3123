import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSecretBox } from './secretBox.ts';

const SECRET = 'a secret of the test, thirty-two';
const box = createSecretBox(SECRET, 'test');

test('what was sealed opens for its owner, never twice the same, and shows nothing of itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.string(), (text, owner) => {
      const sealed = box.seal(text, owner);
      expect(box.open(sealed, owner)).toBe(text);
      expect(Buffer.from(sealed)).not.toEqual(Buffer.from(box.seal(text, owner)));
      if (text.length > 5) expect(Buffer.from(sealed).includes(Buffer.from(text))).toBe(false);
    }),
  );
});

test('another owner, another purpose and another secret do not open it', () => {
  const sealed = box.seal('client secret', 'idp_1');
  expect(box.open(sealed, 'idp_2')).toBeUndefined();
  expect(createSecretBox(SECRET, 'other').open(sealed, 'idp_1')).toBeUndefined();
  expect(createSecretBox('another secret altogether, thirty', 'test').open(sealed, 'idp_1')).toBeUndefined();
});

test('a changed, a shortened and an empty one do not open', () => {
  const sealed = Buffer.from(box.seal('client secret', 'idp_1'));
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(box.open(changed, 'idp_1')).toBeUndefined();
    expect(box.open(sealed.subarray(0, at), 'idp_1')).toBeUndefined();
  }
});

test('what earlier releases sealed opens', () => {
  const stored = Buffer.from('01f084cc138820c86b0f8657f30ee5c8f40164c9edc1acaecc7a84fd866d814c64c9297e11f76b2987a8', 'hex');
  expect(createSecretBox('the secret of a test, thirty-two chars', 'identity-providers').open(stored, 'idp_1')).toBe('client secret');
});
