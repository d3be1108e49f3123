import { formatUsd, parseUsd } from '@sightglass/contract/money';
import type { CostBreakdown, Span } from '@sightglass/contract/trace';
import { formatCount } from '../../../ui/formatCount.ts';
import { formatMoneyExact } from '../../../ui/formatMoney.ts';

type CostLine = CostBreakdown['lines'][number];

const CLASS_WORDS: Record<CostLine['class'], string> = {
  input: 'input',
  cache_read: 'cached',
  cache_write: 'cache write',
  cache_write_1h: 'cache write, kept 1 h',
  output: 'output',
  reasoning: 'reasoning',
  audio_input: 'audio input',
  audio_output: 'audio output',
  image_input: 'image input',
  request: 'request',
};

export interface CostSumLine {
  /** `1,280 cached × $1.25 / M` */
  text: string;
  /** Dollars with as many digits as every other amount of the sum, so that they can be added by eye. */
  usd: string;
}

export interface CostSum {
  lines: readonly CostSumLine[];
  totalUsd: string;
  /** What rounding the whole once takes or adds, null when the lines add up exactly. */
  roundingUsd: string | null;
}

/** The sum behind a cost, line by line. */
export function costSumOf(breakdown: CostBreakdown): CostSum {
  const amounts = [...breakdown.lines.map((line) => line.cost_usd), breakdown.total_usd].map((usd) => parseUsd(usd) ?? 0n);
  const digits = Math.max(2, ...amounts.map(fractionDigitsOf));
  const total = amounts[amounts.length - 1] ?? 0n;
  const rest = amounts.slice(0, -1).reduce((left, amount) => left - amount, total);
  return {
    lines: breakdown.lines.map((line, i) => ({ text: lineText(line), usd: fixedUsd(amounts[i] ?? 0n, digits) })),
    totalUsd: fixedUsd(total, digits),
    roundingUsd: rest === 0n ? null : fixedUsd(rest, 12),
  };
}

function lineText(line: CostLine): string {
  if (line.class === 'request')
    return `${formatCount(line.quantity)} ${line.quantity === 1 ? 'request' : 'requests'} × ${perUnit(line.usd_per_million)}`;
  return `${formatCount(line.quantity)} ${CLASS_WORDS[line.class]} × ${formatMoneyExact(line.usd_per_million)} / M`;
}

function perUnit(usdPerMillion: string): string {
  return formatMoneyExact(formatUsd((parseUsd(usdPerMillion) ?? 0n) / 1_000_000n));
}

function fractionDigitsOf(pico: bigint): number {
  return formatUsd(pico).split('.')[1]?.length ?? 0;
}

function fixedUsd(pico: bigint, digits: number): string {
  const [whole = '0', fraction = ''] = formatUsd(pico < 0n ? -pico : pico).split('.');
  return `${pico < 0n ? '−' : ''}$${whole}.${fraction.padEnd(digits, '0')}`;
}

/** Where a cost comes from, in words. */
export function costSourceWords(span: Pick<Span, 'cost_source' | 'input_tokens' | 'output_tokens' | 'request_model' | 'response_model'>): string {
  switch (span.cost_source) {
    case 'reported':
      return 'reported by the sender, not computed';
    case 'price_book':
      return 'computed from the price book';
    case 'override':
      return 'computed from a price of this workspace';
    case 'estimated':
      return 'estimated, because the sender gave no full usage';
    case null: {
      const model = span.response_model ?? span.request_model;
      if (span.input_tokens === null && span.output_tokens === null) return 'not priced: the sender reported no tokens';
      return model === null ? 'not priced: the sender named no model' : `not priced: no price is known for ${model}`;
    }
  }
}
