export interface Migration {
  id: number;
  /** What it is for, in a few words. */
  name: string;
  /** Idempotent statements, run in order. */
  statements: readonly string[];
  /** Whether the previous release can still run beside it. */
  previousReleaseRuns: boolean;
}
