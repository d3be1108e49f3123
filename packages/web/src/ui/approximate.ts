import { formatQuantity } from './formatCount.ts';

/** A figure that is an estimate says so wherever it stands: `≈ $0.0004`. */
export function approximate(isEstimate: boolean, text: string): string {
  return isEstimate ? `≈ ${text}` : text;
}

/** Why a sum is an estimate; undefined when it is none. */
export function estimateWords(estimatedCalls: number): string | undefined {
  return estimatedCalls === 0 ? undefined : `Part of it is an estimate: the tokens or the cost of ${formatQuantity(estimatedCalls, 'call')}`;
}
