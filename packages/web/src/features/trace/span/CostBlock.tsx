import type { Span, SpanDetail } from '@sightglass/contract/trace';
import { Skeleton } from '../../../ui/Skeleton.tsx';
import { Tag } from '../../../ui/Tag.tsx';
import { formatMoneyExact } from '../../../ui/formatMoney.ts';
import { costSourceWords, costSumOf } from '../model/costSum.ts';
import './costBlock.css';

/** What a call cost and how that was reckoned, line by line. */
export function CostBlock({ span, detail, loading = false }: { span: Span; detail: SpanDetail | null; loading?: boolean }) {
  const breakdown = detail?.cost_breakdown ?? null;
  const sum = breakdown === null ? null : costSumOf(breakdown);
  return (
    <section className="cost-block" aria-label="Cost">
      <div className="cost-total">
        <b>{sum?.totalUsd ?? (span.cost_usd === null ? 'Cost unknown' : formatMoneyExact(span.cost_usd))}</b>
        {span.cost_source === 'estimated' ? <Tag tone="warn">estimate</Tag> : null}
        <span>{costSourceWords(span)}</span>
      </div>
      {sum === null ? null : (
        <table>
          <tbody>
            {sum.lines.map((line) => (
              <tr key={line.text}>
                <td>{line.text}</td>
                <td className="num">{line.usd}</td>
              </tr>
            ))}
            {sum.roundingUsd === null ? null : (
              <tr>
                <td>rounded once, to a millionth of a millionth of a dollar</td>
                <td className="num">{sum.roundingUsd}</td>
              </tr>
            )}
          </tbody>
        </table>
      )}
      {breakdown === null ? null : (
        <p>
          {`Price of ${breakdown.price_model}${breakdown.price_from === null ? '' : ` since ${breakdown.price_from.slice(0, 10)}`}${breakdown.tier === null ? '' : `, tier ${breakdown.tier}`}`}
        </p>
      )}
      {loading && span.cost_usd !== null ? <Skeleton width="70%" height="12px" /> : null}
    </section>
  );
}
