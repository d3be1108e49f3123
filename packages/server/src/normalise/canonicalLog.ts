import type { LogLevel } from '@sightglass/contract/log';
import type { Attributes, DecodedResource } from './decodedSpan.ts';

/** What a record says about where it belongs; what it leaves open is told by its span or its trace when it is read. */
export interface LogContext {
  agentId: string | null;
  runId: string | null;
  sessionId: string | null;
  userId: string | null;
  userEmail: string | null;
  department: string | null;
  endpoint: string | null;
  method: string | null;
  environment: string | null;
}

/** What every logger's record becomes. Null means "not sent". */
export interface CanonicalLog {
  timeNs: bigint;
  /** Which record of its request it is, from 0. */
  position: number;
  traceId: string | null;
  spanId: string | null;
  level: LogLevel;
  /** 0 when it was not sent. */
  severityNumber: number;
  severityText: string;
  logger: string | null;
  message: string;
  eventName: string | null;
  /** JSON text of a structured body; null when the body is a text or there is none. */
  body: string | null;
  /** Type, message and stack as one text. */
  exception: string | null;
  exceptionType: string | null;
  serviceName: string | null;
  scopeName: string | null;
  scopeVersion: string | null;
  own: LogContext;
  release: string | null;
  attributes: Attributes;
  resource: DecodedResource;
}
