/** The shape of every way from a request's bytes to a journal frame; one file a signal. */
import { inflateBody } from './inflate.ts';

export type OtlpSignal = 'traces' | 'logs' | 'metrics';
export type Signal = OtlpSignal | 'events' | 'langfuse';

/** A request as it came in, authenticated. */
export interface TelemetryRequest {
  signal: Signal;
  workspaceId: string;
  /** Unix milliseconds. */
  receivedAtMs: number;
  /** The way in, as accounting names it: `otlp/http`, `langfuse/otlp` … */
  source: string;
  body: Uint8Array;
  contentType: 'protobuf' | 'json';
  encoding: 'identity' | 'gzip';
  /** Of events: places in the batch that hold what is known already, and are not to be stored. */
  duplicates?: readonly number[];
}

/** What became of one item of a batch that is answered item by item. */
export interface ItemOutcome {
  /** The sender's; '' when it has none. */
  id: string;
  /** Why it was refused; null when it was taken. */
  problem: string | null;
}

export interface Processed {
  /** What to append; undefined when nothing of the request is to be stored. */
  frame: Buffer | undefined;
  /** Call when the frame is on disk. */
  committed(): void;
  accepted: number;
  rejected: number;
  /** For the sender; '' when nothing was rejected. */
  rejectedWhy: string;
  /** Items that broke our own code, for the log: never their content. */
  faults: unknown[];
  /** In the order of the batch, where the way in answers each by itself. */
  items?: readonly ItemOutcome[];
}

/** Throws UndecodableBody or BodyTooLarge when the request as a whole cannot be taken. */
export type Pipeline = (request: TelemetryRequest) => Processed;

/** What the sender of an item that broke our own code is told. */
export const OUR_FAULT = 'it could not be read; this is a fault of Sightglass, please report it';

/** Inflates and decodes the body by its content type. */
export function decodeBody<T>(
  { body, contentType, encoding }: TelemetryRequest,
  decoders: Record<TelemetryRequest['contentType'], (body: Uint8Array) => T>,
): T {
  return decoders[contentType](inflateBody(body, encoding));
}
