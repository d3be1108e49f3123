import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { OwnLogLines } from '../selfTelemetry/ownLogLines.ts';
import type { Stops } from './stops.ts';

/** What every stage of the start is given. */
export interface ProgramContext {
  config: Config;
  version: string;
  log: Logger;
  /** Absent: own telemetry is off. */
  ownLogLines: OwnLogLines | undefined;
  /** Takes in how each part is stopped, as it is started. */
  stops: Stops;
  nowMs(): number;
  /** Unix nanoseconds. */
  nowNs(): bigint;
  warn(message: string, error: unknown): void;
}
