import { describe, expect, it } from 'vitest';
import { inlineDataOf, parseJsonText, valueText } from './jsonText.ts';

describe('parseJsonText', () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    [' [1, 2] ', [1, 2]],
  ])('reads %j', (text, value) => {
    expect(parseJsonText(text)).toEqual(value);
  });

  it.each(['', 'plain', '"quoted"', '12', '{"cut": "of', 'null'])('leaves %j as it is', (text) => {
    expect(parseJsonText(text)).toBeUndefined();
  });
});

describe('valueText', () => {
  it.each([
    ['as it is', 'as it is'],
    [{ a: [1] }, '{\n  "a": [\n    1\n  ]\n}'],
    [null, 'null'],
    [undefined, 'undefined'],
  ])('%j', (value, text) => {
    expect(valueText(value)).toBe(text);
  });
});

describe('valueText of hostile values', () => {
  it('answers for nesting that cannot be printed', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(valueText(deep)).toBe('(nested too deeply to print)');
  });
});

describe('inlineDataOf', () => {
  it('names data URLs by type and size', () => {
    expect(inlineDataOf(`data:image/png;base64,${'A'.repeat(400)}`)).toEqual({ mediaType: 'image/png', sizeBytes: 300 });
    expect(inlineDataOf('data:text/plain,hello')).toEqual({ mediaType: 'text/plain', sizeBytes: 5 });
    expect(inlineDataOf('data:image/svg+xml;charset=utf-8;base64,AAAA')).toEqual({ mediaType: 'image/svg+xml', sizeBytes: 3 });
  });

  it('recognises long bare base64, and no prose', () => {
    expect(inlineDataOf('iVBORw0KGgo'.repeat(200))?.mediaType).toBe('base64');
    expect(inlineDataOf('iVBORw0KGgo')).toBeNull();
    expect(inlineDataOf('A word after another, and so on. '.repeat(100))).toBeNull();
    expect(inlineDataOf('data: see below')).toBeNull();
  });
});
