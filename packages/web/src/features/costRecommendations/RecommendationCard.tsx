import type { Recommendation } from '@sightglass/contract/routes/costRecommendations';
import { Link } from '@tanstack/react-router';
import { ListTree } from 'lucide-react';
import { useId } from 'react';
import { buttonClass } from '../../ui/Button.tsx';
import { formatQuantity } from '../../ui/formatCount.ts';
import { formatMoney, formatMoneyExact } from '../../ui/formatMoney.ts';
import { Tag } from '../../ui/Tag.tsx';
import { factText, KIND_WORDS } from './savingsWords.ts';

/** One recommendation: what to do, what it saves, why that is believed, and where to look. */
export function RecommendationCard({ item }: { item: Recommendation }) {
  const { kind, title, agent_id, provider, model, evidence, advice, trace_ids } = item;
  const titleId = useId();
  return (
    <article className="saving" aria-labelledby={titleId}>
      <header className="saving-head">
        <div className="saving-names">
          <Tag>{KIND_WORDS[kind]}</Tag>
          <h2 id={titleId}>{title}</h2>
          <p className="saving-of">
            {agent_id ?? 'No agent'} · {model}
            {provider === null ? '' : ` (${provider})`} · {formatQuantity(evidence.calls, 'call')} for{' '}
            <span title={formatMoneyExact(evidence.spent_usd)}>{formatMoney(evidence.spent_usd)}</span> in {evidence.window.days} days
          </p>
        </div>
        <Amount item={item} />
      </header>
      <p className="saving-advice">{advice}</p>
      <dl className="saving-facts">
        {evidence.facts.map((fact) => (
          <div key={fact.name}>
            <dt>{fact.label}</dt>
            <dd title={fact.unit === 'usd' ? formatMoneyExact(String(fact.value)) : undefined}>{factText(fact)}</dd>
          </div>
        ))}
      </dl>
      {evidence.assumption === null ? null : (
        <p className="saving-assumption">
          <b>Assumed:</b> {evidence.assumption}
        </p>
      )}
      <TraceLinks item={item} traceIds={trace_ids} />
    </article>
  );
}

function Amount({ item: { saving_usd_per_month: saving, saving_alone_usd_per_month: alone } }: { item: Recommendation }) {
  if (saving === null) return <p className="saving-amount saving-amount-none">no saving claimed</p>;
  return (
    <p className="saving-amount">
      <b title={formatMoneyExact(saving)}>{formatMoney(saving)}</b> a month
      {alone === null || alone === saving ? null : (
        <small title={`${formatMoneyExact(alone)} when nothing else is done`}>{formatMoney(alone)} if done alone</small>
      )}
    </p>
  );
}

function TraceLinks({ item, traceIds }: { item: Recommendation; traceIds: readonly string[] }) {
  return (
    <p className="saving-links">
      <Link to="/traces" search={item.traces_query} className={buttonClass()} aria-label={`Show traces: ${item.title}`}>
        <ListTree aria-hidden="true" />
        Show traces
      </Link>
      {traceIds.length === 0 ? null : (
        <span>
          or one of the costliest:{' '}
          {traceIds.map((traceId) => (
            <Link key={traceId} to="/traces/$traceId" params={{ traceId }} className="link mono" title={traceId}>
              {traceId.slice(0, 8)}
            </Link>
          ))}
        </span>
      )}
    </p>
  );
}
