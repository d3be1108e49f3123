import type { IngestHealth } from '@sightglass/contract/routes/ingest';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { formatCount, formatQuantity } from '../../ui/formatCount.ts';
import { formatPercent } from '../../ui/formatPercent.ts';
import { OutcomeBar } from './OutcomeBar.tsx';
import { OUTCOMES, shareOf } from './outcomes.ts';
import { signalWords, wayInLabel } from './wayIn.ts';
import './waysInTable.css';

/** The same sum for each way in, one under the other. */
export function WaysInTable({ items }: { items: readonly IngestHealth[] }) {
  return (
    <div className="ways-in-scroll">
      <table className="table ways-in">
        <thead>
          <tr>
            <th scope="col">Way in</th>
            <th scope="col" className="num">
              Received
            </th>
            {OUTCOMES.map(({ name, label }, index) => (
              <th key={name} scope="col" className="num">
                <span className="ways-in-sign" aria-hidden="true">
                  {index === 0 ? '= ' : '+ '}
                </span>
                {label}
              </th>
            ))}
            <th scope="col" className="num" title="Requests of the last hour that were refused as a whole: nobody counted what was in them">
              Refused requests
              <small>last hour</small>
            </th>
            <th scope="col" className="num">
              Last arrival
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <WayInRow key={item.source} item={item} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function WayInRow({ item }: { item: IngestHealth }) {
  const stored = shareOf(item, 'stored');
  const signals = Object.entries(item.signals).filter(([, count]) => count > 0);
  return (
    <tr>
      <th scope="row" className="ways-in-name">
        {wayInLabel(item.source)}
        <code className="ways-in-source">{item.source}</code>
        {signals.length === 0 ? null : (
          <ul className="ways-in-signals" aria-label="Received, by signal">
            {signals.map(([signal, count]) => (
              <li key={signal}>{formatQuantity(count, ...signalWords(signal))}</li>
            ))}
          </ul>
        )}
      </th>
      <td className="num" data-label="Received">
        {formatCount(item.received)}
      </td>
      {OUTCOMES.map(({ name, label, wrong }) => (
        <td key={name} className="num" data-label={label}>
          <span className={item[name] === 0 ? 'dim' : wrong ? 'worse' : undefined}>{formatCount(item[name])}</span>
          {name === 'stored' && stored !== null ? (
            <span className="ways-in-share">
              {formatPercent(stored)}
              <OutcomeBar account={item} />
            </span>
          ) : null}
        </td>
      ))}
      <td className="num" data-label="Refused requests, last hour">
        <span className={item.refused_requests === 0 ? 'dim' : 'worse'}>{formatCount(item.refused_requests)}</span>
      </td>
      <td className="num" data-label="Last arrival">
        {item.last_at === null ? '–' : <RelativeTime time={item.last_at} />}
      </td>
    </tr>
  );
}
