import type { Span, TraceSummary } from '@sightglass/contract/trace';
import { epochMs } from '../../../ui/formatTime.ts';

/** How often what runs is looked at. */
export const RUNNING_REFRESH_MS = 2_000;
/** What has run for an hour is in no hurry, and what never ends must not keep the server busy. */
const LONG_MS = 3_600_000;
const LONG_REFRESH_MS = 30_000;
/** Reading and drawing a trace again takes well below this a span. */
const PAUSE_MS_PER_SPAN = 1;

/** Milliseconds until a trace is read again; false when nothing of it runs. `failed`: the last reading did. */
export function refreshIntervalMs(data: { trace: TraceSummary; spans: readonly Span[] } | undefined, failed: boolean, nowMs: number): number | false {
  if (data === undefined || !data.spans.some(({ status }) => status === 'running')) return false;
  const ranMs = nowMs - epochMs(data.trace.start_time);
  const pauseMs = failed || !(ranMs < LONG_MS) ? LONG_REFRESH_MS : RUNNING_REFRESH_MS;
  return Math.max(pauseMs, data.spans.length * PAUSE_MS_PER_SPAN);
}
