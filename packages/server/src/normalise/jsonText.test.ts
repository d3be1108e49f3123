import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { isJsonContainer, isJsonString, jsonTextOf, objectListUnder, objectUnder, splitObjectList } from './jsonText.ts';

describe('isJsonContainer', () => {
  it('is true of every JSON object and list', () => {
    fc.assert(
      fc.property(fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())), fc.constantFrom(0, 2), (value, indent) =>
        isJsonContainer(JSON.stringify(value, null, indent)),
      ),
    );
  });

  it('is false of every text that is cut off', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), fc.nat(), (value, cut) => {
        const text = JSON.stringify(value);
        expect(isJsonContainer(text.slice(0, cut % text.length))).toBe(false);
      }),
    );
  });

  it('looks at a long text once', () => {
    for (const text of ['['.repeat(2_000_000), `["${'\\"'.repeat(1_000_000)}`, `[${'"a",'.repeat(500_000)}`, ' '.repeat(2_000_000)])
      expect(isJsonContainer(text)).toBe(false);
  });
});

describe('isJsonString', () => {
  it.each([
    ['"a"', true],
    ['"a \\" b"', true],
    ['"a" b"', false],
    ['"a\\"', false],
    ['a', false],
    ['', false],
    [`"${'a'.repeat(5_000_000)}"`, true],
  ])('of a text is told by its quotes', (text, is) => {
    expect(isJsonString(text)).toBe(is);
  });
});

describe('splitObjectList', () => {
  it('stops at the largest number of elements', () => {
    expect(splitObjectList('[{},{}]', 2)).toEqual(['{}', '{}']);
    expect(splitObjectList('[{},{}]', 1)).toBeUndefined();
  });
});

describe('objectListUnder', () => {
  it.each<[string, string, string[] | undefined]>([
    ['beside the messages', '{"messages":[{"content":"x"}],"tools" : [ {"name":"f", "a":[1]}, {} ]}', ['{"name":"f", "a":[1]}', '{}']],
    ['deeper', '{"invocation_params":{"tools":[{"name":"f"}]}}', ['{"name":"f"}']],
    ['not inside a text', '{"messages":[{"content":"say \\"tools\\":[{}]"}]}', undefined],
    ['not where the value is no list of objects', '{"tools":["a"],"x":{"tools":null}}', undefined],
    ['not as a value', '{"a":"tools","b":[{}]}', undefined],
    ['not where the text is cut off', '{"tools":[{"name":"f"},{"na', undefined],
  ])('finds the list %s', (_where, text, elements) => {
    expect(objectListUnder(text, 'tools', 10)).toEqual(elements);
  });

  it('looks at a hostile text a bounded number of times', () => {
    const nested = `${'{"tools":[1,'.repeat(200_000)}1${']}'.repeat(200_000)}`;
    for (const text of ['"tools":['.repeat(200_000), nested]) expect(objectListUnder(text, 'tools', 10)).toBeUndefined();
  });
});

describe('objectUnder', () => {
  it('is the first object of that name, as written', () => {
    expect(objectUnder('{"a":{"usage":null,"b":[{"usage": { "input":1 }},{"usage":{}}]}}', 'usage')).toBe('{ "input":1 }');
    expect(objectUnder('{"usage":[1]}', 'usage')).toBeUndefined();
  });
});

describe('jsonTextOf', () => {
  it('writes integers beyond 2^53 as texts and bytes as base64', () => {
    expect(jsonTextOf({ id: 9_007_199_254_740_993n, bytes: Buffer.from([1, 2, 3]), list: [new Uint8Array([255])] })).toBe(
      '{"id":"9007199254740993","bytes":"AQID","list":["/w=="]}',
    );
  });

  it('writes null for what cannot be written', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    for (const value of [cycle, undefined, () => 1]) expect(jsonTextOf(value)).toBe('null');
  });
});
