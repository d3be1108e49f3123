import type { PriceItem, RateName } from '@sightglass/contract/price';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { Fragment, useState } from 'react';
import { toggled } from '../../records/toggled.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { LoadingRows } from '../../ui/LoadingRows.tsx';
import { num, TableHead } from '../../ui/TableHead.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { PriceDetail } from './PriceDetail.tsx';
import { peculiarities, RATE_LABELS } from './rates.ts';
import { RateText } from './RateText.tsx';
import { validityWords } from './validity.ts';
import '../../ui/narrowCards.css';
import './priceTable.css';

/** Of the rates, what one compares; all of them stand in the detail. */
const SHOWN: readonly RateName[] = ['input_per_mtok', 'cache_read_per_mtok', 'cache_write_per_mtok', 'output_per_mtok'];
const COLUMNS = SHOWN.length + 4;
/** Tags beside a name; the rest is counted. */
const PECULIARITIES_MAX = 2;

interface PriceTableProps {
  /** Undefined while they are on their way. */
  prices: readonly PriceItem[] | undefined;
  /** Whether others are on their way. */
  busy: boolean;
}

/** Prices under one another; each opens to all that there is about it. */
export function PriceTable({ prices, busy }: PriceTableProps) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  return (
    <div className="narrow-scroll" aria-busy={prices === undefined || busy}>
      <table className="table narrow-cards price-table">
        <TableHead columns={['Model', 'Provider', ...SHOWN.map((name) => num(RATE_LABELS[name])), 'Also', 'Holds']} />
        <tbody>
          {prices === undefined ? (
            <LoadingRows columns={COLUMNS} rows={8} />
          ) : (
            prices.map((price) => (
              <Fragment key={price.id}>
                <PriceRow price={price} open={open.has(price.id)} onToggle={() => setOpen((before) => toggled(before, price.id))} />
                {open.has(price.id) ? (
                  <tr className="price-open" id={`price-${price.id}`}>
                    <td colSpan={COLUMNS}>
                      <PriceDetail price={price} />
                    </td>
                  </tr>
                ) : null}
              </Fragment>
            ))
          )}
        </tbody>
      </table>
    </div>
  );
}

function PriceRow({ price, open, onToggle }: { price: PriceItem; open: boolean; onToggle: () => void }) {
  const zone = useTimeZone();
  const also = peculiarities(price);
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <tr className={price.origin === 'override' ? (price.retired_at === null ? 'price-own' : 'price-own price-retired') : undefined}>
      <th scope="row" className="price-name">
        <button type="button" aria-expanded={open} aria-controls={open ? `price-${price.id}` : undefined} onClick={onToggle}>
          <Chevron aria-hidden="true" />
          <span className="truncate" title={price.model}>
            {price.model}
          </span>
        </button>
        {price.origin === 'override' ? (
          <Tag tone={price.retired_at === null ? 'info' : 'plain'}>{price.retired_at === null ? 'own' : 'no longer'}</Tag>
        ) : null}
      </th>
      <td data-label="Provider">{price.provider}</td>
      {SHOWN.map((name) => (
        <td key={name} className="num" data-label={RATE_LABELS[name]}>
          <RateText rates={price} name={name} />
        </td>
      ))}
      <td data-label="Also" className="price-wraps">
        <span className="price-also">
          {also.slice(0, PECULIARITIES_MAX).map((words) => (
            <Tag key={words}>{words}</Tag>
          ))}
          {also.length > PECULIARITIES_MAX ? <Tag title={also.slice(PECULIARITIES_MAX).join(', ')}>+{also.length - PECULIARITIES_MAX}</Tag> : null}
        </span>
      </td>
      <td data-label="Holds" className="price-wraps price-holds">
        {validityWords(price, zone)}
      </td>
    </tr>
  );
}
