import { approximate } from './approximate.ts';
import { formatMoney, formatMoneyExact } from './formatMoney.ts';

/** An amount with the digits that matter; the exact one on hover. Null is shown as not sent. `estimate` says why it is none that is sure. */
export function Money({ usd, missing = 'No price is known', estimate }: { usd: string | null; missing?: string; estimate?: string | undefined }) {
  if (usd === null) return <span title={missing}>{formatMoney(usd)}</span>;
  const exact = formatMoneyExact(usd);
  return <span title={estimate === undefined ? exact : `${exact}. ${estimate}`}>{approximate(estimate !== undefined, formatMoney(usd))}</span>;
}
