import type { Run } from '@sightglass/contract/run';
import { around } from '../trace/model/around.ts';

/** The range of links to what was told around a run; its end is open while it runs. */
export function runAround({ started_at, duration_ms }: Pick<Run, 'started_at' | 'duration_ms'>): { from: string; to: string } {
  const range = around({ start_time: started_at, duration_ns: String(Math.round((duration_ms ?? 0) * 1e6)) });
  return duration_ms === null ? { from: range.from, to: 'now' } : range;
}
