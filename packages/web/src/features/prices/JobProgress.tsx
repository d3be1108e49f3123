import type { RecomputeJob } from '@sightglass/contract/routes/pricing';
import { formatQuantity } from '../../ui/formatCount.ts';
import { formatPercent } from '../../ui/formatPercent.ts';
import { progressOf } from './recomputeModel.ts';

/** How far a recompute has come, and what became of it. */
export function JobProgress({ job, lookFailed }: { job: RecomputeJob; lookFailed: boolean }) {
  const progress = progressOf(job);
  if (job.state === 'failed')
    return (
      <p className="worse" role="alert">
        It stopped: {job.error ?? 'no reason was told'}. What it had priced stays priced; the same recompute goes on from there and changes nothing
        twice.
      </p>
    );
  if (job.state === 'cancelled') return <p role="status">It was cancelled. What it had priced stays priced.</p>;
  if (job.state === 'done') return null;
  return (
    <div className="job-progress">
      <progress aria-label="Recompute" max={1} value={progress ?? undefined} />
      <span role="status">
        {progress === null ? 'Begins …' : `${formatPercent(progress)}, ${formatQuantity(job.remaining, 'call')} to go.`}
        {lookFailed ? ' The last look failed; it is looked at again.' : ''}
      </span>
      <span className="dim">It goes on when this page is closed, also after a restart.</span>
    </div>
  );
}
