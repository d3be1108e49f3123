import type { RecomputeJob } from '@sightglass/contract/routes/pricing';
import { Button } from '../../ui/Button.tsx';
import { formatQuantity } from '../../ui/formatCount.ts';
import { formatPercent } from '../../ui/formatPercent.ts';
import { progressOf } from './recomputeModel.ts';

interface JobProgressProps {
  job: RecomputeJob;
  lookFailed: boolean;
  /** Absent where it cannot be stopped. */
  onCancel?: (() => void) | undefined;
}

/** How far a recompute has come, and what became of it. */
export function JobProgress({ job, lookFailed, onCancel }: JobProgressProps) {
  const progress = progressOf(job);
  if (job.state === 'failed')
    return (
      <p className="worse" role="alert">
        It stopped. {job.error ?? 'No reason was told.'}
      </p>
    );
  if (job.state === 'cancelled') return <p role="status">It was stopped. What it had priced stays so, and is right.</p>;
  if (job.state === 'done') return null;
  return (
    <div className="job-progress">
      <progress aria-label="Recompute" max={1} value={progress ?? undefined} />
      <span role="status">
        {progress === null ? 'Begins …' : `${formatPercent(progress)}, ${formatQuantity(job.remaining, 'call')} to go.`}
        {lookFailed ? ' The last look failed; it is looked at again.' : ''}
      </span>
      {job.dry_run ? null : <span className="dim">It goes on when this page is closed, also after a restart.</span>}
      {onCancel === undefined ? null : <Button onClick={onCancel}>Stop it</Button>}
    </div>
  );
}
