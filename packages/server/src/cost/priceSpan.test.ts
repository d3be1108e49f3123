import { parseUsd } from '@sightglass/contract/money';
import { SPAN_KINDS } from '@sightglass/contract/spanKinds';
import { CostBreakdownSchema } from '@sightglass/contract/trace';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPriceBook, indexPrices } from './priceBook.ts';
import { explainCost, type PriceableSpan, priceSpan } from './priceSpan.ts';
import { ns, priceOf, ratesOf, tierOf } from './testing/prices.ts';
import { usageOf } from './testing/usage.ts';

const gpt4o = priceOf({ input: '2.5', cacheRead: '1.25', output: '10' }, { model: 'gpt-4o' });
const mini = priceOf({ input: '0.15', cacheRead: '0.075', output: '0.6' }, { model: 'gpt-4o-mini' });
const privateModel = priceOf({ input: '1', output: '1' }, { provider: 'custom', model: 'ours', origin: 'override' });
const book = createPriceBook(indexPrices([gpt4o, mini, privateModel]));

function span(fields: Partial<PriceableSpan>): PriceableSpan {
  return {
    kind: 'llm',
    provider: 'openai',
    requestModel: 'gpt-4o',
    responseModel: null,
    usage: usageOf({ inputTokens: 1000, outputTokens: 1000 }),
    reportedCostPicoUsd: null,
    serviceTier: null,
    startNs: ns('2026-11-20T09:00:00Z'),
    ...fields,
  };
}

const UNPRICED = { costPicoUsd: null, costSource: null, priceId: null };

describe('the cost of a span', () => {
  it('comes from the price book', () => {
    expect(priceSpan(span({}), book)).toEqual({ costPicoUsd: parseUsd('0.0125'), costSource: 'price_book', priceId: gpt4o.id });
  });

  it('is the reported one where the sender reports it', () => {
    expect(priceSpan(span({ reportedCostPicoUsd: 7n }), book)).toEqual({ costPicoUsd: 7n, costSource: 'reported', priceId: null });
    expect(priceSpan(span({ reportedCostPicoUsd: 0n, usage: null }), book).costPicoUsd).toBe(0n);
    expect(priceSpan(span({ reportedCostPicoUsd: -1n }), book).costSource).toBe('price_book');
  });

  it('follows the model that answered, then the one that was asked for', () => {
    expect(priceSpan(span({ responseModel: 'gpt-4o-mini' }), book).priceId).toBe(mini.id);
    expect(priceSpan(span({ requestModel: 'my-deployment', responseModel: 'gpt-4o' }), book).priceId).toBe(gpt4o.id);
    expect(priceSpan(span({ responseModel: 'some-internal-name' }), book).priceId).toBe(gpt4o.id);
  });

  it('names an override and an estimate', () => {
    expect(priceSpan(span({ provider: 'custom', requestModel: 'ours' }), book)).toMatchObject({ costSource: 'override', priceId: privateModel.id });
    expect(priceSpan(span({ usage: usageOf({ inputTokens: 1, outputTokens: 1, estimated: true }) }), book).costSource).toBe('estimated');
    expect(priceSpan(span({ serviceTier: 'priority' }), book).costSource).toBe('estimated');
  });

  it.each([
    ['the model is unknown', { requestModel: 'gpt-99' }],
    ['no model is named', { requestModel: null }],
    ['no usage came', { usage: null }],
    ['only a total came', { usage: usageOf({ totalTokens: 2000 }) }],
    ['the output is not known', { usage: usageOf({ inputTokens: 2000 }) }],
  ])('is null, not zero, when %s', (_why, fields) => {
    expect(priceSpan(span(fields), book)).toEqual(UNPRICED);
  });

  it('is null on every kind that only repeats a call', () => {
    for (const kind of SPAN_KINDS) {
      if (kind === 'llm' || kind === 'embedding') continue;
      expect(priceSpan(span({ kind, reportedCostPicoUsd: 5n }), book)).toEqual(UNPRICED);
    }
  });
});

describe('the sum behind a cost', () => {
  it('has a line for each class with tokens in it', () => {
    const usage = usageOf({ inputTokens: 2006, cacheReadTokens: 1280, outputTokens: 300, reasoningTokens: 100 });
    expect(explainCost(usage, gpt4o, { kind: 'llm', serviceTier: null })).toEqual({
      lines: [
        { class: 'input', quantity: 726, usd_per_million: '2.5', cost_usd: '0.001815' },
        { class: 'cache_read', quantity: 1280, usd_per_million: '1.25', cost_usd: '0.0016' },
        { class: 'output', quantity: 200, usd_per_million: '10', cost_usd: '0.002' },
        { class: 'reasoning', quantity: 100, usd_per_million: '10', cost_usd: '0.001' },
      ],
      total_usd: '0.006415',
      price_id: gpt4o.id,
      price_model: 'gpt-4o',
      price_from: null,
      tier: null,
    });
  });

  it('names the tiers and the start of the price', () => {
    const card = { rates: ratesOf({ input: '1', output: '1' }), contextTiers: [tierOf(100, { input: '2', output: '2' })] };
    const price = priceOf({ input: '2', output: '2' }, { effectiveFromNs: ns('2026-03-13'), serviceTiers: new Map([['batch', card]]) });
    expect(explainCost(usageOf({ inputTokens: 101, outputTokens: 1 }), price, { kind: 'llm', serviceTier: 'batch' })).toMatchObject({
      tier: 'batch, above 100 input tokens',
      price_from: '2026-03-13T00:00:00.000Z',
      total_usd: '0.000204',
    });
  });

  it('is null where there is no cost', () => {
    expect(explainCost(usageOf({ inputTokens: 5 }), gpt4o, { kind: 'llm', serviceTier: null })).toBeNull();
  });

  it('adds up: the exact lines, rounded once, are the total that priceSpan stores', () => {
    const counts = fc.record({ inputTokens: fc.nat(), cacheReadTokens: fc.nat(), outputTokens: fc.nat(), reasoningTokens: fc.nat() });
    const dollars = fc.nat(999_999_999_999).map((fraction) => `3.${String(fraction).padStart(12, '0')}`);
    fc.assert(
      fc.property(counts, dollars, dollars, (sent, input, output) => {
        const price = priceOf({ input, output, cacheRead: '0.000000000001' }, { model: 'm' });
        const breakdown = CostBreakdownSchema.parse(explainCost(usageOf(sent), price, { kind: 'llm', serviceTier: null }));
        const atto = breakdown.lines.reduce((sum, line) => sum + attoOf(line.cost_usd), 0n);
        const [half, unit] = [500_000n, 1_000_000n];
        const total = attoOf(breakdown.total_usd);
        const distance = total > atto ? total - atto : atto - total;
        expect(total % unit).toBe(0n);
        expect(distance < half || (distance === half && (total / unit) % 2n === 0n)).toBe(true);
        const stored = priceSpan(span({ requestModel: 'm', usage: usageOf(sent) }), createPriceBook(indexPrices([price])));
        expect(stored.costPicoUsd).toBe(parseUsd(breakdown.total_usd));
      }),
      { numRuns: 1000 },
    );
  });
});

/** Exact 1e-18 dollars of a decimal text. */
function attoOf(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(18, '0'));
}
