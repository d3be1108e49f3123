import { expect, it } from 'vitest';
import { UndecodableBody } from './decoded.ts';
import { BodyTooLarge } from './inflate.ts';
import { parseJsonBody } from './jsonBody.ts';
import { JSON_MARKS_MAX } from './limits.ts';

const list = (elements: number, element: string) => Buffer.from(`[${Array(elements).fill(element).join(',')}]`);

it('a body may hold so many objects, lists and commas, and no more', () => {
  // Each element but the last brings a comma, and the list itself is one.
  expect(parseJsonBody(list(JSON_MARKS_MAX / 2, '[]'))).toHaveLength(JSON_MARKS_MAX / 2);
  expect(() => parseJsonBody(list(JSON_MARKS_MAX / 2 + 1, '[]'))).toThrow(BodyTooLarge);
  expect(() => parseJsonBody(list(JSON_MARKS_MAX + 1, '1'))).toThrow(/objects, lists and commas/);
});

it('what stands in a text does not count', () => {
  const text = `${'[{,"\\'.repeat(2_000_000)}`;
  expect(parseJsonBody(Buffer.from(JSON.stringify({ text })))).toEqual({ text });
});

it('what is no JSON, or ends in the middle of a text, is undecodable', () => {
  expect(() => parseJsonBody(Buffer.from('{'))).toThrow(UndecodableBody);
  expect(() => parseJsonBody(Buffer.from(`"${'\\'.repeat(JSON_MARKS_MAX)}`))).toThrow(UndecodableBody);
});

it('depth is no matter', () => {
  expect(() => parseJsonBody(Buffer.from('['.repeat(5_000_000)))).toThrow(UndecodableBody);
});
