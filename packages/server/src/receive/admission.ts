/** What OTLP asks of a sender before it reads what is sent, over HTTP and gRPC alike; and what became of it, in codes of the contract. */
import type { ErrorCode } from '@sightglass/contract/errors';
import type { Context } from 'hono';
import { overRate } from '../http/authenticate.ts';
import type { Caller } from '../access/caller.ts';
import type { KeyQuota } from '../apiKeys/keyQuota.ts';
import type { Failure } from '../result.ts';
import type { ReceiveOutcome } from './receiveMessages.ts';
import type { SharedRoom } from './sharedRoom.ts';

export interface Backlog {
  /** Bytes acknowledged and not yet stored; over `backlogBytesMax` requests are refused, to be sent again later. */
  backlogBytes(): number;
  backlogBytesMax: number;
}

/** What every door shares with the others. */
export interface DoorDependencies extends Backlog {
  /** Of all bodies that are on their way, through whatever door. */
  room: SharedRoom;
}

/** Why a known caller may not send; undefined when it may. */
export function notAllowed({ permissions }: Caller): Failure | undefined {
  return permissions.has('telemetry.send') ? undefined : { code: 'missing-scope', detail: 'the key needs the scope ingest' };
}

/** Why nothing is taken now; undefined when there is room. */
export function notNow({ backlogBytes, backlogBytesMax }: Backlog): Failure | undefined {
  return backlogBytes() > backlogBytesMax ? { code: 'unavailable', detail: 'the telemetry store is behind; try again' } : undefined;
}

/** Undefined where neither the key nor the plan of the workspace has a rate limit. */
export const quotaOf = (caller: Caller): KeyQuota | undefined => caller.quota;

/** Counts the request; why its sender has to wait, undefined when it has not to. To be asked last, before the body is read. */
export function overQuota(quota: KeyQuota | undefined): Failure | undefined {
  const waitSeconds = quota?.admitTelemetry() ?? 0;
  return quota === undefined || waitSeconds === 0 ? undefined : overRate(waitSeconds, quota);
}

/** Puts what the sender may still send beside the answer. */
export function tellQuota(c: Pick<Context, 'header'>, quota: KeyQuota | undefined): void {
  if (quota === undefined) return;
  for (const [name, value] of Object.entries(quota.headers())) c.header(name, value);
}

export const OUTCOME_CODES: Readonly<Record<Extract<ReceiveOutcome, { ok: false }>['reason'], ErrorCode>> = {
  undecodable: 'undecodable-body',
  'too-large': 'body-too-large',
  unavailable: 'unavailable',
};
