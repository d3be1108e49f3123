import { formatUsd } from '@sightglass/contract/money';
import { describe, expect, it } from 'vitest';
import type { Price } from './price.ts';
import { readPriceData, type Supplement } from './priceData.ts';
import { ns } from './testing/prices.ts';

const EMPTY: Supplement = { about: '', models: [], withheld: [], service_tiers: [], cache_write_1h: [] };

type Rates = Record<string, unknown>;
function sourceOf(
  models: Array<{ id: string; free?: boolean; versions: Array<{ rates: Rates; start_date?: string; start_time?: string; end_time?: string }> }>,
  id = 'openai',
) {
  return {
    source: { name: 'prices', version: '1.0.0', license: 'MIT', url: 'https://example.test', published: '2026-01-01' },
    providers: [{ id, name: id, pricing_urls: [], models }],
  };
}

function only(prices: Price[]): Price {
  const [price, ...others] = prices;
  if (price === undefined || others.length > 0) throw new Error(`Expected one price, found ${prices.length}`);
  return price;
}

describe('price data', () => {
  it('becomes exact pico-dollars per million', () => {
    const price = only(
      readPriceData(
        sourceOf([{ id: 'M', versions: [{ rates: { input_mtok: '0.18000000000000002', output_mtok: '0.075', requests_kcount: '12' } }] }], 'x-ai'),
        EMPTY,
      ),
    );
    expect([price.provider, price.model, price.source]).toEqual(['xai', 'm', 'prices 1.0.0 (MIT)']);
    expect(price.rates.input).toBe(180_000_000_000n);
    expect(formatUsd(price.rates.output ?? 0n)).toBe('0.075');
    expect(formatUsd(price.rates.perRequest ?? 0n)).toBe('12000');
    expect(price.rates.cacheRead).toBeNull();
  });

  it('makes one call-wide tier of the tiers of each class', () => {
    const rates = {
      input_mtok: {
        base: '1',
        tiers: [
          { start: 300, price: '3' },
          { start: 100, price: '2' },
        ],
      },
      cache_read_mtok: '0.1',
      output_mtok: { base: '5', tiers: [{ start: 100, price: '6' }] },
    };
    const price = only(readPriceData(sourceOf([{ id: 'm', versions: [{ rates }] }]), EMPTY));
    const shown = price.contextTiers.map(({ aboveInputTokens, rates: tier }) => [
      aboveInputTokens,
      ...[tier.input, tier.cacheRead, tier.output].map((rate) => formatUsd(rate ?? -1n)),
    ]);
    expect(shown).toEqual([
      [100, '2', '0.1', '6'],
      [300, '3', '0.1', '6'],
    ]);
  });

  it('dates each version, and gives a daily window the dates of the version it follows', () => {
    const prices = readPriceData(
      sourceOf([
        {
          id: 'm',
          versions: [
            { rates: { input_mtok: '1' } },
            { rates: { input_mtok: '2' }, start_date: '2026-03-01' },
            { rates: { input_mtok: '3' }, start_time: '01:00:00Z', end_time: '04:30:00Z' },
            { rates: { input_mtok: '4' }, start_date: '2026-05-01' },
          ],
        },
      ]),
      EMPTY,
    );
    expect(
      prices.map(({ rates, effectiveFromNs, effectiveToNs, dailyWindow }) => [
        formatUsd(rates.input ?? 0n),
        effectiveFromNs,
        effectiveToNs,
        dailyWindow,
      ]),
    ).toEqual([
      ['1', null, ns('2026-03-01'), null],
      ['2', ns('2026-03-01'), ns('2026-05-01'), null],
      ['3', ns('2026-03-01'), ns('2026-05-01'), { fromSecond: 3600, toSecond: 16_200 }],
      ['4', ns('2026-05-01'), null, null],
    ]);
  });

  it('leaves out what calls cannot be charged by, and never takes an empty row for free unless it says so', () => {
    const models = [
      { id: 'whisper', versions: [{ rates: { audio_hours: '0.36' } }] },
      { id: 'painter', versions: [{ rates: { input_mtok: '1', output_mtok: '2', output_image_mtok: '30' } }] },
      { id: 'unknown', versions: [{ rates: {} }] },
      { id: 'gift', free: true, versions: [{ rates: {} }] },
    ];
    const price = only(readPriceData(sourceOf(models), EMPTY));
    expect([price.model, price.rates.input, price.rates.output]).toEqual(['gift', 0n, 0n]);
  });

  it('lets the supplement replace, withhold and complete rows', () => {
    const models = [
      { id: 'a', versions: [{ rates: { input_mtok: '1' } }] },
      { id: 'b', versions: [{ rates: { input_mtok: '1' } }] },
      { id: 'claude', versions: [{ rates: { input_mtok: '3', cache_write_mtok: '3.75', output_mtok: '15' } }] },
    ];
    const prices = readPriceData(sourceOf(models), {
      ...EMPTY,
      models: [{ provider: 'openai', id: 'A', versions: [{ rates: { input_mtok: '9' } }], source: 'a page' }],
      withheld: [{ provider: 'openai', models: ['b'], why: 'test' }],
      service_tiers: [{ provider: 'openai', names: ['batch'], divide_by: 2, source: 'a page' }],
      cache_write_1h: [{ providers: ['openai'], model_contains: 'claude', times_input: 2, source: 'a page' }],
    });
    expect(prices.map(({ model, rates }) => [model, formatUsd(rates.input ?? 0n)])).toEqual([
      ['claude', '3'],
      ['a', '9'],
    ]);
    const [claude] = prices;
    expect(formatUsd(claude?.rates.cacheWrite1h ?? 0n)).toBe('6');
    expect(formatUsd(claude?.serviceTiers.get('batch')?.rates.cacheWrite1h ?? 0n)).toBe('3');
  });

  it('refuses a price that is not plain decimal dollars, and a word it does not know', () => {
    expect(() => readPriceData(sourceOf([{ id: 'm', versions: [{ rates: { input_mtok: '-1' } }] }]), EMPTY)).toThrow();
    expect(() => readPriceData(sourceOf([{ id: 'm', versions: [{ rates: { input_mtok: '1e-7' } }] }]), EMPTY)).toThrow();
    expect(() => readPriceData(sourceOf([]), { ...EMPTY, discounts: [] })).toThrow();
  });
});

describe('the id of a price', () => {
  const price = (rates: Rates, provider = 'openai', match: Record<string, unknown> = {}, start?: string) =>
    readPriceData(sourceOf([{ id: 'm', ...match, versions: [{ rates, ...(start === undefined ? {} : { start_date: start }) }] }], provider), EMPTY)[0]
      ?.id;

  it('is the same for the same price, and keeps through new names and a successor', () => {
    const id = price({ input_mtok: '1' });
    expect(id).toMatch(/^prc_[0-9a-f]{24}$/);
    expect(price({ input_mtok: '1.0' })).toBe(id);
    expect(price({ input_mtok: '1' }, 'openai', { match: { starts_with: 'm' } })).toBe(id);
    const closed = readPriceData(
      sourceOf([{ id: 'm', versions: [{ rates: { input_mtok: '1' } }, { rates: { input_mtok: '2' }, start_date: '2026-01-01' }] }]),
      EMPTY,
    );
    expect(closed[0]?.id).toBe(id);
    expect(closed[1]?.id).not.toBe(id);
  });

  it('is another for another rate, provider or start', () => {
    const ids = [
      price({ input_mtok: '1' }),
      price({ input_mtok: '2' }),
      price({ input_mtok: '1', output_mtok: '0' }),
      price({ input_mtok: '1' }, 'azure'),
      price({ input_mtok: '1' }, 'openai', {}, '2026-01-01'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
