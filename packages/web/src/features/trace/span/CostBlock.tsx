import type { Span, SpanDetail } from '@sightglass/contract/trace';
import { Link } from '@tanstack/react-router';
import { keepRange } from '../../../time/keepRange.ts';
import { Skeleton } from '../../../ui/Skeleton.tsx';
import { Tag } from '../../../ui/Tag.tsx';
import { formatMoneyExact } from '../../../ui/formatMoney.ts';
import { costSourceWords, costSumOf } from '../model/costSum.ts';
import { tokenRuleWords } from '../model/tokenRuleWords.ts';
import { CostSumTable } from './CostSumTable.tsx';
import { PriceUsed } from './PriceUsed.tsx';
import './costBlock.css';

const ORIGINS = { override: 'override', price_book: 'bundled' } as const;

/** What a call cost and how that was reckoned: line by line, with which price and by which rule for its tokens. */
export function CostBlock({ span, detail, loading = false }: { span: Span; detail: SpanDetail | null; loading?: boolean }) {
  const breakdown = detail?.cost_breakdown ?? null;
  const rule = breakdown === null ? null : tokenRuleWords(span.token_rule);
  const source = span.cost_source;
  return (
    <section className="cost-block" aria-label="Cost">
      <div className="cost-total">
        <b>{breakdown !== null ? costSumOf(breakdown).totalUsd : span.cost_usd === null ? 'Cost unknown' : formatMoneyExact(span.cost_usd)}</b>
        {source === 'estimated' ? <Tag tone="warn">estimate</Tag> : null}
        <span>{costSourceWords(span)}</span>
      </div>
      {breakdown === null ? null : (
        <>
          <CostSumTable breakdown={breakdown} />
          <PriceUsed breakdown={breakdown} origin={source === 'override' || source === 'price_book' ? ORIGINS[source] : null} />
        </>
      )}
      {rule === null ? null : <p>{`Token rule · ${rule}`}</p>}
      <UnpricedLink span={span} />
      {loading && span.cost_usd !== null ? <Skeleton width="70%" height="12px" /> : null}
    </section>
  );
}

/** The way to a price, where it is the price that is missing. */
function UnpricedLink({ span }: { span: Span }) {
  const model = span.response_model ?? span.request_model;
  if (span.cost_source !== null || model === null || (span.input_tokens === null && span.output_tokens === null)) return null;
  return (
    <p>
      <Link to="/prices" search={(search) => ({ ...keepRange(search), view: 'unpriced' })} className="link">
        Unpriced models
      </Link>
    </p>
  );
}
