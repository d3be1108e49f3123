import type { PriceItem } from '@sightglass/contract/price';
import { Link } from '@tanstack/react-router';
import { Calculator, PencilLine, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { keepRange } from '../../time/keepRange.ts';
import { RelativeTime } from '../../time/RelativeTime.tsx';
import { useTimeZone } from '../../time/timeZone.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { num, TableHead } from '../../ui/TableHead.tsx';
import { canFilterBy } from '../../filters/facets.ts';
import { Who } from '../settings/LastChange.tsx';
import { useMayChange } from '../settings/SettingsPage.tsx';
import { chargedClasses, RATE_LABELS, rateColumns } from './rates.ts';
import { RateText } from './RateText.tsx';
import { RemovePrice } from './RemovePrice.tsx';
import { validityWords } from './validity.ts';
import './priceDetail.css';

/** Everything about one price: every rate of every tier, the names it is for, when it holds, and where it comes from. */
export function PriceDetail({ price }: { price: PriceItem }) {
  return (
    <section className="price-detail" aria-label={`Price of ${price.model}`}>
      <RateMatrix price={price} />
      <Facts price={price} />
      <Actions price={price} />
    </section>
  );
}

function RateMatrix({ price }: { price: PriceItem }) {
  const columns = rateColumns(price);
  return (
    <div className="table-scroll">
      <table className="price-rates">
        <TableHead columns={['per million tokens', ...columns.map(({ label }) => num(label))]} />
        <tbody>
          {chargedClasses(columns).map((name) => (
            <tr key={name}>
              <th scope="row">{RATE_LABELS[name]}</th>
              {columns.map(({ label, rates }) => (
                <td key={label} className="num">
                  <RateText rates={rates} name={name} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Facts({ price }: { price: PriceItem }) {
  const zone = useTimeZone();
  const { aliases, patterns, daily_window, source, created_at, created_by, retired_at, id, context_tiers } = price;
  return (
    <dl className="price-facts">
      <dt>Holds</dt>
      <dd>
        {validityWords(price, zone)}
        {daily_window === null ? '' : `, each day ${daily_window}`}
      </dd>
      {aliases.length === 0 ? null : (
        <>
          <dt>Further names</dt>
          <dd className="mono">{aliases.join(', ')}</dd>
        </>
      )}
      {patterns.length === 0 ? null : (
        <>
          <dt>Patterns</dt>
          <dd className="mono">{patterns.join(', ')}</dd>
        </>
      )}
      {context_tiers.length === 0 ? null : (
        <>
          <dt>Context tiers</dt>
          <dd>The rates of a tier hold for the whole call, once its input is larger.</dd>
        </>
      )}
      {source === '' ? null : (
        <>
          <dt>Source</dt>
          <dd>{source}</dd>
        </>
      )}
      {created_at === null ? null : (
        <>
          <dt>Set</dt>
          <dd>
            <RelativeTime time={created_at} />
            {created_by === null ? null : (
              <>
                {' by '}
                <Who id={created_by} />
              </>
            )}
          </dd>
        </>
      )}
      {retired_at === null ? null : (
        <>
          <dt>Replaced or removed</dt>
          <dd>
            <RelativeTime time={retired_at} />; it explains older costs and prices nothing any more
          </dd>
        </>
      )}
      <dt>Id</dt>
      <dd className="mono">{id}</dd>
    </dl>
  );
}

function Actions({ price }: { price: PriceItem }) {
  const mayChange = useMayChange();
  const [removing, setRemoving] = useState(false);
  const { id, provider, model, origin, retired_at } = price;
  const own = origin === 'override' && retired_at === null;
  return (
    <div className="price-actions">
      {mayChange ? (
        <>
          <Link to="/prices/set" search={(search) => ({ ...keepRange(search), copy: id, provider, model })} className={buttonClass()}>
            <PencilLine aria-hidden="true" />
            {own ? 'Change' : 'Set an own price from this'}
          </Link>
          {own ? (
            <Button variant="danger" onClick={() => setRemoving(true)}>
              Remove
            </Button>
          ) : null}
          {canFilterBy(model) ? (
            <Link to="/prices" search={(search) => ({ ...keepRange(search), view: 'recompute', model })} className={buttonClass('ghost')}>
              <RefreshCw aria-hidden="true" />
              Recompute its calls
            </Link>
          ) : null}
        </>
      ) : null}
      <Link to="/prices" search={(search) => ({ ...keepRange(search), view: 'calculator', provider, model })} className={buttonClass('ghost')}>
        <Calculator aria-hidden="true" />
        Calculate
      </Link>
      <RemovePrice price={price} open={removing} onClose={() => setRemoving(false)} />
    </div>
  );
}
