/** The opaque text that asks for the next page of a list. It grants nothing: it only says where to go on. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isStorableTime } from './timeRange.ts';

const CHECK_LENGTH = 8;
const INT64_MAX = 2n ** 63n - 1n;
const WHOLE_NUMBER = /^-?\d{1,19}$/;

/** Whole numbers in a cursor are text, because they do not fit a double, and small enough for the store. */
export const Int64Text = z.string().refine((text) => WHOLE_NUMBER.test(text) && BigInt(text) >= -INT64_MAX && BigInt(text) <= INT64_MAX);
/** Unix nanoseconds that the store can hold. */
export const MomentText = z.string().refine((text) => WHOLE_NUMBER.test(text) && isStorableTime(BigInt(text)));
/** Dollars as the store writes them: more digits than any sum has are none of ours. */
export const DecimalUsdText = z.string().regex(/^-?\d{1,24}(\.\d{1,12})?$/);

export function sealCursor(content: readonly (string | number)[]): string {
  const text = JSON.stringify(content);
  return Buffer.from(checkOf(text) + text).toString('base64url');
}

/** What was sealed; undefined for anything that `sealCursor` did not write, or that does not fit the schema. */
export function openCursor<Content>(cursor: string, schema: z.ZodType<Content>): Content | undefined {
  const bytes = Buffer.from(cursor, 'base64url');
  // Node skips characters that are no base64url; a cursor that was mangled must not pass for another.
  if (bytes.toString('base64url') !== cursor) return undefined;
  const text = bytes.subarray(CHECK_LENGTH).toString();
  if (checkOf(text) !== bytes.subarray(0, CHECK_LENGTH).toString()) return undefined;
  return schema.safeParse(parseJson(text)).data;
}

function checkOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, CHECK_LENGTH);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
