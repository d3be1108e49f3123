import { formatMoney, formatMoneyExact } from './formatMoney.ts';

/** An amount with the digits that matter; the exact one on hover. Null is shown as not sent. */
export function Money({ usd, missing = 'No price is known' }: { usd: string | null; missing?: string }) {
  return <span title={usd === null ? missing : formatMoneyExact(usd)}>{formatMoney(usd)}</span>;
}
