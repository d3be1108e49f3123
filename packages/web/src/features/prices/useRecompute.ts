import type { RecomputeJob, RecomputeResult } from '@sightglass/contract/routes/pricing';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { recompute } from '../../api/prices.ts';
import { useSetSearchText } from '../../routing/useSearchText.ts';
import { isJob, type Recompute } from './recomputeModel.ts';
import { useRecomputeJob } from './useRecomputeJob.ts';

export interface Asked {
  body: Recompute;
  /** The choice that it was made of. */
  key: string;
}

export interface RecomputeRun {
  /** What a preview found, with what was asked; null before there is one. */
  preview: { asked: Asked; result: RecomputeResult } | null;
  /** A preview that takes longer than one answer. */
  previewJob: RecomputeJob | null;
  previewLookFailed: boolean;
  previewing: boolean;
  previewError: unknown;
  askPreview: (asked: Asked) => void;
  applying: boolean;
  applyError: unknown;
  /** What was changed, when that was told at once. */
  applied: RecomputeResult | null;
  apply: (body: Recompute) => void;
}

/** A recompute as it is looked at first, and then applied. One that goes on after the answer is followed by the job in the URL. */
export function useRecompute(): RecomputeRun {
  const client = useQueryClient();
  const setSearch = useSetSearchText();
  const preview = useMutation({ mutationFn: ({ body }: Asked) => recompute({ ...body, dry_run: true }) });
  const apply = useMutation({
    mutationFn: (body: Recompute) => recompute({ ...body, dry_run: false }),
    onSuccess: async (answer) => {
      preview.reset();
      if (isJob(answer)) setSearch({ job: answer.job_id });
      // Every page that shows a cost shows another one now.
      await client.invalidateQueries();
    },
  });
  const answer = preview.data;
  const previewJobId = answer !== undefined && isJob(answer) ? answer.job_id : undefined;
  const job = useRecomputeJob(previewJobId);
  const result = answer === undefined ? null : isJob(answer) ? (job.data?.result ?? null) : answer;
  return {
    preview: result === null || preview.variables === undefined ? null : { asked: preview.variables, result },
    previewJob: answer !== undefined && isJob(answer) ? (job.data ?? answer) : null,
    previewLookFailed: job.isError,
    previewing: preview.isPending,
    previewError: preview.error,
    askPreview: (asked) => {
      apply.reset();
      setSearch({ job: undefined, preview: undefined });
      preview.mutate(asked);
    },
    applying: apply.isPending,
    applyError: apply.error,
    applied: apply.data === undefined || isJob(apply.data) ? null : apply.data,
    apply: (body) => apply.mutate(body),
  };
}
