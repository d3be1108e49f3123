import type { RateName } from '@sightglass/contract/price';
import { NOT_SENT } from '../../ui/formatMoney.ts';
import { rateWords, type ShownRates } from './rates.ts';

/** A rate exactly, or what the class is charged like. */
export function RateText({ rates, name }: { rates: ShownRates; name: RateName }) {
  const words = rateWords(rates, name);
  if (words === null) return <span className="dim">{NOT_SENT}</span>;
  return words.own ? words.text : <span className="dim">{words.text}</span>;
}
