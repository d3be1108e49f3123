import { formatUsd, parseUsd } from '@sightglass/contract/money';
import type { QueryFilter } from '@sightglass/contract/querySpec';
import type { RecomputeJob, RecomputeResult } from '@sightglass/contract/routes/pricing';
import { activeFilters, type FilteredList, splitValues, valuesFacet } from '../../filters/facets.ts';
import type { SearchText } from '../../routing/searchText.ts';
import { freezeRange, type TimeRange } from '../../time/timeRange.ts';
import { formatCount, formatQuantity } from '../../ui/formatCount.ts';
import { formatMoneyExact } from '../../ui/formatMoney.ts';

/** How one narrows the calls that are priced again. */
export const RECOMPUTED_CALLS: FilteredList = {
  noun: 'call',
  facets: [valuesFacet('model', 'Model', true), valuesFacet('provider', 'Provider', true), valuesFacet('agent_id', 'Agent', true)],
  source: 'spans',
  measure: 'calls',
};

/** Which calls to price again, in absolute times: what is applied is what was shown. */
export interface Recompute {
  from: string;
  to: string;
  filters: QueryFilter[];
  include_reported: boolean;
}

export function recomputeOf(search: SearchText, range: TimeRange, includeReported: boolean, nowMs: number): Recompute {
  const filters = Object.entries(activeFilters(RECOMPUTED_CALLS, search)).map(([field, text]) => ({
    field,
    op: 'in' as const,
    value: splitValues(text),
  }));
  return { ...freezeRange(range, nowMs), filters, include_reported: includeReported };
}

/** What is chosen, as a text: a result belongs to what was chosen when it was asked for. */
export function choiceKey(search: SearchText, range: TimeRange, includeReported: boolean): string {
  return JSON.stringify([activeFilters(RECOMPUTED_CALLS, search), range.from, range.to, includeReported]);
}

export function isJob(answer: RecomputeResult | RecomputeJob): answer is RecomputeJob {
  return 'job_id' in answer;
}

interface Amounts {
  before_usd: string;
  after_usd: string;
}

/** After less before, exactly: `+$0.0123`, `−$1.00`, `no change`. */
export function differenceWords({ before_usd, after_usd }: Amounts): string {
  const difference = (parseUsd(after_usd) ?? 0n) - (parseUsd(before_usd) ?? 0n);
  if (difference === 0n) return 'no change';
  return `${difference > 0n ? '+' : ''}${formatMoneyExact(formatUsd(difference))}`;
}

/** What would be done, or was, in two sentences. */
export function recomputeWords({ spans, changed, before_usd, after_usd, dry_run }: RecomputeResult): string {
  if (spans === 0) return 'No call in the range matches.';
  const calls = formatQuantity(spans, 'call');
  if (changed === 0) return `${calls}, and every cost is what the prices of now come to. Nothing ${dry_run ? 'would change' : 'was changed'}.`;
  const sums = `${formatMoneyExact(before_usd)} before, ${formatMoneyExact(after_usd)} after: ${differenceWords({ before_usd, after_usd })}.`;
  const which = changed < spans ? `${formatCount(changed)} of ${calls}` : spans === 1 ? 'The call' : `All ${calls}`;
  const other = dry_run ? 'would cost another amount' : changed === 1 ? 'costs another amount now' : 'cost another amount now';
  return `${which} ${other}. ${sums}`;
}

/** How far a job has come, from 0 to 1; null before it is known how much there is. */
export function progressOf({ done, remaining, state }: Pick<RecomputeJob, 'done' | 'remaining' | 'state'>): number | null {
  if (state === 'done') return 1;
  return done + remaining === 0 ? null : done / (done + remaining);
}
