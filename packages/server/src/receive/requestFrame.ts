/** The journal frame of a request: what is to be stored of it, and the account of all of its items. */
import { encodeFrame } from '../journal/frame.ts';
import type { Processed, TelemetryRequest } from './pipeline.ts';

/** Characters of an explanation that are kept with the account. */
const ERROR_LENGTH_MAX = 500;
const NOTHING = { rows: 0, traces: [], tables: [] };

/** Undefined for a request without items: there is nothing to store and nothing to account for. */
export function requestFrame(request: TelemetryRequest, processed: Processed): Buffer | undefined {
  const { workspaceId, receivedAtMs, source, signal } = request;
  const { content, accepted, rejected, rejectedWhy, duplicates = 0, sampled = 0, copies = 0 } = processed;
  const received = accepted - copies + rejected + duplicates;
  if (content === undefined && received === 0) return undefined;
  const account = { signal, received, rejected, duplicate: duplicates, sampled, error: rejectedWhy.slice(0, ERROR_LENGTH_MAX) };
  return encodeFrame({ workspaceId, receivedAtMs, source, ...(content ?? NOTHING), account });
}
