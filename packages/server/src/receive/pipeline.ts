/** The shape of every way from a request's bytes to a journal frame; one file a signal. */
import type { Frame } from '../journal/frame.ts';
import type { LiveSpan } from '../live/liveSpan.ts';
import type { Result } from '../result.ts';
import type { EventSummary } from './eventReadings.ts';
import { type BodyEncoding, inflateBody } from './inflate.ts';

export type OtlpSignal = 'traces' | 'logs' | 'metrics';
export type Signal = OtlpSignal | 'events' | 'langfuse';

/** A request as it came in, authenticated. */
export interface TelemetryRequest {
  /** `event-summary`: a batch of events that is only read, see `eventReadings.ts`. */
  signal: Signal | 'event-summary';
  workspaceId: string;
  /** Unix milliseconds. */
  receivedAtMs: number;
  /** The way in, as accounting names it: `otlp/http`, `langfuse/otlp` … */
  source: string;
  body: Uint8Array;
  contentType: 'protobuf' | 'json';
  encoding: BodyEncoding;
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

/** What is to be journalled of a request; `requestFrame.ts` adds whose it is and what became of its items. */
export type FrameContent = Pick<Frame, 'rows' | 'traces' | 'notes' | 'tables'>;

export interface Processed {
  /** Undefined when nothing of the request is to be stored. */
  content: FrameContent | undefined;
  /** Call when the frame is on disk. */
  committed(): void;
  /** Items taken: those that are sampled out among them, known ones not. */
  accepted: number;
  /** Items that are known already; default 0. */
  duplicates?: number;
  /** Of those accepted, the ones that sampling leaves out; default 0. */
  sampled?: number;
  /** Of those accepted, copies that announce spans in progress: no items, so no account holds them; default 0. */
  copies?: number;
  /** The spans that they announce, masked. */
  live?: readonly LiveSpan[];
  /** False when the same bytes sent again may be other items, as logs without a time of their own are; default true. */
  sameWhenRepeated?: boolean;
  rejected: number;
  /** For the sender; '' when nothing was rejected. */
  rejectedWhy: string;
  /** Items that broke our own code, for the log: never their content. */
  faults: unknown[];
  /** In the order of the batch, where the way in answers each by itself. */
  items?: readonly ItemOutcome[];
  /** Of an `event-summary`. */
  summary?: Result<EventSummary[]>;
}

/** Throws UndecodableBody or BodyTooLarge when the request as a whole cannot be taken. */
export type Pipeline = (request: TelemetryRequest) => Processed;

/** What the sender of an item that broke our own code is told. */
export const OUR_FAULT = 'it could not be read; this is a fault of Sightglass, please report it';

/** Inflates and decodes the body by its content type. */
export function decodeBody<T>(
  { body, contentType, encoding, receivedAtMs }: TelemetryRequest,
  decoders: Record<TelemetryRequest['contentType'], (body: Uint8Array, receivedAtMs: number) => T>,
): T {
  return decoders[contentType](inflateBody(body, encoding), receivedAtMs);
}
