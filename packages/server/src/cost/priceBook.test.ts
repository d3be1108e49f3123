import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadBundledPrices } from './bundledPrices.ts';
import type { MatchRule } from './matchRule.ts';
import type { Price, PriceContent } from './price.ts';
import { createPriceBook, indexPrices } from './priceBook.ts';
import { ns, priceOf } from './testing/prices.ts';

const AT = ns('2026-11-20T12:00:00Z');

function named(model: string, content: Partial<PriceContent> = {}): Price {
  return priceOf({ input: String(model.length), output: '1' }, { model, ...content });
}

function modelFor(prices: readonly Price[], model: string, provider: string | null = 'openai'): string | undefined {
  return createPriceBook(indexPrices(prices)).find({ provider, model, atNs: AT })?.price.model;
}

const startsWith = (text: string): { match: MatchRule } => ({ match: { starts_with: text } });

describe('which price a name finds', () => {
  const family = [
    named('gpt-4o', startsWith('gpt-4o')),
    named('gpt-4', startsWith('gpt-4')),
    named('gpt-4o-mini', { match: { or: [{ equals: 'gpt-4o-small' }, { starts_with: 'gpt-4o-mini' }] } }),
    named('anything', startsWith('')),
    named('gpt-4o-audio', { match: { contains: '4o-audio-preview' } }),
  ];

  it.each([
    ['gpt-4o', 'gpt-4o', 'exact'],
    ['GPT-4o-Mini', 'gpt-4o-mini', 'exact'],
    ['gpt-4o-small', 'gpt-4o-mini', 'alias'],
    ['gpt-4o-mini-2024-07-18', 'gpt-4o-mini', 'pattern'],
    ['gpt-4o-2024-08-06', 'gpt-4o', 'pattern'],
    ['gpt-4o-audio-preview-2024-12-17', 'gpt-4o-audio', 'pattern'],
    ['gpt-4-turbo', 'gpt-4', 'pattern'],
    ['o99', 'anything', 'pattern'],
  ])('%s → %s (%s)', (name, model, matchedBy) => {
    const match = createPriceBook(indexPrices(family)).find({ provider: 'openai', model: name, atNs: AT });
    expect([match?.price.model, match?.matchedBy]).toEqual([model, matchedBy]);
  });

  it('counts a release date as part of no name', () => {
    const plain = [named('gpt-4o'), named('gpt-4o-mini'), named('gemini-2.5-pro')];
    expect(modelFor(plain, 'gpt-4o-mini-2031-01-01')).toBe('gpt-4o-mini');
    expect(modelFor(plain, 'gemini-2.5-pro@20310101')).toBe('gemini-2.5-pro');
    expect(modelFor(plain, 'gpt-4o-large')).toBeUndefined();
    expect(modelFor(plain, 'gpt-4o-2031-99-01')).toBeUndefined();
  });

  it('finds nothing for an unknown model, an unknown provider, and names that are none', () => {
    const prices = [named('gpt-4o')];
    expect(modelFor(prices, 'gpt-9')).toBeUndefined();
    expect(modelFor(prices, 'gpt-4o', 'nobody')).toBeUndefined();
    expect(modelFor(prices, '')).toBeUndefined();
    expect(modelFor(prices, '__proto__')).toBeUndefined();
    expect(modelFor([named('anything', startsWith(''))], 'x'.repeat(257))).toBeUndefined();
  });

  it('takes an override before a bundled price of the same name, whatever pattern the override also has', () => {
    const override = named('gpt-4o', { origin: 'override', ...startsWith('gpt-4o') });
    const book = createPriceBook(indexPrices([named('gpt-4o'), override, named('gpt-4o-mini')]));
    expect(book.find({ provider: 'openai', model: 'gpt-4o', atNs: AT })?.price).toBe(override);
    expect(book.find({ provider: 'openai', model: 'gpt-4o-mini', atNs: AT })?.price.origin).toBe('bundled');
  });

  it('prices a provider that has overrides only', () => {
    expect(modelFor([named('my-model', { provider: 'custom', origin: 'override' })], 'My-Model', 'custom')).toBe('my-model');
  });
});

describe('which version holds', () => {
  const old = named('m', { effectiveToNs: ns('2026-06-01') });
  const recent = priceOf({ input: '7', output: '1' }, { model: 'm', effectiveFromNs: ns('2026-06-01') });

  it('is the one in force when the call started', () => {
    const book = createPriceBook(indexPrices([recent, old]));
    const at = (time: string) => book.find({ provider: 'openai', model: 'm', atNs: ns(time) })?.price;
    expect(at('2026-05-31T23:59:59.999Z')).toBe(old);
    expect(at('2026-06-01T00:00:00Z')).toBe(recent);
  });

  it('is none before the first one starts, and never another model', () => {
    const book = createPriceBook(indexPrices([recent, priceOf({ input: '9', output: '9' }, { model: 'other', ...startsWith('m') })]));
    expect(book.find({ provider: 'openai', model: 'm', atNs: ns('2026-01-01') })).toBeUndefined();
  });

  it('falls through to the bundled price before an override starts', () => {
    const override = priceOf({ input: '1', output: '1' }, { model: 'm', origin: 'override', effectiveFromNs: ns('2026-07-01') });
    const book = createPriceBook(indexPrices([override, old, recent]));
    expect(book.find({ provider: 'openai', model: 'm', atNs: ns('2026-06-15') })?.price).toBe(recent);
    expect(book.find({ provider: 'openai', model: 'm', atNs: ns('2026-07-15') })?.price).toBe(override);
  });

  it('depends on the hour where a price has hours, also over midnight', () => {
    const day = named('m');
    const night = priceOf({ input: '0.5', output: '0.5' }, { model: 'm', dailyWindow: { fromSecond: 22 * 3600, toSecond: 2 * 3600 } });
    const book = createPriceBook(indexPrices([day, night]));
    const at = (time: string) => book.find({ provider: 'openai', model: 'm', atNs: ns(time) })?.price;
    expect([at('2026-05-01T21:59:59Z'), at('2026-05-01T22:00:00Z'), at('2026-05-02T01:59:59Z'), at('2026-05-02T02:00:00Z')]).toEqual([
      day,
      night,
      night,
      day,
    ]);
  });
});

describe('order', () => {
  it('never prices gpt-4o-mini-2024-07-18 as gpt-4o in 1000 shuffles of a book full of overlapping prices', () => {
    const prices = [
      named('gpt-4o', startsWith('gpt-4o')),
      named('gpt-4', startsWith('gpt-4')),
      named('gpt-4o-mini', startsWith('gpt-4o-mini')),
      named('gpt-4o-mini-audio', startsWith('gpt-4o-mini-audio')),
      named('any-4o', { match: { contains: '4o' } }),
      named('gpt', { match: { regex: '^gpt' } }),
      named('gpt-4o', { origin: 'override', ...startsWith('gpt-4o') }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(prices, { minLength: prices.length }), (shuffled) => {
        expect(modelFor(shuffled, 'gpt-4o-mini-2024-07-18')).toBe('gpt-4o-mini');
        expect(modelFor(shuffled, 'gpt-4o-2024-08-06')).toBe('gpt-4o');
      }),
      { numRuns: 1000 },
    );
  });

  it('of the bundled prices changes no answer', () => {
    const prices = loadBundledPrices();
    const names = [
      ['openai', 'gpt-4o-mini-2024-07-18'],
      ['openai', 'gpt-4o-2024-11-20'],
      [null, 'claude-sonnet-4-20250514'],
      ['aws.bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
      ['google', 'gemini-2.5-pro-preview-06-05'],
      ['azure', 'o4-mini-deep-research'],
      ['deepseek', 'deepseek-v4-pro'],
      ['ollama', 'llama3:8b'],
    ] as const;
    const answers = (book: ReturnType<typeof createPriceBook>) =>
      names.map(([provider, model]) => book.find({ provider, model, atNs: AT })?.price.id);
    const expected = answers(createPriceBook(indexPrices(prices)));
    expect(expected.every((id) => id !== undefined)).toBe(true);
    fc.assert(
      fc.property(fc.shuffledSubarray(prices, { minLength: prices.length }), (shuffled) => {
        expect(answers(createPriceBook(indexPrices(shuffled)))).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });

  it('never makes a mini what it is not, in 1 000 shuffles of the bundled prices with an own price for each', () => {
    const own = ['gpt-4o', 'gpt-4o-mini'].map((model) =>
      priceOf({ input: '1', output: '1' }, { model, origin: 'override', match: { or: [{ glob: `${model}-*` }, { equals: `${model}-latest` }] } }),
    );
    const prices = [...loadBundledPrices().filter(({ provider }) => provider === 'openai' || provider === 'azure'), ...own];
    const random = createRandom(7);
    for (let i = 0; i < 1_000; i++) {
      const book = createPriceBook(indexPrices(shuffled(prices, random)));
      for (const name of ['gpt-4o-mini-2024-07-18', 'gpt-4o-mini', 'gpt-4o-mini-2031-01-01']) {
        expect(book.find({ provider: 'openai', model: name, atNs: AT })?.price.model).toBe('gpt-4o-mini');
      }
      expect(book.find({ provider: 'openai', model: 'gpt-4o-2024-08-06', atNs: AT })?.price.model).toBe('gpt-4o');
    }
  });

  it('does not matter in books made of random overlapping patterns', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '-'), maxLength: 4 });
    const rule: fc.Arbitrary<MatchRule> = fc.oneof(
      text.map((value) => ({ starts_with: value })),
      text.map((value) => ({ contains: value })),
      text.map((value) => ({ ends_with: value })),
      text.map((value) => ({ equals: value })),
    );
    const price = fc
      .tuple(text, rule, fc.constantFrom('bundled' as const, 'override' as const))
      .map(([model, match, origin]) => named(`m${model}`, { match, origin }));
    fc.assert(
      fc.property(
        fc.array(price, { maxLength: 12 }),
        fc.string({ unit: fc.constantFrom('a', 'b', '-', 'm'), maxLength: 6 }),
        fc.integer(),
        (prices, name, seed) => {
          const rotated = [...prices.slice(Math.abs(seed) % (prices.length + 1)), ...prices.slice(0, Math.abs(seed) % (prices.length + 1))].reverse();
          const find = (list: readonly Price[]) => createPriceBook(indexPrices(list)).find({ provider: 'openai', model: name, atNs: AT });
          const [one, other] = [find(prices), find(rotated)];
          expect([one?.price.id, one?.matchedBy]).toEqual([other?.price.id, other?.matchedBy]);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

it('keeps answering while a hostile client invents names', () => {
  const book = createPriceBook(indexPrices([named('gpt-4o')]));
  for (let index = 0; index < 10_000; index += 1) expect(book.find({ provider: `p${index}`, model: `m${index}`, atNs: AT })).toBeUndefined();
  expect(book.find({ provider: 'openai', model: 'gpt-4o', atNs: AT })?.matchedBy).toBe('exact');
});

it('finds a price by its id', () => {
  const price = named('gpt-4o');
  const book = createPriceBook(indexPrices([price]));
  expect(book.byId(price.id)).toBe(price);
  expect(book.byId('prc_nothing')).toBeUndefined();
});

/** A generator of the linear congruential kind (Numerical Recipes): the same sequence on every run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const copy = [...items];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
  }
  return copy;
}

describe('a pattern with stars', () => {
  const find = (glob: string, name: string) =>
    createPriceBook(indexPrices([priceOf({ input: '1', output: '1' }, { provider: 'custom', model: 'never', match: { glob } })])).find({
      provider: 'anyone',
      model: name,
      atNs: AT,
    }) !== undefined;
  it.each([
    ['acme-*', 'acme-chat', true],
    ['acme-*', 'acme', false],
    ['*-chat', 'acme-chat', true],
    ['a*b*c', 'axxbxxc', true],
    ['a*b*c', 'axxcxxb', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['ab*ba', 'aba', false],
    ['*', 'anything', true],
    ['acme', 'acme', true],
    ['ACME-*', 'acme-x', true],
  ])('%s and %s: %s', (glob, name, expected) => expect(find(glob, name)).toBe(expected));

  it('takes no longer than its length, whatever it is matched against', () => {
    expect(find(`${'*a'.repeat(100)}*b`, 'a'.repeat(250))).toBe(false);
  });
});

describe('a model of one’s own', () => {
  const own = priceOf({ input: '1', output: '1' }, { provider: 'custom', model: 'acme-llm', origin: 'override' });
  const book = createPriceBook(indexPrices([own]), indexPrices(loadBundledPrices()));
  it.each([null, 'openai', 'vllm', 'custom', 'litellm'])('is found whatever provider the call tells: %s', (provider) => {
    expect(book.find({ provider, model: 'acme-llm', atNs: AT })?.price).toBe(own);
  });
  it('takes nothing from what others sell', () => {
    const all = priceOf({ input: '1', output: '1' }, { provider: 'custom', model: '*', match: { glob: '*' }, origin: 'override' });
    const find = (provider: string, model: string) =>
      createPriceBook(indexPrices([all]), indexPrices(loadBundledPrices())).find({ provider, model, atNs: AT });
    expect(find('openai', 'gpt-4o')?.price.origin).toBe('bundled');
    expect(find('openai', 'no-such-model')?.price).toBe(all);
  });
});
