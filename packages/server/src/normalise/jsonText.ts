/**
 * Looking at JSON text without parsing it: where a value ends, whether a text is an object or a list at
 * all, and what the elements of a list are, each exactly as written. Linear in the text, no recursion and
 * no copies, because these run on every payload of every span, and payloads are hostile.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const COMMA = 0x2c;
const COLON = 0x3a;

/** Characters that JSON allows outside of strings: those of numbers, literals, separators and white space. */
const OUTSIDE_STRINGS = new Uint8Array(128);
for (const character of '0123456789+-.eE truefalsn,:\n\r\t') OUTSIDE_STRINGS[character.charCodeAt(0)] = 1;

function isWhiteSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function skipWhiteSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isWhiteSpace(text.charCodeAt(at))) at += 1;
  return at;
}

/** Position after the string whose opening quote is at `from`; -1 when it does not end. */
function endOfString(text: string, from: number): number {
  let at = from;
  for (;;) {
    at = text.indexOf('"', at + 1);
    if (at < 0) return -1;
    let firstBackslash = at;
    while (text.charCodeAt(firstBackslash - 1) === BACKSLASH) firstBackslash -= 1;
    if ((at - firstBackslash) % 2 === 0) return at + 1;
  }
}

/**
 * Position after the object or list that opens at `from`; -1 when it does not close, or when something
 * stands in it that cannot be JSON. Brackets are only counted, so this is a filter, not a validator.
 */
function endOfContainer(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
      if (at < 0) return -1;
      continue;
    }
    if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth += 1;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (code > 127 || OUTSIDE_STRINGS[code] !== 1) {
      return -1;
    }
    at += 1;
  }
  return -1;
}

/** True when the text is one JSON object or list from its first to its last character, as far as a scan can tell. */
export function isJsonContainer(text: string): boolean {
  const start = skipWhiteSpace(text, 0);
  const first = text.charCodeAt(start);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return false;
  const second = text.charCodeAt(skipWhiteSpace(text, start + 1));
  // A key or the end must follow a brace: `{name}` is a template, not JSON.
  if (first === OPEN_BRACE && second !== QUOTE && second !== CLOSE_BRACE) return false;
  const end = endOfContainer(text, start);
  return end > 0 && skipWhiteSpace(text, end) === text.length;
}

/** True when the text is one JSON string, quotes included. */
export function isJsonString(text: string): boolean {
  return text.charCodeAt(0) === QUOTE && endOfString(text, 0) === text.length;
}

/**
 * The elements of a JSON list of objects, each exactly as written. Undefined when the text is broken, is
 * no list, is an empty list, has an element that is no object, or has more than `elementsMax` of them.
 */
export function splitObjectList(text: string, elementsMax: number): string[] | undefined {
  let at = skipWhiteSpace(text, 0);
  if (text.charCodeAt(at) !== OPEN_BRACKET) return undefined;
  const elements: string[] = [];
  do {
    const start = skipWhiteSpace(text, at + 1);
    if (text.charCodeAt(start) !== OPEN_BRACE || elements.length >= elementsMax) return undefined;
    const end = endOfContainer(text, start);
    if (end < 0) return undefined;
    elements.push(text.slice(start, end));
    at = skipWhiteSpace(text, end);
  } while (text.charCodeAt(at) === COMMA);
  if (text.charCodeAt(at) !== CLOSE_BRACKET || skipWhiteSpace(text, at + 1) !== text.length) return undefined;
  return elements;
}

/** Values that are tried before giving up: nested inside each other, each try reads the rest of the text. */
const TRIES_MAX = 8;

/**
 * Texts of the objects or lists that stand under `key` anywhere in a JSON text, each exactly as written, in
 * their order. Quotes inside strings are escaped, so an unescaped `"key"` before a colon is a key.
 */
function* containersUnder(text: string, key: string, opening: number): Generator<string> {
  const quoted = `"${key}"`;
  let tries = 0;
  for (let at = text.indexOf(quoted); at >= 0 && tries < TRIES_MAX; at = text.indexOf(quoted, at + quoted.length)) {
    const colon = skipWhiteSpace(text, at + quoted.length);
    if (text.charCodeAt(at - 1) === BACKSLASH || text.charCodeAt(colon) !== COLON) continue;
    const start = skipWhiteSpace(text, colon + 1);
    if (text.charCodeAt(start) !== opening) continue;
    tries += 1;
    const end = endOfContainer(text, start);
    if (end > 0) yield text.slice(start, end);
  }
}

/** The elements of the first list of objects under `key` in a JSON text, found without parsing the rest of it. */
export function objectListUnder(text: string, key: string, elementsMax: number): string[] | undefined {
  for (const list of containersUnder(text, key, OPEN_BRACKET)) {
    const elements = splitObjectList(list, elementsMax);
    if (elements !== undefined) return elements;
  }
  return undefined;
}

/** The text of the first object under `key` in a JSON text, found without parsing the rest of it. */
export function objectUnder(text: string, key: string): string | undefined {
  for (const object of containersUnder(text, key, OPEN_BRACE)) return object;
  return undefined;
}

/** JSON has neither integers beyond 2^53 nor bytes: the first are written as decimal strings, the second as base64. */
function jsonSafe(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  const original = (this as Record<string, unknown>)[key];
  return original instanceof Uint8Array ? Buffer.from(original.buffer, original.byteOffset, original.byteLength).toString('base64') : value;
}

/** Nested attribute values may hold what `JSON.stringify` cannot write; most do not, and writing without a replacer is faster. */
function holdsOnlyJson(value: unknown, depthLeft: number): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'bigint';
  if (depthLeft === 0 || value instanceof Uint8Array) return false;
  for (const inner of Array.isArray(value) ? value : Object.values(value)) if (!holdsOnlyJson(inner, depthLeft - 1)) return false;
  return true;
}

/** JSON text of any value, never throwing: what cannot be written (nested too deeply, a cycle) becomes `null`. */
export function jsonTextOf(value: unknown): string {
  try {
    return (holdsOnlyJson(value, 32) ? JSON.stringify(value) : JSON.stringify(value, jsonSafe)) ?? 'null';
  } catch {
    return 'null';
  }
}
