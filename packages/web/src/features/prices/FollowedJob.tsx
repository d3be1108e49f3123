import { useMutation, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { cancelRecompute, recomputeJobQuery } from '../../api/prices.ts';
import { asProblem, ProblemState } from '../../api/ProblemState.tsx';
import { useSetSearchText } from '../../routing/useSearchText.ts';
import { IconButton } from '../../ui/Button.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { useMayChange } from '../settings/SettingsPage.tsx';
import { JobProgress } from './JobProgress.tsx';
import { recomputeWords } from './recomputeModel.ts';
import { RecomputeTables } from './RecomputeTables.tsx';
import { useRecomputeJob } from './useRecomputeJob.ts';

/** The recompute that the URL names: how far it is, then what it changed. */
export function FollowedJob({ jobId }: { jobId: string }) {
  const setSearch = useSetSearchText();
  const mayChange = useMayChange();
  const client = useQueryClient();
  const { data, error, refetch } = useRecomputeJob(jobId);
  const cancel = useMutation({
    mutationFn: () => cancelRecompute(jobId),
    onSuccess: (job) => client.setQueryData(recomputeJobQuery(jobId).queryKey, job),
  });
  return (
    <Panel
      title={data?.dry_run === true ? 'Preview of a recompute' : 'Recompute'}
      note={<code>{jobId}</code>}
      className="recompute"
      end={
        <IconButton label="Close" onClick={() => setSearch({ job: undefined })}>
          <X aria-hidden="true" />
        </IconButton>
      }
    >
      <div className="setting-body recompute-body">
        {data === undefined ? (
          error === null ? (
            <Skeleton height="40px" />
          ) : (
            <ProblemState error={error} what="The recompute could not be read" onRetry={() => void refetch()} />
          )
        ) : (
          <>
            <JobProgress job={data} lookFailed={error !== null} onCancel={mayChange && !data.dry_run ? () => cancel.mutate() : undefined} />
            {cancel.error === null ? null : (
              <p className="worse" role="alert">
                Not stopped: {asProblem(cancel.error).message}
              </p>
            )}
            {data.result === null ? null : (
              <section aria-label="Result" className="recompute-outcome">
                <p role="status">
                  <b>
                    {data.state === 'done' && !data.dry_run ? 'Done. ' : ''}
                    {recomputeWords(data.result)}
                  </b>
                </p>
                <RecomputeTables result={data.result} />
              </section>
            )}
          </>
        )}
      </div>
    </Panel>
  );
}
