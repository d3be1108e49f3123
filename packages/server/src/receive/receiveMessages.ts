/** What the program and its receive worker say to one another. Bodies are transferred, not copied. */
import type { TelemetryRequest } from './pipeline.ts';

export interface ReceiveWorkerOptions {
  journalDirectory: string;
}

export type ToWorker = { type: 'request'; id: number; request: TelemetryRequest } | { type: 'close' };

export type ReceiveOutcome =
  | { ok: true; accepted: number; rejected: number; rejectedWhy: string }
  | { ok: false; reason: 'undecodable' | 'too-large' | 'unavailable'; message: string };

export type FromWorker =
  | { type: 'ready' }
  | { type: 'outcome'; id: number; outcome: ReceiveOutcome }
  | { type: 'sealed'; path: string; bytes: number }
  | { type: 'fault'; message: string }
  | { type: 'closed' };
