import { formatQuantity } from '../../ui/formatCount.ts';
import { type Account, isWrong } from './outcomes.ts';

/** Whether anything was lost, in words. Duplicates and sampled items are as they should be and are said to be. */
export function verdictOf(account: Account): { wrong: boolean; words: string } {
  const { rejected, quarantined, refused_requests: refused, duplicate, sampled } = account;
  if (!isWrong(account)) return { wrong: false, words: duplicate + sampled === 0 ? 'Everything is stored' : 'Nothing was lost' };
  const parts = [
    ...(rejected > 0 ? [`${formatQuantity(rejected, 'item')} rejected`] : []),
    ...(quarantined > 0 ? [`${formatQuantity(quarantined, 'item')} in quarantine`] : []),
    ...(refused > 0 ? [`${formatQuantity(refused, 'request')} refused in the last hour`] : []),
  ];
  return { wrong: true, words: parts.join(', ') };
}
