import type { IngestHealth } from '@sightglass/contract/routes/ingest';
import { useQuery } from '@tanstack/react-query';
import { firstTraceQuery } from '../../api/firstTrace.ts';
import { useRefetchInterval } from '../../time/liveRefresh.ts';
import { Panel } from '../../ui/Panel.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { RefusalList } from '../firstRun/RefusalList.tsx';
import { lastErrors } from './lastErrors.ts';
import './problemsPanel.css';

/** Why something was refused, rejected or set aside, and what to do; nothing at all when nothing was. */
export function ProblemsPanel({ items }: { items: readonly IngestHealth[] }) {
  const refetchInterval = useRefetchInterval();
  const refusals = useQuery({ ...firstTraceQuery, refetchInterval }).data?.refusals ?? [];
  const earlier = lastErrors(items, refusals);
  if (refusals.length === 0 && earlier.length === 0) return null;
  return (
    <Panel title="What went wrong">
      {refusals.length === 0 ? null : (
        <section className="problems" aria-label="In the last hour">
          <h3>In the last hour</h3>
          <RefusalList refusals={refusals} />
        </section>
      )}
      {earlier.length === 0 ? null : (
        <section className="problems" aria-label="Last error in this range">
          <h3>Last error in this range</h3>
          <ul className="refusal-list">
            {earlier.map(({ source, wayIn, message, advice }) => (
              <li key={source}>
                <Tag>{wayIn}</Tag> {message}
                <p>{advice}</p>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Panel>
  );
}
