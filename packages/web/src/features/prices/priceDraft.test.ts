import { NewPriceSchema } from '@sightglass/contract/price';
import { describe, expect, it } from 'vitest';
import {
  emptyPriceDraft,
  newContextTier,
  newServiceTier,
  type PriceDraft,
  priceBody,
  priceDraftOf,
  readMoment,
  serviceTierPointer,
} from './priceDraft.ts';
import { priceForTest, ratesForTest } from './priceForTest.ts';

const NOW_MS = Date.parse('2026-11-20T12:00:00Z');
const read = (draft: PriceDraft) => priceBody(draft, 'UTC', NOW_MS);
const bodyOf = (draft: PriceDraft) => {
  const result = read(draft);
  return 'body' in result ? NewPriceSchema.parse(result.body) : result.errors;
};
const errorsOf = (draft: PriceDraft) => {
  const result = read(draft);
  return 'errors' in result ? Object.fromEntries(result.errors.map(({ pointer, message }) => [pointer, message])) : {};
};
const MINE = emptyPriceDraft({ provider: 'custom', model: 'mine' });
const PRICED: PriceDraft = { ...MINE, rates: { ...MINE.rates, input_per_mtok: '1' } };

const OWN = priceForTest({
  origin: 'override',
  input_per_mtok: '0.000000000001',
  output_per_mtok: '10',
  context_tiers: [{ above_input_tokens: 200_000, ...ratesForTest({ input_per_mtok: '2.5' }) }],
  service_tiers: {
    'batch/night': {
      ...ratesForTest({ input_per_mtok: '0.6' }),
      context_tiers: [{ above_input_tokens: 128_000, ...ratesForTest({ output_per_mtok: '5' }) }],
    },
  },
  aliases: ['gpt-4o-2024-11-20'],
  patterns: ['gpt-4o-2025-*'],
  effective_from: '2026-08-01T00:00:00.123456789Z',
  source: 'contract of 2026',
});

describe('a price goes through the form', () => {
  it('of the workspace’s own whole, so that saving it replaces it', () => {
    expect(bodyOf(priceDraftOf(OWN))).toEqual({
      provider: 'openai',
      model: 'gpt-4o',
      input_per_mtok: '0.000000000001',
      output_per_mtok: '10',
      context_tiers: [{ above_input_tokens: 200_000, input_per_mtok: '2.5' }],
      service_tiers: { 'batch/night': { input_per_mtok: '0.6', context_tiers: [{ above_input_tokens: 128_000, output_per_mtok: '5' }] } },
      aliases: ['gpt-4o-2024-11-20'],
      patterns: ['gpt-4o-2025-*'],
      effective_from: '2026-08-01T00:00:00.123456789Z',
      note: 'contract of 2026',
    });
  });

  it('without the names that the bundled book knows for the model: they hold by themselves', () => {
    const known = priceForTest({ aliases: ['gpt-4o-latest'], patterns: ['/^gpt-4o-\\d+$/'] });
    const own = { ...OWN, aliases: [...OWN.aliases, ...known.aliases], patterns: [...known.patterns, ...OWN.patterns] };
    expect(priceDraftOf(own, [known])).toMatchObject({ aliases: 'gpt-4o-2024-11-20', patterns: 'gpt-4o-2025-*' });
  });

  it('of a bundled one without its dates, its source and its names', () => {
    const draft = priceDraftOf({ ...OWN, origin: 'bundled', effective_to: '2026-09-01T00:00:00Z' });
    expect(draft).toMatchObject({ provider: 'openai', effective_from: '', effective_to: '', note: '', aliases: '', patterns: '' });
  });
});

it.each([
  ['1.25', '1.25'],
  [' $ 0.15 ', '0.15'],
  ['0', '0'],
  ['1e-6', '1e-6'],
  ['1000000', '1000000'],
  ['0.000000000001', '0.000000000001'],
])('takes %j as a rate of %s dollars', (typed, input_per_mtok) => {
  expect(bodyOf({ ...MINE, rates: { ...MINE.rates, input_per_mtok: typed } })).toMatchObject({ input_per_mtok });
});

it.each([
  ['1,25', 'write a point before the cents, and no commas'],
  ['-1', 'must be dollars from 0 to 1,000,000'],
  ['1000000.01', 'must be dollars from 0 to 1,000,000'],
  ['free', 'must be dollars from 0 to 1,000,000'],
  ['0x10', 'must be dollars from 0 to 1,000,000'],
  ['0.0000000000001', 'may have 12 decimals'],
])('refuses the rate %j', (typed, message) => {
  expect(errorsOf({ ...PRICED, rates: { ...PRICED.rates, output_per_mtok: typed } })).toEqual({ '/output_per_mtok': message });
});

it('says what is missing, each at its place', () => {
  const draft = {
    ...emptyPriceDraft({}),
    context_tiers: [newContextTier()],
    service_tiers: [
      { ...newServiceTier(), name: 'batch' },
      { ...newServiceTier(), name: 'flex', context_tiers: [newContextTier()] },
    ],
    effective_from: 'soon',
  };
  expect(Object.keys(errorsOf(draft)).sort()).toEqual([
    '/context_tiers/0',
    '/context_tiers/0/above_input_tokens',
    '/effective_from',
    '/input_per_mtok',
    '/model',
    '/provider',
    '/service_tiers/batch/input_per_mtok',
    '/service_tiers/flex/context_tiers/0',
    '/service_tiers/flex/context_tiers/0/above_input_tokens',
  ]);
});

it('a service tier has a name, and one only once', () => {
  const tier = (name: string) => ({ ...newServiceTier(), name, rates: PRICED.rates });
  expect(errorsOf({ ...PRICED, service_tiers: [tier(' ')] })).toEqual({ '/service_tiers/': 'is missing: the name that calls report' });
  expect(errorsOf({ ...PRICED, service_tiers: [tier('batch'), tier(' batch ')] })).toEqual({ '/service_tiers/batch': 'stands here twice' });
});

it('the pointer of a service tier escapes what a JSON pointer must', () => {
  expect(serviceTierPointer(' a/b~c ')).toBe('/service_tiers/a~1b~0c');
});

it('a price does not end before it begins', () => {
  expect(errorsOf({ ...PRICED, effective_from: '2026-08-02', effective_to: '2026-08-01' })).toEqual({
    '/effective_to': 'must be later than the start',
  });
});

it.each([
  ['2026-08-01', 'UTC', '2026-08-01T00:00:00Z'],
  ['2026-08-01 09:30', 'Europe/Berlin', '2026-08-01T07:30:00Z'],
  ['now', 'UTC', '2026-11-20T12:00:00Z'],
  ['now-7d', 'UTC', '2026-11-13T12:00:00Z'],
  ['2026-08-01T00:00:00.5Z', 'UTC', '2026-08-01T00:00:00.5Z'],
  ['yesterday', 'UTC', undefined],
])('reads the moment %j in %s as %s', (typed, zone, moment) => {
  expect(readMoment(typed, zone, NOW_MS)).toBe(moment);
});
