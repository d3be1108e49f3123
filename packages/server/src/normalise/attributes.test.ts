import { describe, expect, it } from 'vitest';
import type { AttributeValue } from './decodedSpan.ts';
import { booleanAt, firstNumber, firstString, indexed, jsonAt, numberAt, objectAt, ownProperty, stringAt, stringsAt, textAt } from './attributes.ts';

const of = (entries: { [key: string]: AttributeValue }) => new Map(Object.entries(entries));

describe('numberAt', () => {
  it.each<[AttributeValue, number | undefined]>([
    [12, 12],
    [0, 0],
    [0.5, 0.5],
    [9_007_199_254_740_993n, 9_007_199_254_740_992],
    ['12', 12],
    [' 1.5 ', 1.5],
    ['1e3', 1000],
    ['-3', -3],
    ['', undefined],
    ['NaN', undefined],
    ['Infinity', undefined],
    ['0x10', undefined],
    ['12 tokens', undefined],
    ['9'.repeat(400), undefined],
    [Number.NaN, undefined],
    [true, undefined],
    [['1'], undefined],
  ])('reads case %# as %s', (value, number) => {
    expect(numberAt(of({ n: value }), 'n')).toBe(number);
  });

  it('takes the first key that holds a number', () => {
    expect(firstNumber(of({ a: 'none', b: '7', c: 8 }), ['missing', 'a', 'b', 'c'])).toBe(7);
    expect(firstNumber(of({}), ['a'])).toBeUndefined();
  });
});

describe('stringAt', () => {
  it('has no empty texts, and takes ids that were sent as numbers', () => {
    const attributes = of({ empty: '', text: 'a', id: 42, large: 2n ** 60n, flag: true, list: ['a'] });
    expect(stringAt(attributes, 'empty')).toBeUndefined();
    expect(stringAt(attributes, 'text')).toBe('a');
    expect(stringAt(attributes, 'id')).toBe('42');
    expect(stringAt(attributes, 'large')).toBe('1152921504606846976');
    expect(stringAt(attributes, 'flag')).toBeUndefined();
    expect(stringAt(attributes, 'list')).toBeUndefined();
    expect(firstString(attributes, ['empty', 'missing', 'text'])).toBe('a');
  });
});

describe('booleanAt', () => {
  it.each<[AttributeValue, boolean | undefined]>([
    [true, true],
    ['True', true],
    ['false', false],
    [1, undefined],
    ['yes', undefined],
  ])('reads %j as %j', (value, flag) => {
    expect(booleanAt(of({ b: value }), 'b')).toBe(flag);
  });
});

describe('jsonAt', () => {
  it('parses what begins like JSON and keeps broken JSON as text', () => {
    const attributes = of({ object: ' {"a":1}', broken: '{"a":', text: '5 apples', number: 5, nested: { a: [1] }, empty: '' });
    expect(jsonAt(attributes, 'object')).toEqual({ a: 1 });
    expect(jsonAt(attributes, 'broken')).toBe('{"a":');
    expect(jsonAt(attributes, 'text')).toBe('5 apples');
    expect(jsonAt(attributes, 'number')).toBe(5);
    expect(jsonAt(attributes, 'nested')).toEqual({ a: [1] });
    expect(jsonAt(attributes, 'empty')).toBeUndefined();
    expect(objectAt(attributes, 'object')).toEqual({ a: 1 });
    expect(objectAt(attributes, 'broken')).toBeUndefined();
    expect(objectAt(of({ list: '[1]' }), 'list')).toBeUndefined();
  });

  it('finds own properties only', () => {
    expect(ownProperty({}, 'constructor')).toBeUndefined();
    expect(ownProperty(JSON.parse('{"__proto__":{"a":1}}') as Record<string, unknown>, 'a')).toBeUndefined();
  });
});

describe('stringsAt', () => {
  it.each<[AttributeValue, string[] | undefined]>([
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    ['["a","b"]', ['a', 'b']],
    ['a', ['a']],
    ['["a"', ['["a"']],
    [
      ['', 'a', 1],
      ['a', '1'],
    ],
    ['', undefined],
    ['[]', undefined],
    [[{ a: 1 }], undefined],
  ])('reads %j as %j', (value, texts) => {
    expect(stringsAt(of({ tags: value }), 'tags')).toEqual(texts);
  });
});

describe('textAt', () => {
  it('writes structured values as JSON and leaves texts as they are', () => {
    expect(textAt(of({ a: '{"b" : 1}' }), 'a')).toBe('{"b" : 1}');
    expect(textAt(of({ a: { b: [1, 'x'] } }), 'a')).toBe('{"b":[1,"x"]}');
    expect(textAt(of({}), 'a')).toBeUndefined();
  });
});

describe('indexed', () => {
  it('sorts by number, skips holes and foreign keys', () => {
    const attributes = of({
      'm.10.role': 'ten',
      'm.9.role': 'nine',
      'm.2.role': 'two',
      'm.2.content': 'c',
      'm.x.role': 'no number',
      'm.-1.role': 'negative',
      'm.1e3.role': 'exponent',
      'm.99999999999.role': 'too large',
      'm.': 'nothing',
      'other.0.role': 'other',
    });
    expect(indexed(attributes, 'm.').map((group) => group.get('role'))).toEqual(['two', 'nine', 'ten']);
    expect([...(indexed(attributes, 'm.')[0] ?? [])]).toEqual([
      ['role', 'two'],
      ['content', 'c'],
    ]);
  });

  it('keeps a bare index under the empty rest, and nests', () => {
    expect(indexed(of({ 'm.0': 'a' }), 'm.')[0]?.get('')).toBe('a');
    const [group] = indexed(of({ 'm.0.calls.1.name': 'b', 'm.0.calls.0.name': 'a' }), 'm.');
    expect(indexed(group ?? new Map(), 'calls.').map((call) => call.get('name'))).toEqual(['a', 'b']);
  });
});
