import { formatDurationMs } from '../ui/formatDuration.ts';
import { formatMoney } from '../ui/formatMoney.ts';
import { choiceWords, type FilteredList, splitValues } from './facets.ts';

/** A filter as a sentence: `Agent is refund-agent`, `Duration at least 5.00 s`, `Text contains “refund”`. */
export function describeFilter({ facets }: Pick<FilteredList, 'facets'>, name: string, value: string): string {
  if (name === 'q') return `Text contains “${value}”`;
  const facet = facets.find((each) => each.name === name);
  if (facet === undefined) return `${name} is ${value}`;
  if (facet.kind === 'least') return `${facet.label} at least ${leastWords(value, facet.unit)}`;
  if (facet.kind === 'choice') return `${facet.label} ${facet.verb ?? 'is'} ${splitValues(value).map(choiceWords).join(' or ')}`;
  if (facet.kind === 'id') return `${facet.label} is ${facet.nameOf?.(value) ?? value}`;
  return `${facet.label} is ${splitValues(value).join(' or ')}`;
}

export function leastWords(value: string, unit: 'ms' | 'usd'): string {
  return unit === 'usd' ? formatMoney(value) : formatDurationMs(Number(value));
}
