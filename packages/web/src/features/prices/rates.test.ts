import type { PriceItem, RateName } from '@sightglass/contract/price';
import { expect, it } from 'vitest';
import { priceForTest, ratesForTest } from './priceForTest.ts';
import { chargedClasses, peculiarities, rateColumns, rateWords } from './rates.ts';

it.each<[RateName, string | null, boolean]>([
  ['input_per_mtok', '$2.50', true],
  ['cache_read_per_mtok', 'as input', false],
  ['cache_write_per_mtok', '$3.125', true],
  ['cache_write_1h_per_mtok', 'as cache write, 5 min', false],
  ['reasoning_per_mtok', 'as output', false],
  ['audio_output_per_mtok', 'as output', false],
  ['per_request', null, false],
])('%s is %s', (name, text, own) => {
  const rates = ratesForTest({ input_per_mtok: '2.5', output_per_mtok: '10', cache_write_per_mtok: '3.125' });
  expect(rateWords(rates, name)).toEqual(text === null ? null : { text, own });
});

it('a one-hour cache write falls back to input when there is no five-minute one', () => {
  expect(rateWords(ratesForTest({ input_per_mtok: '1' }), 'cache_write_1h_per_mtok')).toEqual({ text: 'as input', own: false });
});

it('a class that nothing stands in for has no words, a free one is $0', () => {
  expect(rateWords(ratesForTest({ input_per_mtok: '1' }), 'reasoning_per_mtok')).toBeNull();
  expect(rateWords(ratesForTest({ output_per_mtok: '0' }), 'output_per_mtok')).toEqual({ text: '$0.00', own: true });
});

const tiered: PriceItem = priceForTest({
  input_per_mtok: '1.25',
  context_tiers: [{ above_input_tokens: 200_000, ...ratesForTest({ input_per_mtok: '2.5', cache_read_per_mtok: '0.25' }) }],
  service_tiers: {
    batch: {
      ...ratesForTest({ input_per_mtok: '0.625' }),
      context_tiers: [{ above_input_tokens: 200_000, ...ratesForTest({ input_per_mtok: '1.25' }) }],
    },
  },
  daily_window: '00:30–08:30 UTC',
  aliases: ['a', 'b'],
  patterns: ['a-*'],
});

it('every set of rates has a column that says when it holds', () => {
  const columns = rateColumns(tiered);
  expect(columns.map(({ label, rates }) => [label, rates.input_per_mtok])).toEqual([
    ['Standard', '1.25'],
    ['over 200,000 input tokens', '2.5'],
    ['batch', '0.625'],
    ['batch, over 200,000 input tokens', '1.25'],
  ]);
  expect(chargedClasses(columns)).toEqual(['input_per_mtok', 'cache_read_per_mtok']);
});

it('what is unusual about a price is told in a few words', () => {
  expect(peculiarities(tiered)).toEqual(['1 context tier', 'batch', '00:30–08:30 UTC', '2 aliases', '1 pattern']);
  expect(peculiarities(priceForTest({}))).toEqual([]);
});
