import type { RecomputeJob } from '@sightglass/contract/routes/pricing';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { recomputeJobsQuery } from '../../api/prices.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { describeRange } from '../../time/timeRange.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { Button } from '../../ui/Button.tsx';
import { formatCount } from '../../ui/formatCount.ts';
import { formatMoneyExact, NOT_SENT } from '../../ui/formatMoney.ts';
import { Panel } from '../../ui/Panel.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { num, TableHead } from '../../ui/TableHead.tsx';
import { Tag, type Tone } from '../../ui/Tag.tsx';
import { Who } from '../settings/LastChange.tsx';
import { differenceWords } from './recomputeModel.ts';

const LOOK_AGAIN_MS = 3000;
const STATES: Readonly<Record<RecomputeJob['state'], { tone: Tone; label: string }>> = {
  running: { tone: 'info', label: 'running' },
  done: { tone: 'ok', label: 'done' },
  failed: { tone: 'crit', label: 'failed' },
  cancelled: { tone: 'plain', label: 'cancelled' },
};

/** Who recomputed what, newest first. */
export function RecomputeJobs() {
  const query = useInfiniteQuery({
    ...recomputeJobsQuery,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some((job) => job.state === 'running')) === true ? LOOK_AGAIN_MS : false,
  });
  const jobs = query.data?.pages.flatMap(({ items }) => items);
  return (
    <Panel title="Recomputes" note="that were applied or are running">
      {jobs === undefined ? (
        query.error === null ? (
          <p className="prices-text" aria-busy="true">
            <Skeleton width="320px" />
          </p>
        ) : (
          <ProblemState error={query.error} what="The recomputes could not be read" onRetry={() => void query.refetch()} />
        )
      ) : jobs.length === 0 ? (
        <p className="prices-text">None yet. Every call has the cost that it got when it arrived.</p>
      ) : (
        <JobTable jobs={jobs} />
      )}
      {query.hasNextPage ? (
        <div className="prices-more">
          <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {query.isFetchingNextPage ? 'Loading …' : 'Load more'}
          </Button>
        </div>
      ) : null}
    </Panel>
  );
}

function JobTable({ jobs }: { jobs: readonly RecomputeJob[] }) {
  const zone = useTimeZone();
  return (
    <div className="table-scroll">
      <table className="table table-cards">
        <TableHead columns={['Range', 'State', num('Changed'), num('Before'), num('After'), num('Difference'), 'By', num('When')]} />
        <tbody>
          {jobs.map(({ job_id, state, from, to, result, created_at, created_by }) => (
            <tr key={job_id}>
              <th scope="row" className="table-name">
                <Link to="/prices" search={(search) => ({ ...search, view: 'recompute', job: job_id })} className="link">
                  {describeRange({ from, to }, zone)}
                </Link>
              </th>
              <td data-label="State">
                <Tag tone={STATES[state].tone}>{STATES[state].label}</Tag>
              </td>
              <td className="num" data-label="Changed">
                {formatCount(result?.changed ?? null)}
              </td>
              <td className="num" data-label="Before">
                {formatMoneyExact(result?.before_usd ?? null)}
              </td>
              <td className="num" data-label="After">
                {formatMoneyExact(result?.after_usd ?? null)}
              </td>
              <td className="num" data-label="Difference">
                {result === null ? NOT_SENT : differenceWords(result)}
              </td>
              <td data-label="By">{created_by === null ? NOT_SENT : <Who id={created_by} />}</td>
              <td className="num" data-label="When">
                <RelativeTime time={created_at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
