import { type Redaction, RedactionSchema } from '@sightglass/contract/redaction';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AttributeValue } from '../normalise/decodedSpan.ts';
import { createRedactor } from './redactor.ts';
import { CUSTOM_MS_MAX, WITHHELD } from './textMasking.ts';

const request = (redaction: Partial<Redaction> = {}, nowMs?: () => number) => createRedactor(RedactionSchema.parse(redaction), nowMs).forRequest();
const SECRETS = [
  'ada@example.com',
  '+49 151 12345678',
  '4111 1111 1111 1111',
  'DE89370400440532013000',
  'sk-proj-a1b2c3d4e5f6g7h8i9j0',
  'Bearer abc123def456ghi789',
  'CUST-00123456',
];
const CUSTOM = { patterns: [{ name: 'customer', pattern: '\\bCUST-\\d{8}\\b' }] };

/** Texts that are likely to hold something, between what surrounds it in practice. */
const piece = fc.oneof(
  fc.constantFrom(...SECRETS, '[email]', '[customer]', '\\n', '\\u00e9', ' ', '"', '\\', '@', '.', '+', '-', '4111', '::', 'é', '\n'),
  fc.string({ maxLength: 6 }),
);
const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    tie('nested'),
    tie('list'),
    tie('object'),
  ),
  nested: tie('value').map((value) => JSON.stringify(value)),
  list: fc.array(tie('value'), { maxLength: 3 }),
  object: fc.dictionary(text, tie('value'), { maxKeys: 3 }),
})).value;

describe('a masked text', () => {
  test('is not changed by masking it again', () => {
    fc.assert(
      fc.property(text, (sent) => {
        const once = request(CUSTOM).text(sent);
        expect(request(CUSTOM).text(once)).toBe(once);
      }),
      { numRuns: 400 },
    );
  });

  test('is JSON when it was, with the same structure', () => {
    fc.assert(
      fc.property(fc.oneof(fc.array(json, { maxLength: 3 }), fc.dictionary(text, json, { maxKeys: 3 })), (sent) => {
        const written = JSON.stringify(sent);
        const masked = request(CUSTOM).text(written);
        const read = JSON.parse(masked) as unknown;
        expect(Array.isArray(read)).toBe(Array.isArray(sent));
        expect(Array.isArray(sent) && Array.isArray(read) ? read.length === sent.length : true).toBe(true);
        expect(request(CUSTOM).text(masked)).toBe(masked);
      }),
      { numRuns: 400 },
    );
  });

  test('holds none of what it was masked for, wherever in a structure that stood', () => {
    for (const secret of SECRETS) {
      const inside = JSON.stringify({ deep: [{ text: `x\n${secret}\ty` }], args: JSON.stringify({ to: `é\n${secret}` }) });
      expect(request(CUSTOM).text(inside)).not.toContain(secret.replace(/^Bearer /, ''));
      const found = request(CUSTOM).value([secret, { inner: secret }]);
      expect(JSON.stringify(found)).not.toContain(secret.replace(/^Bearer /, ''));
    }
  });
});

describe('JSON', () => {
  test.each([
    ['{"a":"x\\nada@example.com"}', '{"a":"x\\n[email]"}'],
    ['{"a": "ada\\u0040example.com" }', '{"a": "[email]" }'],
    ['{"ada@example.com":1}', '{"[email]":1}'],
    ['{"n":4111111111111111,"t":1700000000000}', '{"n":"[card]","t":1700000000000}'],
    ['{"args":"{\\"to\\":\\"a\\\\nb@c.de\\"}"}', '{"args":"{\\"to\\":\\"a\\\\n[email]\\"}"}'],
    ['"ada@example.com"', '"[email]"'],
    ['{"cut off": "ada@example.com', '{"cut off": "[email]'],
    ['{"cut off": "x\\nada\\u0040example.com', '{"cut off": "x\\n[email]'],
  ])('%s', (sent, expected) => expect(request().text(sent)).toBe(expected));

  test('that holds nothing comes back as it was written, spaces and escapes included', () => {
    const sent = '{ "a" : "\\u00e9\\/" , "n" : 1.50e+3, "id": "call_0123456789abcdefABCD" }';
    expect(request(CUSTOM).text(sent)).toBe(sent);
  });
});

describe('values', () => {
  const attributes = (entries: [string, AttributeValue][]) => new Map(entries);

  test('keep their identity when nothing was found', () => {
    const sent = attributes([
      ['a', 'nothing here'],
      ['b', ['x', { c: 1 }]],
    ]);
    expect(request(CUSTOM).attributes(sent)).toBe(sent);
  });

  test('of every type are masked', () => {
    const sent = attributes([
      ['text', 'ada@example.com'],
      ['card', 4111111111111111n],
      ['nested', { to: ['ada@example.com'] }],
      ['bytes', Buffer.from('ada@example.com')],
      ['binary', Uint8Array.of(0xff, 0xfe)],
      ['tokens', 11_864],
    ]);
    expect(Object.fromEntries(request().attributes(sent))).toEqual({
      text: '[email]',
      card: '[card]',
      nested: { to: ['[email]'] },
      bytes: '[email]',
      binary: Uint8Array.of(0xff, 0xfe),
      tokens: 11_864,
    });
  });

  test('may have hostile keys', () => {
    const masked = request().value(JSON.parse('{"__proto__":{"to":"ada@example.com"}}') as object);
    expect(JSON.stringify(masked)).toBe('{"__proto__":{"to":"[email]"}}');
  });

  test('of dropped attributes are gone, by their key or its beginning', () => {
    const redaction = request({ drop_attributes: ['secret', 'http.request.header.*'] });
    const sent = attributes([
      ['secret', 'x'],
      ['secrets', 'stays'],
      ['http.request.header.cookie', 'x'],
    ]);
    expect([...redaction.withoutDropped(sent).keys()]).toEqual(['secrets']);
  });
});

describe('custom patterns', () => {
  test('mask values by their name or their own replacement, and no keys', () => {
    const patterns = [
      { name: 'customer', pattern: 'CUST-\\d+' },
      { name: 'project', pattern: '(?i)project (\\w+)', replacement: 'project "$1"' },
    ];
    expect(request({ patterns }).text('{"CUST-1":"CUST-1 of Project Apollo","n":7}')).toBe('{"CUST-1":"[customer] of project \\"$1\\"","n":7}');
  });

  test('are not looked for in what another rule left', () => {
    expect(request({ patterns: [{ name: 'word', pattern: '[a-z]+' }] }).text('ab 12')).toBe('[word] 12');
  });

  test('that are hostile to other engines are linear here', () => {
    const patterns = ['(a+)+$', '(a|aa)+$', '(?:a?){30}a{30}b', '(.*a){20}b', '([a-z]+)*!'].map((pattern, i) => ({ name: `hostile_${i}`, pattern }));
    const redaction = request({ patterns, detectors: [] });
    expect(redaction.text(`${'a'.repeat(50_000)}.`)).toBe(`${'a'.repeat(50_000)}.`);
    expect(redaction.withheld()).toBe(0);
  });

  test('that take too long let nothing through unchecked', () => {
    let nowMs = 0;
    const redaction = request({ patterns: CUSTOM.patterns }, () => (nowMs += CUSTOM_MS_MAX));
    expect(redaction.text('CUST-00123456')).toBe('[customer]');
    expect(redaction.text('CUST-00123456')).toBe(WITHHELD);
    expect(redaction.text('{"a":"CUST-00123456"}')).toBe(JSON.stringify({ a: WITHHELD }));
    expect(redaction.withheld()).toBeGreaterThan(0);
  });
});

test('hostile texts are masked in a time that grows with their length', () => {
  const size = 300_000;
  const texts = [
    'eyJ',
    'eyJa-',
    '@',
    'a@',
    '4 ',
    '4111 ',
    'sk-',
    '-----BEGIN PRIVATE KEY-----',
    '://a:',
    '{"a":',
    '\\',
    '"',
    '+1',
    '0',
    'DE89',
    '%40',
  ];
  for (const part of texts) {
    const sent = part.repeat(size / part.length);
    expect(request().text(sent).length).toBeGreaterThan(0);
  }
}, 30_000);
