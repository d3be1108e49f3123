import type { PriceItem } from '@sightglass/contract/price';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { pricesQuery } from '../../api/prices.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { Button } from '../../ui/Button.tsx';
import { Popover } from '../../ui/Popover.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import '../../filters/filterBar.css';
import { useSettledValue } from '../settings/redaction/useSettledValue.ts';
import { validityWords } from './validity.ts';

const TYPING_PAUSE_MS = 250;
const LISTED_MAX = 20;

/** Finds a price of the book to begin with. */
export function CopyFrom({ onCopy }: { onCopy: (price: PriceItem) => void }) {
  const zone = useTimeZone();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const wanted = useSettledValue(typed.trim(), TYPING_PAUSE_MS);
  const found = useQuery({ ...pricesQuery(wanted === '' ? {} : { q: wanted, sort: 'name' }, LISTED_MAX), enabled: open });
  return (
    <Popover
      label="Copy from a price"
      className="facet price-copy"
      open={open}
      onOpenChange={setOpen}
      trigger={<Button>Copy from …</Button>}
      align="end"
    >
      <input
        className="field facet-input"
        value={typed}
        spellCheck={false}
        placeholder="Find a model or provider"
        aria-label="Find the price to copy"
        onChange={(event) => setTyped(event.target.value)}
      />
      <ul className="facet-list" aria-busy={found.isPending}>
        {found.isPending ? (
          <li className="facet-line">
            <Skeleton />
          </li>
        ) : found.data === undefined || found.data.length === 0 ? (
          <li className="facet-note">{found.error === null ? 'None matches' : 'The price book cannot be read now'}</li>
        ) : (
          found.data.map((price) => (
            <li key={price.id}>
              <button
                type="button"
                className="price-copy-line"
                onClick={() => {
                  onCopy(price);
                  setOpen(false);
                }}
              >
                <span className="truncate">{price.model}</span>
                <span className="dim truncate">
                  {price.provider}, {price.origin === 'override' ? 'own' : 'bundled'}, {validityWords(price, zone)}
                </span>
              </button>
            </li>
          ))
        )}
      </ul>
    </Popover>
  );
}
