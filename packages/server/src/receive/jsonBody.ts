/** Parsing bodies of JSON, whatever is in them. */
import { UndecodableBody } from './decoded.ts';
import { BodyTooLarge } from './inflate.ts';
import { JSON_MARKS_MAX } from './limits.ts';

/** Small on the wire, but not when it is parsed: 413. */
export class TooManyValues extends BodyTooLarge {
  constructor() {
    super();
    this.message = `the body holds more than ${JSON_MARKS_MAX} objects, lists and commas`;
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: false });

/** @throws UndecodableBody, TooManyValues */
export function parseJsonBody(body: Uint8Array): unknown {
  if (body.byteLength > JSON_MARKS_MAX && marksIn(body) > JSON_MARKS_MAX) throw new TooManyValues();
  try {
    return JSON.parse(UTF8.decode(body)) as unknown;
  } catch {
    throw new UndecodableBody('the body is not JSON');
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;

/** Opening brackets and commas outside of texts. */
function marksIn(body: Uint8Array): number {
  const { length } = body;
  let marks = 0;
  for (let at = 0; at < length; at++) {
    const code = body[at];
    if (code === COMMA || code === OPEN_BRACKET || code === OPEN_BRACE) marks += 1;
    else if (code === QUOTE) {
      for (at += 1; at < length && body[at] !== QUOTE; at++) if (body[at] === BACKSLASH) at += 1;
    }
  }
  return marks;
}
