import { NewPriceSchema, type NewPriceInput } from '@sightglass/contract/price';
import { describe, expect, it } from 'vitest';
import { bundledPriceIndex } from '../cost/bundledPrices.ts';
import { computeCost } from '../cost/computeCost.ts';
import { createPriceBook, indexPrices } from '../cost/priceBook.ts';
import { ns } from '../cost/testing/prices.ts';
import { usageOf } from '../cost/testing/usage.ts';
import { bundledNamesOf } from './bundledNames.ts';
import { overridePrices, type StoredPrice } from './overridePrice.ts';
import { priceItem } from './priceItem.ts';

const bundled = bundledPriceIndex();
const stored = (id: string, sent: NewPriceInput): StoredPrice => ({
  id,
  content: NewPriceSchema.parse(sent),
  createdAt: new Date(0),
  createdBy: null,
  retiredAt: null,
});
const pricesOf = (...sent: NewPriceInput[]) =>
  overridePrices(
    sent.map((each, i) => stored(`prc_${i}`, each)),
    bundledNamesOf(bundled),
  );
const only = (sent: NewPriceInput) => {
  const [price] = pricesOf(sent);
  if (price === undefined) throw new Error('no price');
  return price;
};

describe('a price that was sent', () => {
  it('is taken as it is written, as a number or as text, and shown again the same', () => {
    const price = only({ provider: 'OpenAI', model: ' GPT-4o ', input_per_mtok: 0.1, output_per_mtok: '0.000000000001', per_request: '0.0025' });
    expect(priceItem(price)).toMatchObject({
      provider: 'openai',
      model: 'gpt-4o',
      input_per_mtok: '0.1',
      output_per_mtok: '0.000000000001',
      per_request: '0.0025',
      reasoning_per_mtok: null,
    });
  });

  it.each([-1, '1000001', '0.0000000000001', 'abc', '', 'NaN', 'Infinity', '1'.repeat(41)])('is refused with a rate of %s', (rate) => {
    expect(NewPriceSchema.safeParse({ provider: 'a', model: 'b', input_per_mtok: rate }).success).toBe(false);
  });
  it.each([0, '0', '1000000', '1e-6', '0.000000000001'])('may have a rate of %s', (rate) => {
    expect(NewPriceSchema.safeParse({ provider: 'a', model: 'b', input_per_mtok: rate }).success).toBe(true);
  });

  it('charges a tier by its own rates, and by those of the price where it has none', () => {
    const price = only({
      provider: 'acme',
      model: 'm',
      input_per_mtok: '1',
      output_per_mtok: '4',
      context_tiers: [{ above_input_tokens: 100, input_per_mtok: '2' }],
      service_tiers: { Batch: { input_per_mtok: '0.5' } },
    });
    const usage = (inputTokens: number) => usageOf({ inputTokens, outputTokens: 10 });
    const cost = (inputTokens: number, serviceTier: string | null) => {
      const computed = computeCost(usage(inputTokens), price, { kind: 'llm', serviceTier });
      return computed.ok ? computed.costPicoUsd : computed.reason;
    };
    expect(cost(100, null)).toBe(100n * 1_000_000n + 10n * 4_000_000n);
    expect(cost(101, null)).toBe(101n * 2_000_000n + 10n * 4_000_000n);
    expect(cost(100, 'batch')).toBe(100n * 500_000n + 10n * 4_000_000n);
  });

  it('ends where the next of its model begins, whatever the order they were sent in', () => {
    const base = { provider: 'acme', model: 'm', input_per_mtok: '1' };
    const march = { ...base, effective_from: '2026-03-01T00:00:00Z' };
    const june = { ...base, effective_from: '2026-06-01T00:00:00Z', effective_to: '2026-07-01T00:00:00Z' };
    const ends = (...sent: NewPriceInput[]) => pricesOf(...sent).map(({ effectiveToNs }) => effectiveToNs);
    expect(ends(base, march, june)).toEqual([ns('2026-03-01T00:00:00Z'), ns('2026-06-01T00:00:00Z'), ns('2026-07-01T00:00:00Z')]);
    expect(ends(june, march, base)).toEqual([ns('2026-07-01T00:00:00Z'), ns('2026-06-01T00:00:00Z'), ns('2026-03-01T00:00:00Z')]);
    expect(ends(base, { ...march, model: 'other' })).toEqual([null, null]);
  });

  it('holds under every name that the bundled book knows for its model, and for no other model', () => {
    const book = createPriceBook(indexPrices([only({ provider: 'openai', model: 'gpt-4o', input_per_mtok: '1', output_per_mtok: '1' })]), bundled);
    const origin = (model: string) => book.find({ provider: 'openai', model, atNs: ns('2026-11-01T00:00:00Z') })?.price.origin;
    expect(['gpt-4o', 'gpt-4o-2024-08-06', 'gpt-4o-2024-11-20'].map(origin)).toEqual(['override', 'override', 'override']);
    expect(['gpt-4o-mini', 'gpt-4o-mini-2024-07-18', 'gpt-4.1'].map(origin)).toEqual(['bundled', 'bundled', 'bundled']);
  });
});
