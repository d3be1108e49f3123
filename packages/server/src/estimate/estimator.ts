/** Estimates for one thread: its tables are read at the first call that needs them. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CanonicalSpan } from '../normalise/canonicalSpan.ts';
import { requestCounting } from './countParts.ts';
import { needsEstimate, withEstimatedUsage } from './estimateUsage.ts';
import type { Encoding } from './encodings.ts';
import { createTokenCounters } from './tokenCounter.ts';

/** For the spans of one request. */
export interface RequestEstimates {
  /** The span with its usage estimated where it needs that. Never throws: a fault of ours leaves the span as it was sent. */
  withUsage(span: CanonicalSpan): CanonicalSpan;
  /** What broke our own code, for the log. */
  faults: unknown[];
}

export interface Estimator {
  forRequest(): RequestEstimates;
}

/** Faults of one request that are worth a line in the log each. */
const FAULTS_MAX = 3;

export function createEstimator(): Estimator {
  const counters = createTokenCounters();
  const used = new Set<Encoding>();
  return {
    forRequest: () => {
      // The words of the request before hold on to its texts.
      for (const encoding of used) counters(encoding).forget();
      used.clear();
      const counting = requestCounting((encoding) => {
        used.add(encoding);
        return counters(encoding);
      });
      const faults: unknown[] = [];
      return {
        faults,
        withUsage: (span) => {
          try {
            return withEstimatedUsage(span, counting);
          } catch (error) {
            if (faults.length < FAULTS_MAX) faults.push(error);
            return span;
          }
        },
      };
    },
  };
}

/** The same on the program's own thread, on which others wait: their turn comes before each estimate. */
export async function withUsageInTurn(span: CanonicalSpan, estimates: RequestEstimates): Promise<CanonicalSpan> {
  if (!needsEstimate(span)) return span;
  await nextTurn();
  return estimates.withUsage(span);
}
