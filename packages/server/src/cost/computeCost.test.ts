import { formatUsd, parseUsd } from '@sightglass/contract/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CostOptions, computeCost } from './computeCost.ts';
import { RATE_CLASSES, type Price } from './price.ts';
import { priceOf, ratesOf, tierOf } from './testing/prices.ts';
import { sumOfTerms } from './testing/rational.ts';
import { usageOf } from './testing/usage.ts';

const LLM: CostOptions = { kind: 'llm', serviceTier: null };
const EMBEDDING: CostOptions = { kind: 'embedding', serviceTier: null };
const gpt4o = priceOf({ input: '2.5', cacheRead: '1.25', output: '10' });

function usd(usage: Parameters<typeof usageOf>[0], price: Price, options = LLM): string {
  const cost = computeCost(usageOf(usage), price, options);
  return cost.ok ? formatUsd(cost.costPicoUsd) : cost.reason;
}

describe('what a call is charged', () => {
  it.each([
    ['input and output', { inputTokens: 1000, outputTokens: 100 }, '0.0035'],
    ['cached input at its own rate', { inputTokens: 2000, cacheReadTokens: 1280, outputTokens: 300 }, '0.0064'],
    ['a cache larger than the prompt as the whole prompt', { inputTokens: 100, cacheReadTokens: 500, outputTokens: 0 }, '0.000125'],
    ['writes without a rate as input', { inputTokens: 100, cacheWriteTokens: 40, outputTokens: 0 }, '0.00025'],
    ['reasoning without a rate as output', { inputTokens: 0, outputTokens: 50, reasoningTokens: 40 }, '0.0005'],
    ['a call of no tokens', { inputTokens: 0, outputTokens: 0 }, '0'],
  ])('%s', (_name, usage, expected) => {
    expect(usd(usage, gpt4o)).toBe(expected);
  });

  it('charges five-minute and one-hour writes apart', () => {
    const claude = priceOf({ input: '3', cacheRead: '0.3', cacheWrite: '3.75', cacheWrite1h: '6', output: '15' });
    const usage = { inputTokens: 10_000, cacheReadTokens: 4000, cacheWriteTokens: 3000, cacheWrite1hTokens: 1000, outputTokens: 0 };
    // 3000 × 3 + 4000 × 0.3 + 2000 × 3.75 + 1000 × 6, per million
    expect(usd(usage, claude)).toBe('0.0237');
    expect(usd({ ...usage, cacheWriteTokens: null }, claude)).toBe('0.0222');
  });

  it('charges audio, images and reasoning by their own rates where the price has them', () => {
    const price = priceOf({ input: '1', audioInput: '10', imageInput: '5', output: '2', reasoning: '3', audioOutput: '20' });
    const usage = { inputTokens: 100, audioInputTokens: 10, imageInputTokens: 20, outputTokens: 100, reasoningTokens: 30, audioOutputTokens: 20 };
    expect(usd(usage, price)).toBe('0.00086');
  });

  it('adds the fee of a request', () => {
    expect(usd({ inputTokens: 1000, outputTokens: 1000 }, priceOf({ input: '1', output: '1', perRequest: '12000' }))).toBe('0.014');
  });

  it('charges the whole call at the rate of the context tier that its input passes', () => {
    const price = priceOf({ input: '1.25', output: '10' }, { contextTiers: [tierOf(200_000, { input: '2.5', output: '15' })] });
    expect(usd({ inputTokens: 200_000, outputTokens: 1000 }, price)).toBe('0.26');
    expect(usd({ inputTokens: 200_001, outputTokens: 1000 }, price)).toBe('0.5150025');
  });

  it('takes the rates of the service tier, and says when it has none', () => {
    const price = priceOf(
      { input: '2', output: '8' },
      { serviceTiers: new Map([['flex', { rates: ratesOf({ input: '1', output: '4' }), contextTiers: [] }]]) },
    );
    const usage = usageOf({ inputTokens: 1_000_000, outputTokens: 0 });
    expect(computeCost(usage, price, { kind: 'llm', serviceTier: 'Flex' })).toMatchObject({
      costPicoUsd: parseUsd('1'),
      serviceTier: 'flex',
      tierUnknown: false,
    });
    expect(computeCost(usage, price, { kind: 'llm', serviceTier: 'default' })).toMatchObject({
      costPicoUsd: parseUsd('2'),
      serviceTier: null,
      tierUnknown: false,
    });
    expect(computeCost(usage, price, { kind: 'llm', serviceTier: 'priority' })).toMatchObject({ costPicoUsd: parseUsd('2'), tierUnknown: true });
  });

  it('charges an embedding for its input alone, and takes its total for it', () => {
    const price = priceOf({ input: '0.02' });
    expect(usd({ inputTokens: 1000 }, price, EMBEDDING)).toBe('0.00002');
    expect(usd({ totalTokens: 1000 }, price, EMBEDDING)).toBe('0.00002');
    expect(usd({ inputTokens: 1000, outputTokens: 7 }, price, EMBEDDING)).toBe('0.00002');
  });
});

describe('what has no cost', () => {
  it.each([
    ['nothing sent', {}, 'no-usage'],
    ['a total without a split', { totalTokens: 500 }, 'total-without-split'],
    ['no output count', { inputTokens: 500 }, 'output-unknown'],
    ['no input count', { outputTokens: 500 }, 'input-unknown'],
    ['hostile numbers', { inputTokens: Number.NaN, outputTokens: -5 }, 'no-usage'],
    ['numbers beyond 2^53 and fractions', { inputTokens: 1e300, outputTokens: 1.5 }, 'no-usage'],
  ])('%s', (_name, usage, reason) => {
    expect(usd(usage, gpt4o)).toBe(reason);
  });

  it('an embedding without any count', () => {
    expect(usd({}, priceOf({ input: '0.02' }), EMBEDDING)).toBe('no-usage');
  });

  it('output tokens on a price that has no output rate', () => {
    expect(usd({ inputTokens: 5, outputTokens: 5 }, priceOf({ input: '0.02' }))).toBe('no-rate');
  });

  it('unless the side that is missing is free', () => {
    const free = priceOf({ input: '0', output: '0' });
    expect(usd({ inputTokens: 500 }, free)).toBe('0');
    expect(usd({ outputTokens: 500 }, free)).toBe('0');
    expect(usd({ inputTokens: 1000 }, priceOf({ input: '1', output: '0' }))).toBe('0.001');
  });
});

const count = fc.option(fc.oneof(fc.nat(50), fc.nat(300_000), fc.nat({ max: 2 ** 45 })), { nil: null });
const rate = fc.option(
  fc.tuple(fc.nat(200), fc.nat(999_999_999_999)).map(([whole, fraction]) => `${whole}.${String(fraction).padStart(12, '0')}`),
  { nil: undefined },
);
const usage = fc.record({
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheWriteTokens: count,
  cacheWrite1hTokens: count,
  reasoningTokens: count,
  audioInputTokens: count,
  audioOutputTokens: count,
  imageInputTokens: count,
  totalTokens: count,
});
const dollars = fc.record({
  input: rate.map((each) => each ?? '1.000000000001'),
  output: rate.map((each) => each ?? '3.5'),
  cacheRead: rate,
  cacheWrite: rate,
  cacheWrite1h: rate,
  audioInput: rate,
  imageInput: rate,
  reasoning: rate,
  audioOutput: rate,
});
type Dollars = Parameters<typeof ratesOf>[0];
const known = (rates: Record<string, string | undefined>): Dollars =>
  Object.fromEntries(Object.entries(rates).filter(([, value]) => value !== undefined));

describe('arithmetic', () => {
  it('equals an independent exact computation in 10 000 random calls', () => {
    fc.assert(
      fc.property(usage, dollars, (counts, rates) => {
        const cost = computeCost(usageOf(counts), priceOf(known(rates)), LLM);
        fc.pre(cost.ok);
        // Ask for the class sizes in another way: what is left of the whole after each part, front to back.
        const input = counts.inputTokens ?? 0;
        const output = counts.outputTokens ?? 0;
        const write1h = counts.cacheWrite1hTokens ?? 0;
        const bounds = [
          counts.cacheReadTokens ?? 0,
          write1h,
          Math.max(0, (counts.cacheWriteTokens ?? 0) - write1h),
          counts.audioInputTokens ?? 0,
          counts.imageInputTokens ?? 0,
        ];
        const ends = bounds.map((_, index) =>
          Math.min(
            input,
            bounds.slice(0, index + 1).reduce((a, b) => a + b, 0),
          ),
        );
        const sizes = ends.map((end, index) => end - (ends[index - 1] ?? 0));
        const reasoning = Math.min(output, counts.reasoningTokens ?? 0);
        const audio = Math.min(output - reasoning, counts.audioOutputTokens ?? 0);
        const expected = sumOfTerms([
          { count: input - (ends.at(-1) ?? 0), usdPerMillion: rates.input },
          { count: sizes[0] ?? 0, usdPerMillion: rates.cacheRead ?? rates.input },
          { count: sizes[1] ?? 0, usdPerMillion: rates.cacheWrite1h ?? rates.cacheWrite ?? rates.input },
          { count: sizes[2] ?? 0, usdPerMillion: rates.cacheWrite ?? rates.input },
          { count: sizes[3] ?? 0, usdPerMillion: rates.audioInput ?? rates.input },
          { count: sizes[4] ?? 0, usdPerMillion: rates.imageInput ?? rates.input },
          { count: output - reasoning - audio, usdPerMillion: rates.output },
          { count: reasoning, usdPerMillion: rates.reasoning ?? rates.output },
          { count: audio, usdPerMillion: rates.audioOutput ?? rates.output },
        ]);
        expect(formatUsd(cost.costPicoUsd)).toBe(expected);
      }),
      { numRuns: 10_000 },
    );
  });

  it('splits a call into parts that add up to the whole, none of them negative', () => {
    fc.assert(
      fc.property(usage, dollars, (counts, rates) => {
        const cost = computeCost(usageOf(counts), priceOf(known(rates)), LLM);
        fc.pre(cost.ok);
        const size = (classes: readonly string[]) =>
          cost.lines.filter((line) => classes.includes(line.class)).reduce((sum, line) => sum + line.quantity, 0);
        expect(size(['input', 'cacheRead', 'cacheWrite', 'cacheWrite1h', 'audioInput', 'imageInput'])).toBe(counts.inputTokens ?? 0);
        expect(size(['output', 'reasoning', 'audioOutput'])).toBe(counts.outputTokens ?? 0);
        expect(cost.lines.every((line) => line.quantity > 0 && line.microPicoUsd >= 0n)).toBe(true);
        const order = cost.lines.map((line) => RATE_CLASSES.indexOf(line.class));
        expect(order).toEqual([...order].sort((a, b) => a - b));
      }),
      { numRuns: 2000 },
    );
  });

  it('rounds once, half to even: two lines of half a pico-dollar are one pico-dollar', () => {
    const price = priceOf({ input: '0.0000005', output: '0.0000005' });
    expect(computeCost(usageOf({ inputTokens: 1, outputTokens: 0 }), price, LLM)).toMatchObject({ costPicoUsd: 0n });
    expect(computeCost(usageOf({ inputTokens: 1, outputTokens: 1 }), price, LLM)).toMatchObject({ costPicoUsd: 1n });
    expect(computeCost(usageOf({ inputTokens: 3, outputTokens: 0 }), price, LLM)).toMatchObject({ costPicoUsd: 2n });
  });

  it('sums a million calls of $0.000000123 to $0.123 exactly', () => {
    const price = priceOf({ input: '0.123', output: '1' });
    const cost = computeCost(usageOf({ inputTokens: 1, outputTokens: 0 }), price, LLM);
    let sum = 0n;
    for (let call = 0; call < 1_000_000; call += 1) sum += cost.ok ? cost.costPicoUsd : 0n;
    expect(formatUsd(sum)).toBe('0.123');
  });
});
