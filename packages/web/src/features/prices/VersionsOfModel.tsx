import { useQuery } from '@tanstack/react-query';
import { pricesQuery } from '../../api/prices.ts';
import { useNow } from '../../time/now.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { epochMs } from '../../ui/formatTime.ts';
import { Tag } from '../../ui/Tag.tsx';
import { useSettledValue } from '../settings/redaction/useSettledValue.ts';
import { readMoment } from './priceDraft.ts';
import { rateWords } from './rates.ts';
import { validityWords } from './validity.ts';

const MINUTE_MS = 60_000;
const TYPING_PAUSE_MS = 400;
const LISTED_MAX = 10;

interface VersionsOfModelProps {
  provider: string;
  model: string;
  /** As it is typed. */
  effectiveFrom: string;
}

/** The prices that this model has by now, and which of them the new one takes the place of. */
export function VersionsOfModel({ provider, model, effectiveFrom }: VersionsOfModelProps) {
  const zone = useTimeZone();
  const nowMs = useNow(MINUTE_MS);
  const wanted = useSettledValue(model.trim(), TYPING_PAUSE_MS);
  const list = useSettledValue(provider.trim(), TYPING_PAUSE_MS);
  const { data } = useQuery({ ...pricesQuery({ model: wanted, ...(list === '' ? {} : { provider: list }) }, LISTED_MAX), enabled: wanted !== '' });
  if (wanted === '' || data === undefined || data.length === 0) return null;
  const typed = effectiveFrom.trim() === '' ? null : readMoment(effectiveFrom, zone, nowMs);
  return (
    <div className="price-versions">
      <h3>Prices that it has</h3>
      <ul>
        {data.map((price) => {
          const sameStart =
            typed === null
              ? price.effective_from === null
              : typed !== undefined && price.effective_from !== null && epochMs(typed) === epochMs(price.effective_from);
          const replaced = price.origin === 'override' && sameStart && list !== '';
          return (
            <li key={price.id}>
              <Tag tone={price.origin === 'override' ? 'info' : 'plain'}>{price.origin === 'override' ? 'own' : 'bundled'}</Tag>
              <span>{price.provider}</span>
              <span>{validityWords(price, zone)}</span>
              <span className="dim">
                {rateWords(price, 'input_per_mtok')?.text ?? '–'} in, {rateWords(price, 'output_per_mtok')?.text ?? '–'} out
              </span>
              {replaced ? <Tag tone="warn">will be replaced</Tag> : null}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
