import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { metricsQuery, numberOf, overviewQuery, type QueryRow, textOf } from '../../api/metrics.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import type { SearchText } from '../../routing/searchText.ts';
import { useShell } from '../../shell/shellContext.ts';
import { useRefetchInterval } from '../../time/liveRefresh.ts';
import { useNow } from '../../time/now.ts';
import { utcText } from '../../time/timeRange.ts';
import { formatCount, formatCountShort, formatQuantity } from '../../ui/formatCount.ts';
import { formatDurationMs } from '../../ui/formatDuration.ts';
import { formatMoney, formatMoneyExact } from '../../ui/formatMoney.ts';
import { formatPercent } from '../../ui/formatPercent.ts';
import { wallClock } from '../../ui/formatTime.ts';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { type Change, changeOfAmount, changeOfRatio } from './change.ts';
import { usualByNow, usualRate } from './usual.ts';
import './kpiStrip.css';

const BUCKET_MS = 30 * 60_000;
const MINUTE_MS = 60_000;
const SUMS = ['cost_usd', 'llm_calls', 'runs', 'input_tokens', 'output_tokens', 'unpriced_calls'];
const RATES = ['error_rate', 'latency_ms_p95', 'cache_hit_rate', 'active_agents', 'unpriced_calls', 'estimated_cost_usd'];

/** Today at a glance, each number beside what it usually is. */
export function KpiStrip() {
  const { me } = useShell();
  const zone = me.workspace.time_zone;
  const refetchInterval = useRefetchInterval();
  const now = useNow(MINUTE_MS);
  const overview = useQuery({ ...overviewQuery, refetchInterval });
  // What was usual changes slowly: asked once in a while, not with every refresh.
  const history = useQuery({
    ...metricsQuery({ measures: SUMS, from: 'now-8d', to: 'now', interval: '30m', time_zone: zone }),
    staleTime: 10 * MINUTE_MS,
  });
  const rates = useQuery({ ...metricsQuery({ measures: RATES, from: 'now-7d', to: 'now', interval: '1d', time_zone: zone }), staleTime: MINUTE_MS });

  if (overview.error !== null && overview.data === undefined) {
    return (
      <section className="kpis kpis-failed" aria-label="Today">
        <ProblemState error={overview.error} what="Today's numbers could not be read" onRetry={() => void overview.refetch()} />
      </section>
    );
  }
  if (overview.data === undefined) {
    return (
      <section className="kpis" aria-label="Today" aria-busy="true">
        {Array.from({ length: 8 }, (_, index) => (
          <div className="kpi" key={index}>
            <Skeleton width="70px" />
            <Skeleton width="96px" height="24px" />
            <Skeleton width="120px" />
          </div>
        ))}
      </section>
    );
  }

  const { today } = overview.data;
  const usual = history.data === undefined ? null : usualByNow(history.data.rows, BUCKET_MS, now, zone);
  const days = rates.data?.rows ?? [];
  const usualErrors = usualRate(days, 'error_rate');
  const usualLatency = usualRate(days, 'latency_ms_p95');
  // A day without any agent is a day before there was data, not a quiet one.
  const usualAgents = usualRate(
    days.filter((day) => day.active_agents !== 0),
    'active_agents',
  );
  const sinceMidnight: SearchText = { from: startOfDay(now, zone), to: 'now' };
  const byNow = usual === null ? 'No earlier day to compare with' : `Average of ${formatQuantity(usual.days, 'earlier day')} up to this time of day`;

  return (
    <section className="kpis" aria-label="Today">
      <Kpi
        first
        name="Cost today"
        value={formatMoney(today.cost_usd)}
        title={`${formatMoneyExact(today.cost_usd)} so far today (${zone})`}
        change={usual === null ? null : changeOfAmount(Number(today.cost_usd), Number(usual.sums.costUsd), 'lower')}
        against={usual === null ? byNow : `${byNow}: ${formatMoney(usual.sums.costUsd)}`}
        search={{ ...sinceMidnight, sort: '-cost' }}
        note={costNote(days.at(-1))}
      />
      <OpenAlerts count={overview.data.open_alerts} />
      <Kpi
        name="LLM calls"
        value={formatCount(today.llm_calls)}
        change={usual === null ? null : changeOfAmount(today.llm_calls, usual.sums.llmCalls, 'neither')}
        against={usual === null ? byNow : `${byNow}: ${formatCount(usual.sums.llmCalls)}`}
      />
      <Kpi
        name="Error rate"
        value={formatPercent(today.error_rate)}
        title={`${formatQuantity(today.errors, 'failed call')} today`}
        change={usualErrors === null || today.error_rate === null ? null : changeOfRatio(today.error_rate, usualErrors.value, 'lower')}
        against={
          usualErrors === null
            ? 'No earlier day to compare with'
            : `Average of ${formatQuantity(usualErrors.days, 'earlier day')}: ${formatPercent(usualErrors.value)}`
        }
        search={{ ...sinceMidnight, status: 'error' }}
      />
      <Kpi
        name="p95 latency"
        value={formatDurationMs(today.latency_ms_p95)}
        title={`95 % of today's calls took at most ${formatDurationMs(today.latency_ms_p95)}; half at most ${formatDurationMs(today.latency_ms_p50)}, 99 % at most ${formatDurationMs(today.latency_ms_p99)}`}
        change={usualLatency === null || today.latency_ms_p95 === null ? null : changeOfAmount(today.latency_ms_p95, usualLatency.value, 'lower')}
        against={
          usualLatency === null
            ? 'No earlier day to compare with'
            : `Average of ${formatQuantity(usualLatency.days, 'earlier day')}: ${formatDurationMs(usualLatency.value)}`
        }
        search={{ ...sinceMidnight, sort: '-duration' }}
      />
      <Kpi
        name="Tokens in → out"
        value={`${formatCountShort(today.input_tokens)} → ${formatCountShort(today.output_tokens)}`}
        title={`${formatCount(today.input_tokens)} input and ${formatCount(today.output_tokens)} output tokens today`}
        change={
          usual === null
            ? null
            : changeOfAmount(today.input_tokens + today.output_tokens, usual.sums.inputTokens + usual.sums.outputTokens, 'neither')
        }
        against={byNow}
        note={today.cache_hit_rate === null ? undefined : <span>cache hit {formatPercent(today.cache_hit_rate)}</span>}
      />
      <Kpi
        name="Runs"
        value={formatCount(today.runs)}
        change={usual === null ? null : changeOfAmount(today.runs, usual.sums.runs, 'neither')}
        against={usual === null ? byNow : `${byNow}: ${formatCount(usual.sums.runs)}`}
      />
      <Kpi
        name="Active agents"
        value={formatCount(today.active_agents)}
        change={null}
        against={usualAgents === null ? 'No earlier day to compare with' : `Average of ${formatQuantity(usualAgents.days, 'earlier day')}`}
        note={usualAgents === null ? undefined : <span>usually {Number(usualAgents.value.toFixed(1))}</span>}
      />
    </section>
  );
}

/** What must be done now; not of the day, but of this moment. */
function OpenAlerts({ count }: { count: number }) {
  const words = formatCount(count);
  return (
    <div className="kpi">
      <span className="kpi-name">Open alerts</span>
      <Link to="/alerts" className="kpi-link" aria-label={`Open alerts ${words}: show them`}>
        <b className={count > 0 ? 'worse' : undefined}>{words}</b>
      </Link>
      <div className="kpi-notes">
        <span>{count > 0 ? 'to look after' : 'nothing to do'}</span>
      </div>
    </div>
  );
}

/** What is not in the cost of a day, and what of it is not sure. */
function costNote(day: QueryRow = {}): ReactNode {
  const unpriced = numberOf(day, 'unpriced_calls') ?? 0;
  const estimatedUsd = textOf(day, 'estimated_cost_usd');
  const isEstimated = Number(estimatedUsd) > 0;
  if (unpriced === 0 && !isEstimated) return undefined;
  return (
    <>
      {unpriced > 0 ? <span className="kpi-warn">{formatQuantity(unpriced, 'call')} unpriced, not in it</span> : null}
      {isEstimated ? <span title={`${formatMoneyExact(estimatedUsd)} exactly`}>{formatMoney(estimatedUsd)} of it estimated</span> : null}
    </>
  );
}

interface KpiProps {
  name: string;
  value: string;
  title?: string;
  change: Change | null;
  /** What the change is measured against, on hover. */
  against: string;
  note?: ReactNode;
  /** The trace list that explains the number. */
  search?: SearchText;
  /** The first one says in words what all changes are measured against. */
  first?: boolean;
}

function Kpi({ name, value, title, change, against, note, search, first = false }: KpiProps) {
  const number = <b title={title}>{value}</b>;
  return (
    <div className="kpi">
      <span className="kpi-name">{name}</span>
      {search === undefined ? (
        number
      ) : (
        <Link to="/traces" search={search} className="kpi-link" aria-label={`${name} ${value}: show traces`}>
          {number}
        </Link>
      )}
      <div className="kpi-notes">
        {change === null ? null : (
          <span className={change.verdict === 'neutral' ? undefined : change.verdict} title={against}>
            {change.text}
            {change.verdict === 'neutral' ? null : <span className="visually-hidden"> ({change.verdict})</span>}
            <span className={first ? undefined : 'visually-hidden'}> vs 7-day average</span>
          </span>
        )}
        {change === null && note === undefined ? <span title={against}>no earlier days</span> : null}
        {note}
      </div>
    </div>
  );
}

/** Midnight in a zone as RFC 3339. */
function startOfDay(nowMs: number, zone: string): string {
  const { time } = wallClock(nowMs, zone);
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return utcText(Math.floor(nowMs / 1000) * 1000 - (hours * 3600 + minutes * 60 + seconds) * 1000);
}
