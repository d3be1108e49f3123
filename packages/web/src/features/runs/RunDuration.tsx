import type { Run } from '@sightglass/contract/run';
import { useNow } from '../../time/now.ts';
import { formatDurationMs } from '../../ui/formatDuration.ts';
import { epochMs } from '../../ui/formatTime.ts';

/** How long a run took, or has taken so far. */
export function RunDuration({ run }: { run: Pick<Run, 'duration_ms' | 'started_at'> }) {
  return run.duration_ms === null ? <SoFar since={run.started_at} /> : formatDurationMs(run.duration_ms);
}

function SoFar({ since }: { since: string }) {
  const elapsedMs = useNow() - epochMs(since);
  return <span title="Still running">{Number.isFinite(elapsedMs) ? `${formatDurationMs(Math.max(0, elapsedMs))} …` : '…'}</span>;
}
