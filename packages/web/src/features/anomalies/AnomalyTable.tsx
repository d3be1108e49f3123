import type { Anomaly } from '@sightglass/contract/anomaly';
import { Link } from '@tanstack/react-router';
import { ArrowDownRight, ArrowUpRight } from 'lucide-react';
import { useSetSearchText } from '../../routing/useSearchText.ts';
import { keepRange } from '../../time/keepRange.ts';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { useTimeZone } from '../../time/timeZone.ts';
import { num, TableHead } from '../../ui/TableHead.tsx';
import { formatEstimate, sizeWords, usualWords, whenWords } from './anomalyWords.ts';

interface AnomalyTableProps {
  anomalies: readonly Anomaly[];
  /** What the chart below shows. */
  shown: { measure: string; agentId: string | undefined };
}

/** What was unusual: of what, when, how much, and what would have been usual. */
export function AnomalyTable({ anomalies, shown }: AnomalyTableProps) {
  return (
    <div className="narrow-scroll">
      <table className="table narrow-cards anomaly-table">
        <TableHead columns={['Measure', 'Of', 'When', num('Value'), num('Usual'), 'How much', num('Score')]} />
        <tbody>
          {anomalies.map((anomaly) => (
            <AnomalyRow key={`${anomaly.measure} ${anomaly.agent_id ?? ''} ${anomaly.from}`} anomaly={anomaly} shown={shown} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AnomalyRow({ anomaly, shown }: { anomaly: Anomaly; shown: AnomalyTableProps['shown'] }) {
  const zone = useTimeZone();
  const setSearch = useSetSearchText();
  const { measure, title, unit, agent_id: agentId, value, direction, score, to } = anomaly;
  const isShown = measure === shown.measure && (agentId ?? undefined) === shown.agentId;
  const Arrow = direction === 'above' ? ArrowUpRight : ArrowDownRight;
  return (
    <tr>
      <th scope="row">
        <button
          type="button"
          className="link anomaly-show"
          aria-pressed={isShown}
          title="Show its hours in the chart"
          onClick={() => setSearch({ measure, agent_id: agentId ?? undefined })}
        >
          {title}
        </button>
      </th>
      <td data-label="Of">
        {agentId === null ? (
          <span className="dim">whole workspace</span>
        ) : (
          <Link to="/agents/$agentId" params={{ agentId }} search={keepRange} className="link truncate anomaly-agent" title={agentId}>
            {agentId}
          </Link>
        )}
      </td>
      <td data-label="When" className="narrow-whole">
        <span>
          {whenWords(anomaly, zone)}{' '}
          <span className="dim">
            (ended <RelativeTime time={to} />)
          </span>
        </span>
      </td>
      <td data-label="Value" className="num">
        {formatEstimate(value, unit)}
      </td>
      <td data-label="Usual" className="num">
        {usualWords(anomaly)}
      </td>
      <td data-label="How much">
        <span className="anomaly-size">
          <Arrow aria-hidden="true" />
          {sizeWords(anomaly)}
        </span>
      </td>
      <td data-label="Score" className="num" title="Robust standard deviations beyond what was expected">
        {Math.abs(score).toFixed(1)} σ
      </td>
    </tr>
  );
}
