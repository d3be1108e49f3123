/** A log record as the wire carried it: the output of every decoder and the input of `normaliseLog`. */
import type { Attributes, AttributeValue, DecodedResource, DecodedScope } from './decodedSpan.ts';

export interface DecodedLog {
  resource: DecodedResource;
  scope: DecodedScope;
  /** When it happened, else when it was observed; null when the record tells neither, or no time that can be. */
  timeNs: bigint | null;
  /** 1 to 24; 0 when it was not sent or is out of range. */
  severityNumber: number;
  severityText: string;
  /** Undefined when there is none; nested values as they were sent. */
  body: AttributeValue | undefined;
  attributes: Attributes;
  eventName: string;
  /** 32 lower-case hex digits; null when the record belongs to no trace, or names an id that cannot be one. */
  traceId: string | null;
  /** 16 lower-case hex digits; always null without a trace. */
  spanId: string | null;
  /** Which record of its request it is, from 0. */
  position: number;
}
