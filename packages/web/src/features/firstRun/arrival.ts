import type { FirstTrace } from '@sightglass/contract/routes/workspace';
import { formatDurationMs } from '../../ui/formatDuration.ts';

/** A wait for the next trace. `baseline` is what had arrived last when the wait began, by the server's clock. */
export interface Arrival {
  startedAtMs: number;
  baseline: string | null;
  /** Null while it waits. */
  arrived: { traceId: string; afterMs: number } | null;
}

/** Begins a wait: what has arrived before does not count. */
export function beginArrival(state: Pick<FirstTrace, 'last_trace'>, nowMs: number): Arrival {
  return { startedAtMs: nowMs, baseline: state.last_trace?.received_at ?? null, arrived: null };
}

/** The wait after another look at the server. Only times of the server are compared, so its clock may differ from ours. */
export function lookForArrival(wait: Arrival, state: Pick<FirstTrace, 'last_trace'>, nowMs: number): Arrival {
  const last = state.last_trace;
  if (wait.arrived !== null || last === null || (wait.baseline !== null && !isLater(last.received_at, wait.baseline))) return wait;
  return { ...wait, arrived: { traceId: last.trace_id, afterMs: Math.max(0, nowMs - wait.startedAtMs) } };
}

/** How long a wait took, in whole seconds below a minute: the look at the server is no finer. */
export function afterWords(ms: number): string {
  return ms < 59_500 ? `${Math.max(1, Math.round(ms / 1000))} s` : formatDurationMs(ms);
}

/** RFC 3339 UTC of up to nanoseconds: compared to the second, then by their fractions. */
function isLater(a: string, b: string): boolean {
  const [wholeA = '', fractionA = ''] = a.replace('Z', '').split('.');
  const [wholeB = '', fractionB = ''] = b.replace('Z', '').split('.');
  return wholeA === wholeB ? fractionA.padEnd(9, '0') > fractionB.padEnd(9, '0') : wholeA > wholeB;
}
