import type { JudgedAgent } from '@sightglass/contract/agent';
import type { Health } from '@sightglass/contract/health';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { metricsQuery, numberOf, textOf } from '../../api/metrics.ts';
import { intervalFor } from '../../time/interval.ts';
import { useRefetchInterval } from '../../time/liveRefresh.ts';
import { resolveRange } from '../../time/timeRange.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { formatQuantity } from '../../ui/formatCount.ts';
import { epochMs } from '../../ui/formatTime.ts';
import { Panel } from '../../ui/Panel.tsx';
import { TimeChart } from '../../ui/TimeChart.tsx';
import { HealthReasons } from './HealthReasons.tsx';
import { LEVEL_WORDS, levelOf } from './healthLevel.ts';
import { ScoreBar } from './HealthScore.tsx';

const HOUR_MS = 3_600_000;
const POINTS_MAX = 200;

/** The score, why it is that, and how it came to be. */
export function HealthPanel({ agent, health }: { agent: JudgedAgent; health: Health }) {
  const { score, components, window_hours: hours } = health;
  return (
    <Panel
      className="health-panel"
      title="Health"
      note={hours === null ? 'now' : `now, judged by the last ${formatQuantity(hours, 'hour')} against the same hours of the 28 days before`}
    >
      <div className="health-panel-body">
        <div className="health-now">
          {score === null ? (
            <p className="health-none">
              <b>No score</b> Nothing was called or run, and no heartbeat came, for 24 hours.
            </p>
          ) : (
            <>
              <p className={`health-number health-${levelOf(score)}`}>
                <b>{score}</b> of 100 · {LEVEL_WORDS[levelOf(score)]}
              </p>
              <ScoreBar score={score} />
              <HealthReasons components={components} />
            </>
          )}
        </div>
        <HealthHistory agentId={agent.agent_id} />
      </div>
    </Panel>
  );
}

/** The least score of each interval of the range, from the hours that were kept. */
function HealthHistory({ agentId }: { agentId: string }) {
  const { range } = useTimeRange();
  const zone = useTimeZone();
  const refetchInterval = useRefetchInterval();
  const [openedAtMs] = useState(() => Date.now());
  const { fromMs, toMs } = resolveRange(range, openedAtMs);
  const fitting = intervalFor(toMs - fromMs, POINTS_MAX);
  const interval = fitting.ms < HOUR_MS ? { text: '1h', words: 'hour' } : fitting;
  const { data } = useQuery({
    ...metricsQuery({
      source: 'agent_health',
      measures: ['health_score_min'],
      filters: [{ field: 'agent_id', op: '=', value: agentId }],
      from: range.from,
      to: range.to,
      interval: interval.text,
      time_zone: zone,
    }),
    refetchInterval,
  });
  const rows = data?.rows;
  const { times, series } = useMemo(() => {
    const values = (rows ?? []).map((row) => numberOf(row, 'health_score_min'));
    return {
      times: (rows ?? []).map((row) => epochMs(textOf(row, 'time') ?? '')),
      series: [{ label: 'Least score', values, text: (index: number) => String(values[index] ?? '–') }],
    };
  }, [rows]);
  const known = series[0]?.values.filter((value) => value !== null) ?? [];
  return (
    <div className="health-history">
      <p className="health-history-head">
        Least score per {interval.words}
        {known.length === 0 ? null : ` · from ${Math.min(...known)} to ${Math.max(...known)}`}
      </p>
      {rows !== undefined && known.length === 0 ? (
        <p className="health-history-none dim">No score was kept in this range. One is at the end of each hour.</p>
      ) : (
        <TimeChart
          times={times}
          series={series}
          shape="lines"
          height={150}
          reach={100}
          zone={zone}
          formatTick={(value) => (value <= 100 ? String(Math.round(value)) : '')}
          summary={`Least health score per ${interval.words}${known.length === 0 ? '' : `, from ${Math.min(...known)} to ${Math.max(...known)}, last ${known.at(-1)}`}`}
        />
      )}
    </div>
  );
}
