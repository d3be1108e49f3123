/** What OTLP asks of a sender before it reads what is sent, over HTTP and gRPC alike; and what became of it, in codes of the contract. */
import type { ErrorCode } from '@sightglass/contract/errors';
import type { Caller } from '../identity/caller.ts';
import type { Failure } from '../result.ts';
import type { ReceiveOutcome } from './receiveMessages.ts';

export interface Backlog {
  /** Bytes acknowledged and not yet stored; over `backlogBytesMax` requests are refused, to be sent again later. */
  backlogBytes(): number;
  backlogBytesMax: number;
}

/** Why a known caller may not send; undefined when it may. */
export function notAllowed({ scopes }: Caller): Failure | undefined {
  return scopes.has('ingest') ? undefined : { code: 'missing-scope', detail: 'the key needs the scope ingest' };
}

/** Why nothing is taken now; undefined when there is room. */
export function notNow({ backlogBytes, backlogBytesMax }: Backlog): Failure | undefined {
  return backlogBytes() > backlogBytesMax ? { code: 'unavailable', detail: 'the telemetry store is behind; try again' } : undefined;
}

export const OUTCOME_CODES: Readonly<Record<Extract<ReceiveOutcome, { ok: false }>['reason'], ErrorCode>> = {
  undecodable: 'undecodable-body',
  'too-large': 'body-too-large',
  unavailable: 'unavailable',
};
