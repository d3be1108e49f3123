/** What went into a span and came out of it: its own payload, or the messages that came as logs where it has none. */
import type { Payload } from '../normalise/canonicalSpan.ts';
import { payloadText } from '../normalise/payload.ts';
import type { LoggedMessages } from '../logs/loggedMessages.ts';
import { type PayloadParts, partsOf } from './payloadParts.ts';
import type { FullSpanRow } from './spanRow.ts';

type Side = 'input' | 'output';

export interface SpanContents {
  parts: PayloadParts;
  logged: ReadonlyMap<string, LoggedMessages>;
}

/** The spans that leave something for logs to tell. */
export function withoutOwnContent(rows: readonly FullSpanRow[]): string[] {
  return rows.filter(({ input_format, output_format }) => input_format === '' || output_format === '').map(({ id }) => id);
}

/** Null when there was none, or nothing is left of it. What a span says itself is never doubled by a log. */
export function contentOf(row: FullSpanRow, side: Side, { parts, logged }: SpanContents): Payload | null {
  const format = side === 'input' ? row.input_format : row.output_format;
  if (format === '') return logged.get(row.id)?.[side] ?? null;
  const own = partsOf(side === 'input' ? row.input_parts_hex : row.output_parts_hex, parts);
  return own.length === 0 ? null : { format, parts: own };
}

export const textOf = (payload: Payload | null): string | null => (payload === null ? null : payloadText(payload.format, payload.parts));
