/** Cells that lists share. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { FilterValue } from '../filters/FilterValue.tsx';
import { approximate, estimateWords } from '../ui/approximate.ts';
import { formatCount, formatQuantity, formatTokenFlow } from '../ui/formatCount.ts';
import { NOT_SENT } from '../ui/formatMoney.ts';
import { Money } from '../ui/Money.tsx';
import { Tag } from '../ui/Tag.tsx';
import { type ItemLink, routeOf } from './itemList.ts';

/** What calls cost and use, as far as it is known. */
export interface Spent {
  cost_usd: string | null;
  input_tokens: number | null;
  output_tokens: number | null;
  unpriced_calls: number;
  approximate_calls: number;
}

/** The name of an item as a link. In a grid rows are reached as rows, on cards the link is what the keyboard reaches. */
export function ItemName({ link, tabStop = false, children, title }: { link: ItemLink; tabStop?: boolean; children: ReactNode; title?: string }) {
  return (
    <Link {...routeOf(link)} preload={false} tabIndex={tabStop ? 0 : -1} className="item-name truncate" title={title}>
      {children}
    </Link>
  );
}

export function CostCell({ item }: { item: Spent }) {
  const { cost_usd, unpriced_calls, approximate_calls } = item;
  const unpriced = `${formatQuantity(unpriced_calls, 'call')} without a known price`;
  if (unpriced_calls > 0 && cost_usd === null) {
    return (
      <Tag tone="warn" title={unpriced}>
        unpriced
      </Tag>
    );
  }
  return (
    <>
      <Money usd={cost_usd} missing="No priced call" estimate={estimateWords(approximate_calls)} />
      {unpriced_calls > 0 ? (
        <span className="item-aside" title={`Without ${unpriced}`}>
          +?<span className="visually-hidden"> and unpriced calls</span>
        </span>
      ) : null}
    </>
  );
}

export function TokensCell({ item }: { item: Spent }) {
  const flow = formatTokenFlow(item.input_tokens, item.output_tokens);
  if (flow === null) return <Missing />;
  return <span title={estimateWords(item.approximate_calls)}>{approximate(item.approximate_calls > 0, flow)}</span>;
}

export const ErrorsCell = ({ errors }: { errors: number }) => <span className={errors > 0 ? 'worse' : 'dim'}>{formatCount(errors)}</span>;

/** A value that a click filters by. */
export function ValueCell({ name, label, value }: { name: string; label: string; value: string | null }) {
  return value === null ? <Missing /> : <FilterValue name={name} label={label} value={value} />;
}

/** The first of several values, and how many others there are. */
export function FirstOf({ name, label, values }: { name: string; label: string; values: readonly string[] }) {
  const [first, ...others] = values;
  if (first === undefined) return <Missing />;
  return (
    <>
      <FilterValue name={name} label={label} value={first} />
      {others.length === 0 ? null : (
        <span className="item-aside" title={others.join(', ')}>
          +{others.length}
        </span>
      )}
    </>
  );
}

export function Preview({ text }: { text: string | null }) {
  if (text === null || text === '') return <Missing />;
  return (
    <span className="truncate item-preview" title={text}>
      {text.replace(/\s+/g, ' ')}
    </span>
  );
}

export function Missing() {
  return (
    <span className="dim" title="Not sent">
      {NOT_SENT}
    </span>
  );
}
