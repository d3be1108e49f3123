import type { SqlResult } from './sqlClient.ts';

/** What the main thread asks of the PGlite thread. `id` pairs the answer with the question. */
export type PgliteRequest =
  | { id: number; kind: 'query'; text: string; params: unknown[]; rowMode: 'array' | 'object'; rawOids: number[] }
  | { id: number; kind: 'close' };

/** The fields of a PostgreSQL error that survive the way between threads. */
export interface PostgresErrorFields {
  message: string;
  code?: string;
  detail?: string;
  constraint?: string;
  table?: string;
  column?: string;
}

export type PgliteAnswer =
  | { kind: 'ready' }
  | { kind: 'failed'; message: string }
  | { kind: 'result'; id: number; result: SqlResult }
  | { kind: 'closed'; id: number }
  /** `last`: the engine stopped itself with this error and the thread is ending. */
  | { kind: 'error'; id: number; error: PostgresErrorFields; last: boolean };

export interface PgliteWorkerData {
  /** The PostgreSQL data directory; created when missing. */
  directory: string;
}
