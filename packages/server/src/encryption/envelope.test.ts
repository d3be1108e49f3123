import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createOpener, createSealer, isSealed, lostKeyMarker, openValue, openValues } from './envelope.ts';

const key = { id: 'dk_one', bytes: new Uint8Array(randomBytes(32)) };
const other = { id: 'dk_two', bytes: new Uint8Array(randomBytes(32)) };
const sealer = createSealer('wsp_mine', key);
const keyring = (...keys: { id: string; bytes: Uint8Array }[]) => createOpener('wsp_mine', (id) => keys.find((one) => one.id === id)?.bytes);

describe('an encrypted text', () => {
  test('opens to what it was, whatever it holds and however long it is', () => {
    const open = keyring(key);
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 300, maxLength: 2_000 })), fc.nat(20), (text, times) => {
        const written = text.repeat(times + 1);
        const stored = sealer.seal(written);
        expect(isSealed(stored)).toBe(true);
        expect(open(stored)).toBe(written);
      }),
    );
  });

  test('says its version and its key, and nothing of the text', () => {
    const stored = sealer.seal('ada@example.com');
    expect(stored).toMatch(/^enc:v1:dk_one:[A-Za-z0-9_-]{16}:[A-Za-z0-9+/]+={0,2}$/);
    expect(stored).not.toContain('ada');
  });

  test('that is long and repeats itself is stored shorter', () => {
    const text = 'the same sentence again and again. '.repeat(500);
    expect(sealer.seal(text).length).toBeLessThan(text.length / 10);
  });

  test('is another one under another key or in another workspace', () => {
    const texts = [sealer, createSealer('wsp_mine', other), createSealer('wsp_other', key)].map((one) => one.seal('hello').split(':').at(-1));
    expect(new Set(texts).size).toBe(3);
  });

  test('opens with keys that were retired, and shows which key is missing where one is', () => {
    const [first, second] = [sealer.seal('first'), createSealer('wsp_mine', other).seal('second')];
    expect([first, second].map(keyring(key, other))).toEqual(['first', 'second']);
    expect([first, second].map(keyring(other))).toEqual([lostKeyMarker('dk_one'), 'second']);
  });

  test('does not open in another workspace, under a key of the same name, or when a bit of it is changed', () => {
    const stored = sealer.seal('hello');
    expect(createOpener('wsp_other', () => key.bytes)(stored)).toBe(lostKeyMarker('dk_one'));
    expect(keyring({ id: 'dk_one', bytes: other.bytes })(stored)).toBe(lostKeyMarker('dk_one'));
    const bytes = Buffer.from(stored.split(':').at(-1) ?? '', 'base64');
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    expect(keyring(key)(`${stored.slice(0, stored.lastIndexOf(':'))}:${bytes.toString('base64')}`)).toBe(lostKeyMarker('dk_one'));
  });

  test.each(['', 'plain', 'enc:v1:', 'enc:v1:dk_one:short:AAAA', 'enc:v2:dk_one:AAAAAAAAAAAAAAAA:AAAA', 'say enc:v1:x'])(
    'is told from %j',
    (text) => {
      expect(keyring(key)(text)).toBe(text);
    },
  );
});

describe('the address of a content', () => {
  test('is the same for the same content under one key alone', () => {
    expect(sealer.address('hello')).toEqual(createSealer('wsp_mine', key).address('hello'));
    const addresses = [sealer.address('hello'), sealer.address('hello!'), createSealer('wsp_mine', other).address('hello')];
    expect(new Set(addresses.map((address) => address.toString('hex'))).size).toBe(3);
  });
});

test('values keep their types, and those that are not encrypted their place', () => {
  const open = keyring(key);
  const stored = { plain: 'x', text: sealer.sealValue('a text'), nested: sealer.sealValue({ a: [1, null] }), count: 7 };
  expect(openValues(stored, open)).toEqual({ plain: 'x', text: 'a text', nested: { a: [1, null] }, count: 7 });
  expect(openValue(createSealer('wsp_mine', other).sealValue({ a: 1 }), open)).toBe(lostKeyMarker('dk_two'));
  const untouched = { a: 'x' };
  expect(openValues(untouched, open)).toBe(untouched);
});
