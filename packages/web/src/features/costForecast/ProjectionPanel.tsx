import type { CostForecast, CostProjection } from '@sightglass/contract/routes/costForecast';
import { Link } from '@tanstack/react-router';
import { canFilterBy } from '../../filters/facets.ts';
import { formatMoney } from '../../ui/formatMoney.ts';
import { formatPercent } from '../../ui/formatPercent.ts';
import { Panel } from '../../ui/Panel.tsx';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { num, TableHead } from '../../ui/TableHead.tsx';
import { CostCell } from '../overview/costWords.tsx';
import { changeText, intervalText, METHOD_EXPLAINED, METHOD_LABELS, monthName, pastErrorWords } from './forecastWords.ts';

interface ProjectionPanelProps {
  title: string;
  kind: 'agent' | 'model';
  lines: readonly { name: string | null; projection: CostProjection }[];
  forecast: Pick<CostForecast, 'month' | 'workspace' | 'interval_level'>;
}

/** Who or what the month will have been spent on, the costliest first. */
export function ProjectionPanel({ title, kind, lines, forecast }: ProjectionPanelProps) {
  const { month, workspace, interval_level } = forecast;
  return (
    <Panel title={title} note={`month end, ${formatPercent(interval_level)} interval · each projected by itself`}>
      {lines.length === 0 ? (
        <EmptyState title={`No ${kind} cost anything in ${monthName(month)} or the month before`} />
      ) : (
        <div className="table-scroll forecast-scroll">
          <table className="table table-cards forecast-table">
            <TableHead
              columns={[
                kind === 'agent' ? 'Agent' : 'Model',
                num('Spent'),
                num('Projected'),
                num('Interval'),
                num('vs month before'),
                num('Missed by'),
              ]}
            />
            <tbody>
              {lines.map(({ name, projection }) => (
                <tr key={name === null ? 'none' : `=${name}`}>
                  <th scope="row" className="table-name">
                    <Name kind={kind} name={name} />
                  </th>
                  <td className="num" data-label="Spent">
                    <CostCell costUsd={projection.spent_usd} unpricedCalls={projection.unpriced_calls} />
                  </td>
                  <ProjectedCells projection={projection} whole={workspace.projected_usd} />
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function ProjectedCells({ projection, whole }: { projection: CostProjection; whole: string | null }) {
  const { projected_usd, method, reason, past_error, spent_usd, unpriced_calls } = projection;
  const share = projected_usd === null || whole === null || Number(whole) === 0 ? null : Number(projected_usd) / Number(whole);
  if (projected_usd === null || method === null) {
    const why = unpriced_calls > 0 && Number(spent_usd) === 0 ? 'No price is known for its calls: with one they can be projected.' : reason;
    return (
      <td className="forecast-why" colSpan={4} data-label="Projected">
        <span className="dim" title={why ?? undefined}>
          {why}
        </span>
      </td>
    );
  }
  return (
    <>
      <td className="num" data-label="Projected" title={`${METHOD_LABELS[method]}: ${METHOD_EXPLAINED[method].toLowerCase()}`}>
        {formatMoney(projected_usd)}
        <span className="visually-hidden"> ({formatPercent(share)} of the workspace)</span>
      </td>
      <td className="num" data-label="Interval" title={reason ?? undefined}>
        {intervalText(projection) ?? <span className="dim">too few days</span>}
      </td>
      <td className="num" data-label="vs month before">
        {changeText(projection) ?? <span className="dim">nothing then</span>}
      </td>
      <td className="num" data-label="Missed by" title={pastErrorWords(past_error)}>
        {formatPercent(past_error?.wape ?? null)}
      </td>
    </>
  );
}

function Name({ kind, name }: { kind: 'agent' | 'model'; name: string | null }) {
  if (name === null) return <span className="dim">no {kind} named</span>;
  if (!canFilterBy(name)) {
    return (
      <span className="truncate" title={name}>
        {name}
      </span>
    );
  }
  const filter: Readonly<Record<string, string>> = kind === 'agent' ? { agent_id: name } : { model: name };
  return (
    <Link
      to="/traces"
      search={{ ...filter, from: 'now-30d', to: 'now', sort: '-cost' }}
      className="link truncate"
      title={`${name}: its costliest traces`}
    >
      {name}
    </Link>
  );
}
