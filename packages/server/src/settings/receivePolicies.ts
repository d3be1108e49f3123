import type { Redaction } from '@sightglass/contract/redaction';
import type { Sampling } from '@sightglass/contract/sampling';
import type { DataKey } from '../encryption/envelope.ts';

/** What a workspace wants done to what it receives, as the receive worker is told of it. */
export interface ReceivePolicies {
  /** Null: nothing is masked. */
  redaction: Redaction | null;
  /** Null: stored as it is. `locked`: to be encrypted, but the instance's secret does not open the key. */
  encryption: DataKey | 'locked' | null;
  /** Absent: everything is kept. */
  sampling?: Sampling;
  /** Present: the tokens of calls without usage are counted. */
  estimates?: true;
}
