import { utcText } from '../../../time/timeRange.ts';
import { epochMs } from '../../../ui/formatTime.ts';

/** Logs and events may carry the time of another clock, or come after the last span has ended. */
const SLACK_MS = 3_600_000;

export interface Extent {
  start_time: string;
  duration_ns: string;
}

/** The range in which to look for what belongs to a trace. */
export function around({ start_time, duration_ns }: Extent): { from: string; to: string } {
  const startMs = epochMs(start_time);
  return { from: utcText(startMs - SLACK_MS), to: utcText(Math.ceil(startMs + Number(duration_ns) / 1e6) + SLACK_MS) };
}
