import type { CostBreakdown } from '@sightglass/contract/trace';
import { describe, expect, it } from 'vitest';
import { costSourceWords, costSumOf } from './costSum.ts';

const breakdown = (lines: CostBreakdown['lines'], total_usd: string): CostBreakdown => ({
  lines,
  total_usd,
  price_id: 'prc_1',
  price_model: 'gpt-4o',
  price_from: null,
  tier: null,
});

describe('costSumOf', () => {
  it('writes each line as a product, all amounts with the same digits', () => {
    const sum = costSumOf(
      breakdown(
        [
          { class: 'input', quantity: 1809, usd_per_million: '2.5', cost_usd: '0.0045225' },
          { class: 'cache_read', quantity: 1280, usd_per_million: '1.25', cost_usd: '0.0016' },
          { class: 'output', quantity: 456, usd_per_million: '10', cost_usd: '0.00456' },
        ],
        '0.0106825',
      ),
    );
    expect(sum).toEqual({
      lines: [
        { text: '1,809 input × $2.50 / M', usd: '$0.0045225' },
        { text: '1,280 cached × $1.25 / M', usd: '$0.0016000' },
        { text: '456 output × $10.00 / M', usd: '$0.0045600' },
      ],
      totalUsd: '$0.0106825',
      roundingUsd: null,
    });
  });

  it('shows a fee per request as one, and free models as free', () => {
    const sum = costSumOf(
      breakdown(
        [
          { class: 'request', quantity: 1, usd_per_million: '5000', cost_usd: '0.005' },
          { class: 'output', quantity: 3, usd_per_million: '0', cost_usd: '0' },
        ],
        '0.005',
      ),
    );
    expect(sum.lines.map((line) => line.text)).toEqual(['1 request × $0.005', '3 output × $0.00 / M']);
    expect(sum.lines[1]?.usd).toBe('$0.000');
  });

  it('says so when rounding the whole changed the last digit', () => {
    const sum = costSumOf(breakdown([{ class: 'input', quantity: 1, usd_per_million: '0.0375', cost_usd: '0.0000000375' }], '0.000000037501'));
    expect(sum.roundingUsd).toBe('$0.000000000001');
  });
});

describe('costSourceWords', () => {
  const span = { input_tokens: 5, output_tokens: null, request_model: 'mine', response_model: null } as const;
  it.each([
    ['reported', 'reported by the sender, not computed'],
    ['price_book', 'computed from the price book'],
    ['override', 'computed from a price of this workspace'],
    ['estimated', 'estimated, because the sender gave no full usage'],
    [null, 'not priced: no price is known for mine'],
  ] as const)('%j', (cost_source, words) => {
    expect(costSourceWords({ ...span, cost_source })).toBe(words);
  });

  it('does not blame the price book where no model was named or no tokens were reported', () => {
    expect(costSourceWords({ ...span, request_model: null, cost_source: null })).toBe('not priced: the sender named no model');
    expect(costSourceWords({ ...span, input_tokens: null, cost_source: null })).toBe('not priced: the sender reported no tokens');
  });
});
