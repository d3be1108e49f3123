import { expect, test } from 'vitest';
import { decrypt, deriveKey, encrypt, KEY_BYTES, NONCE_BYTES, openBytes, sealBytes } from './aesGcm.ts';

const ZEROS = { key: Buffer.alloc(KEY_BYTES), nonce: Buffer.alloc(NONCE_BYTES), plain: Buffer.alloc(16) };
/** Test case 14 of McGrew and Viega, The Galois/Counter Mode of Operation: ciphertext, tag. */
const CASE_14 = 'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919';
const KEY = deriveKey('a secret of the test, thirty-two', 'test');

test('encrypts as others do, and opens what they encrypt', () => {
  expect(encrypt(ZEROS.key, ZEROS.nonce, ZEROS.plain, '').toString('hex')).toBe(CASE_14);
  expect(decrypt(ZEROS.key, ZEROS.nonce, Buffer.from(CASE_14, 'hex'), '')).toEqual(ZEROS.plain);
});

test('opens with the same key and context only, and nothing that was changed or cut', () => {
  const plain = Buffer.from('what it is about');
  const sealed = sealBytes(KEY, plain, 'wsp_1:key_1');
  expect(openBytes(KEY, sealed, 'wsp_1:key_1')).toEqual(plain);
  expect(openBytes(KEY, sealed, 'wsp_2:key_1')).toBeUndefined();
  expect(openBytes(deriveKey('a secret of the test, thirty-two', 'other'), sealed, 'wsp_1:key_1')).toBeUndefined();
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(openBytes(KEY, changed, 'wsp_1:key_1')).toBeUndefined();
    expect(openBytes(KEY, sealed.subarray(0, at), 'wsp_1:key_1')).toBeUndefined();
  }
});

test('nothing at all can be sealed, too', () => {
  expect(openBytes(KEY, sealBytes(KEY, Buffer.alloc(0), ''), '')).toEqual(Buffer.alloc(0));
});

test('a workspace’s key opens as earlier releases wrapped it', () => {
  const stored = '07070707070707070707070715792d07de9ad5b0b8d91d903c17eabb0de60db3f175afdc071fa39df792423e26b4e1669acc9a5b76dc236cdf8cf8fa';
  const wrapping = deriveKey('the secret of a test, thirty-two chars', 'sightglass/data-keys/v1');
  expect(openBytes(wrapping, Buffer.from(stored, 'hex'), 'wsp_1:key_1')).toEqual(Buffer.alloc(KEY_BYTES, 9));
});
