import { RelativeTime } from '../../time/RelativeTime.tsx';
import { formatQuantity } from '../../ui/formatCount.ts';
import { Tag } from '../../ui/Tag.tsx';
import { type Refusal, refusalAdvice } from './refusalAdvice.ts';
import './refusalList.css';

/** What the server would not take in the last hour, why, how often, and what to change in the client. */
export function RefusalList({ refusals }: { refusals: readonly Refusal[] }) {
  return (
    <ul className="refusal-list">
      {refusals.map((refusal) => (
        <li key={`${refusal.path} ${refusal.code} ${refusal.message}`}>
          <div>
            {refusal.code === 'partial-success' ? <Tag tone="warn">in part</Tag> : <Tag tone="crit">{refusal.status}</Tag>}{' '}
            <code>{refusal.path}</code> {refusal.message}
            <span className="dim">
              {' · '}
              {formatQuantity(refusal.count, 'time')}, last <RelativeTime time={refusal.at} />
            </span>
          </div>
          <p>{refusalAdvice(refusal)}</p>
        </li>
      ))}
    </ul>
  );
}
