/** What the program and its receive worker say to one another. Bodies are transferred, not copied. */
import type { Price } from '../cost/price.ts';
import type { LiveNews } from '../live/liveSpans.ts';
import type { ReceivePolicies } from '../settings/receivePolicies.ts';
import type { ItemOutcome, Processed, TelemetryRequest } from './pipeline.ts';

export interface ReceiveWorkerOptions {
  journalDirectory: string;
}

export type ToWorker =
  | { type: 'request'; id: number; request: TelemetryRequest }
  /** What some workspaces want done to all that follows. */
  | { type: 'policies'; policies: readonly (readonly [workspaceId: string, ReceivePolicies])[] }
  /** The prices that some workspaces have set: all in force of each. They hold for all that follows. */
  | { type: 'prices'; prices: readonly (readonly [workspaceId: string, Price[]])[] }
  /** Workspaces that are deleted: nothing is to be remembered of them. */
  | { type: 'forget'; workspaceIds: readonly string[] }
  /** Everything acknowledged so far goes to the writer; told by `flushed`. */
  | { type: 'flush'; id: number }
  | { type: 'close' };

export type ReceiveOutcome =
  | { ok: true; accepted: number; rejected: number; rejectedWhy: string; items?: readonly ItemOutcome[]; summary?: Processed['summary'] }
  | { ok: false; reason: 'undecodable' | 'too-large' | 'unavailable'; message: string };

export type FromWorker =
  /** With the sealed segments of the journal, those among them that a crash had left open. */
  | { type: 'ready'; segments: { path: string; bytes: number }[] }
  | { type: 'outcome'; id: number; outcome: ReceiveOutcome }
  /** Comes before the outcome of the request that told of them. */
  | { type: 'live'; news: LiveNews }
  | { type: 'sealed'; path: string; bytes: number }
  /** All segments that a flush sealed have been told. */
  | { type: 'flushed'; id: number }
  | { type: 'fault'; message: string }
  | { type: 'closed' };
