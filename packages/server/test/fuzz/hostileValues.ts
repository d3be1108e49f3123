/** Values that broken and hostile clients send. */
import { NAME_CHARS_MAX } from '../../src/receive/limits.ts';
import type { Choices } from './choices.ts';

export type Json = Record<string, unknown>;

export const FUZZED_AT_MS = Date.UTC(2026, 10, 20, 9, 30);
const NS = '000000';

/** Nanoseconds as text: around every bound of the clock rules, and beyond every date. */
export const TIMES: readonly string[] = [
  `${FUZZED_AT_MS}${NS}`,
  `${FUZZED_AT_MS + 86_400_000}${NS}`,
  `${FUZZED_AT_MS + 86_400_001}${NS}`,
  '1577836800000000000',
  '1577836799999999999',
  '0',
  '1',
  '1763600000',
  '9223372036854775807',
  '18446744073709551615',
  ...Array.from({ length: 40 }, (_, month) => `${Date.UTC(2022, month, 7)}${NS}`),
];

/** Well-formed: what protobuf and JSON can both carry. */
export const TEXTS: readonly string[] = [
  '',
  'x',
  'null',
  '{',
  '[]',
  '{}',
  '[null]',
  '[[[]]]',
  '"',
  '"\\ud800"',
  '{"__proto__":{"polluted":1}}',
  '{"role":"user","content":"hello"}',
  '[{"role":"user","content":[{"type":"text","text":"hi"},null,7]}]',
  '[{"role":"assistant","tool_calls":[{"id":1,"function":{"name":null,"arguments":"{"}}]}]',
  '[{"role":null,"content":{"a":[1]}},{"parts":[{"type":"tool_call"}]}]',
  '{"input":-1,"output":1e999,"total":"x"}',
  '{"input_tokens":9007199254740993,"output_tokens":0.5}',
  '{"a":'.repeat(200),
  '['.repeat(3_000),
  `${'{"a":'.repeat(120)}1${'}'.repeat(120)}`,
  '\u0000',
  '\u0000\u0001\u001f\u007f',
  '\ufeff\u202e\u2028',
  '😀'.repeat(40),
  '\ufffd',
  'a'.repeat(NAME_CHARS_MAX + 7),
  '../../etc/passwd',
  "'; DROP TABLE spans; --",
  '-5',
  '1e400',
  'NaN',
  '0x10',
  'Infinity',
  '2026-11-20T09:00:00Z',
  'LLM',
  'chat',
  'true',
  'data:image/png;base64,AAAA',
  '__proto__',
  'constructor',
];

export const NUMBERS: readonly number[] = [1, -1, 0.5, 1e308, -1e308, 5e-324, 2 ** 53, -(2 ** 53), Number.NaN, Number.POSITIVE_INFINITY, 1e15];
export const INTEGERS: readonly string[] = ['1', '0', '-1', '9007199254740993', '-9223372036854775808', '9223372036854775807', '4294967296'];

/** What JSON may hold where something else belongs. */
export const WRONG: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e300,
  '',
  'text',
  '\ud800',
  '18446744073709551616',
  '-1',
  [],
  [null],
  [[[]]],
  [1, 'a', { key: 1 }],
  {},
  { values: 'x' },
  { values: [null, 1] },
  { key: 'k', value: 7 },
  { stringValue: 7 },
  { stringValue: null, intValue: {}, doubleValue: 'x', boolValue: 1, bytesValue: 5, arrayValue: 'no', kvlistValue: [] },
  { arrayValue: { values: { a: 1 } } },
  { intValue: '99999999999999999999' },
  { intValue: 1e300 },
  { bytesValue: '!!! no base64 !!!' },
  JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}'),
  JSON.parse(`${'['.repeat(600)}${']'.repeat(600)}`),
  JSON.parse(`${'{"kvlistValue":{"values":[{"key":"k","value":'.repeat(60)}{}${'}]}}'.repeat(60)}`),
];

/** An AnyValue that both encodings can carry. */
export function anyValue(choices: Choices, depth = 0): Json {
  switch (choices.upTo(depth > 3 ? 6 : 8)) {
    case 0:
      return { stringValue: choices.of(TEXTS) };
    case 1:
      return { intValue: choices.of(INTEGERS) };
    case 2:
      return { doubleValue: choices.of(NUMBERS) };
    case 3:
      return { boolValue: choices.upTo(2) === 1 };
    case 4:
      return {};
    case 5:
      return { bytesValue: Buffer.from(choices.of(TEXTS)).toString('base64') };
    case 6:
      return { arrayValue: { values: Array.from({ length: choices.upTo(4) }, () => anyValue(choices, depth + 1)) } };
    default:
      return {
        kvlistValue: { values: Array.from({ length: choices.upTo(4) }, () => ({ key: choices.of(TEXTS), value: anyValue(choices, depth + 1) })) },
      };
  }
}

/** Nested around the limit. */
export function deepValue(choices: Choices): Json {
  let value: Json = { stringValue: 'core' };
  for (let levels = 28 + choices.upTo(10); levels > 0; levels--) {
    value = choices.upTo(2) === 0 ? { arrayValue: { values: [value] } } : { kvlistValue: { values: [{ key: 'k', value }] } };
  }
  return value;
}
