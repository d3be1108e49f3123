import { useEffect, useRef, useState } from 'react';
import { asProblem, ProblemState } from '../../api/ProblemState.tsx';
import { FilterBar } from '../../filters/FilterBar.tsx';
import { useSearchText } from '../../routing/useSearchText.ts';
import { describeRange } from '../../time/timeRange.ts';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { formatQuantity } from '../../ui/formatCount.ts';
import { formatMoneyExact } from '../../ui/formatMoney.ts';
import { Panel } from '../../ui/Panel.tsx';
import { useMayChange } from '../settings/SettingsPage.tsx';
import { FollowedJob } from './FollowedJob.tsx';
import { JobProgress } from './JobProgress.tsx';
import { choiceKey, differenceWords, RECOMPUTED_CALLS, recomputeOf, recomputeWords } from './recomputeModel.ts';
import { RecomputeJobs } from './RecomputeJobs.tsx';
import { RecomputeTables } from './RecomputeTables.tsx';
import { useRecompute } from './useRecompute.ts';
import './recomputePanel.css';

/** Prices stored calls again with the prices of now: what that changes is shown first. */
export function RecomputePanel() {
  const mayChange = useMayChange();
  const { job } = useSearchText();
  return (
    <>
      {mayChange ? <RecomputeForm /> : null}
      {job === undefined ? null : <FollowedJob jobId={job} />}
      <RecomputeJobs />
    </>
  );
}

function RecomputeForm() {
  const search = useSearchText();
  const { range } = useTimeRange();
  const zone = useTimeZone();
  const searchBox = useRef<HTMLInputElement>(null);
  const [includeReported, setIncludeReported] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const run = useRecompute();
  const { preview, applied } = run;
  const key = choiceKey(search, range, includeReported);
  const ask = () => run.askPreview({ body: recomputeOf(search, range, includeReported, Date.now()), key });
  const wantsPreview = search.preview === 'true';
  const askOnce = useRef(ask);
  useEffect(() => {
    if (wantsPreview) askOnce.current();
  }, [wantsPreview]);
  const outdated = preview !== null && preview.asked.key !== key;
  const reported = includeReported
    ? 'Costs that senders reported are replaced too, where there is a price.'
    : 'Costs that senders reported are left alone.';
  return (
    <Panel title="Price stored calls again" note={describeRange(range, zone).toLowerCase()} className="recompute">
      <FilterBar list={RECOMPUTED_CALLS} searchBox={searchBox} />
      <div className="setting-body recompute-body">
        <p className="setting-text">
          Every LLM and embedding call in the range that matches gets the cost that the price book of now comes to, each with the price that was in
          force when it started. {reported} Calls that no price is in force for are unpriced. Tokens, traces and everything else stay as they are.
        </p>
        <label className="recompute-reported">
          <input type="checkbox" checked={includeReported} onChange={(event) => setIncludeReported(event.target.checked)} />
          Also replace costs that senders reported
        </label>
        <div className="recompute-actions">
          <Button variant={preview === null || outdated ? 'primary' : 'default'} disabled={run.previewing || run.applying} onClick={ask}>
            {run.previewing ? 'Looking …' : preview === null ? 'Preview' : 'Preview again'}
          </Button>
          <span className="dim">Nothing changes before you apply it.</span>
        </div>
        {run.previewError === null ? null : <ProblemState error={run.previewError} what="The preview could not be made" onRetry={ask} />}
        {run.previewJob === null ? null : <JobProgress job={run.previewJob} lookFailed={run.previewLookFailed} />}
        {preview === null ? null : (
          <section aria-label="Preview" className="recompute-outcome">
            <p role="status">
              <b>{recomputeWords(preview.result)}</b>
              {outdated ? ' The range or the filters have changed since: look again before you apply it.' : ''}
            </p>
            <RecomputeTables result={preview.result} />
            {preview.result.changed === 0 ? null : (
              <div className="recompute-actions">
                <Button variant="primary" disabled={outdated || run.applying} onClick={() => setConfirming(true)}>
                  {run.applying ? 'Waiting …' : `Apply to ${formatQuantity(preview.result.changed, 'call')}`}
                </Button>
              </div>
            )}
          </section>
        )}
        {run.applyError === null ? null : (
          <p className="worse" role="alert">
            Not applied: {asProblem(run.applyError).message}{' '}
            {asProblem(run.applyError).status === 409 ? 'See it below; try again when it has ended.' : ''}
          </p>
        )}
        {applied === null ? null : (
          <section aria-label="Applied" className="recompute-outcome">
            <p role="status">
              <b>Done. {recomputeWords(applied)}</b>
            </p>
            <RecomputeTables result={applied} />
          </section>
        )}
      </div>
      {preview === null ? null : (
        <ConfirmDialog
          open={confirming}
          title={`Change the cost of ${formatQuantity(preview.result.changed, 'call')}?`}
          confirm="Apply"
          onConfirm={() => {
            setConfirming(false);
            run.apply(preview.asked.body);
          }}
          onCancel={() => setConfirming(false)}
        >
          <p>
            {formatMoneyExact(preview.result.before_usd)} becomes {formatMoneyExact(preview.result.after_usd)}: {differenceWords(preview.result)}.
            Traces, sums and charts follow.
          </p>
          <p>{reported} What the calls cost before is not kept: to go back, set the prices of before and recompute again.</p>
        </ConfirmDialog>
      )}
    </Panel>
  );
}
