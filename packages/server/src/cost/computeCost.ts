/**
 * The cost of one call: pure, exact, rounded once.
 *
 * `input` is the whole prompt and `output` the whole answer; the other counts are parts of these two. Every
 * token is charged once, in the most particular class it is known to be in:
 *
 *     (input − read − write − audio − image) × p_input + read × p_read + write × p_write + …
 *     + (output − reasoning − audio) × p_output + reasoning × p_reasoning + … + 1 × p_request
 *
 * - A class without a price of its own is charged at: one-hour cache writes → cache writes → input; cache
 *   reads, audio and image input → input; reasoning and audio output → output.
 * - Parts larger than their whole are cut to what is left of it, in the order read, one-hour write, write,
 *   audio, image, and reasoning, audio: no class is ever negative and the parts add up to the whole.
 * - A count that was not sent is a part of size zero: a prompt whose cached part is not told is charged as
 *   not cached.
 * - Both input and output must be known, unless the side that is missing is free: half a price would be summed
 *   up as if it were the whole. A total without a split is never halved. An embedding has input only, so its
 *   total is its input, and output tokens are not charged.
 * - A context tier holds for the whole call, by the whole input.
 * - Fees per web search, image made, page read or hour of audio are not part of a call's tokens and not in here.
 */
import { divideHalfEven } from '@sightglass/contract/money';
import type { Usage } from '../normalise/canonicalSpan.ts';
import { type Price, RATE_CLASSES, type RateCard, type RateClass, type Rates } from './price.ts';

export interface CostOptions {
  kind: 'llm' | 'embedding';
  /** The provider's service tier as the call reports it. */
  serviceTier: string | null;
}

export interface CostLine {
  class: RateClass;
  /** Tokens; 1 for `perRequest`. */
  quantity: number;
  /** Pico-dollars per million that were charged, after fallback. */
  rate: bigint;
  /** quantity × rate: millionths of a pico-dollar (1e-18 USD), exact. */
  microPicoUsd: bigint;
}

/** Why a call that has a price has no cost. */
export type NoCostReason = 'no-usage' | 'total-without-split' | 'input-unknown' | 'output-unknown' | 'no-rate';

export type CostComputation =
  | {
      ok: true;
      /** The exact sum of the lines, rounded half-even to 1e-12 USD. */
      costPicoUsd: bigint;
      /** Classes with tokens in them, in the order of `RATE_CLASSES`. */
      lines: CostLine[];
      /** Context threshold that was passed, in input tokens. */
      aboveInputTokens: number | null;
      /** The service tier whose rates were used; null for the standard ones. */
      serviceTier: string | null;
      /** True when the call names a service tier that the book has no rates for: the standard ones stood in. */
      tierUnknown: boolean;
    }
  | { ok: false; reason: NoCostReason };

/** Millionths in one unit: rates are per million. */
const PER_MILLION = 1_000_000n;
const STANDARD_TIERS: ReadonlySet<string> = new Set(['', 'default', 'standard', 'standard_only', 'auto', 'on_demand']);

export function computeCost(usage: Usage, price: Price, { kind, serviceTier }: CostOptions): CostComputation {
  const { card, tier, tierUnknown } = cardOf(price, serviceTier);
  const total = tokens(usage.totalTokens);
  const input = kind === 'embedding' ? (tokens(usage.inputTokens) ?? total) : tokens(usage.inputTokens);
  const output = kind === 'embedding' ? 0 : tokens(usage.outputTokens);
  if (input === null && (output === null || kind === 'embedding')) return { ok: false, reason: total === null ? 'no-usage' : 'total-without-split' };

  const contextTier = card.contextTiers.findLast((each) => input !== null && input > each.aboveInputTokens);
  const rates = contextTier?.rates ?? card.rates;
  if (input === null && (rates.input !== 0n || card.contextTiers.length > 0)) return { ok: false, reason: 'input-unknown' };
  if (output === null && rates.output !== 0n) return { ok: false, reason: 'output-unknown' };

  const sizes = partSizes(usage, input ?? 0, output ?? 0);
  const lines: CostLine[] = [];
  let sum = 0n;
  for (const name of RATE_CLASSES) {
    const quantity = sizes[name];
    if (quantity === 0) continue;
    const rate = rateOf(rates, name);
    if (rate === null) return { ok: false, reason: 'no-rate' };
    if (rate === 0n && name === 'perRequest') continue;
    const microPicoUsd = BigInt(quantity) * rate;
    sum += microPicoUsd;
    lines.push({ class: name, quantity, rate, microPicoUsd });
  }
  return {
    ok: true,
    costPicoUsd: divideHalfEven(sum, PER_MILLION),
    lines,
    aboveInputTokens: contextTier?.aboveInputTokens ?? null,
    serviceTier: tier,
    tierUnknown,
  };
}

function cardOf(price: Price, serviceTier: string | null): { card: RateCard; tier: string | null; tierUnknown: boolean } {
  const name = serviceTier?.trim().toLowerCase() ?? '';
  if (STANDARD_TIERS.has(name)) return { card: price, tier: null, tierUnknown: false };
  const card = price.serviceTiers.get(name);
  return card === undefined ? { card: price, tier: null, tierUnknown: true } : { card, tier: name, tierUnknown: false };
}

/** A count as sent; null for what cannot be one, so that hostile numbers are "not sent" rather than an exception. */
function tokens(count: number | null): number | null {
  return count !== null && Number.isSafeInteger(count) && count >= 0 ? count : null;
}

/** How many tokens of the call are in each class; the parts of input and of output add up to the whole. */
function partSizes(usage: Usage, input: number, output: number): Record<RateClass, number> {
  // Some clients send the one-hour part alone; it is part of the writes either way.
  const write1h = sizeOf(usage.cacheWrite1hTokens);
  const write5m = Math.max(0, sizeOf(usage.cacheWriteTokens) - write1h);

  let left = input;
  const cacheRead = Math.min(left, sizeOf(usage.cacheReadTokens));
  left -= cacheRead;
  const cacheWrite1h = Math.min(left, write1h);
  left -= cacheWrite1h;
  const cacheWrite = Math.min(left, write5m);
  left -= cacheWrite;
  const audioInput = Math.min(left, sizeOf(usage.audioInputTokens));
  left -= audioInput;
  const imageInput = Math.min(left, sizeOf(usage.imageInputTokens));
  left -= imageInput;

  const reasoning = Math.min(output, sizeOf(usage.reasoningTokens));
  const audioOutput = Math.min(output - reasoning, sizeOf(usage.audioOutputTokens));
  return {
    input: left,
    cacheRead,
    cacheWrite,
    cacheWrite1h,
    audioInput,
    imageInput,
    output: output - reasoning - audioOutput,
    reasoning,
    audioOutput,
    perRequest: 1,
  };
}

function sizeOf(count: number | null): number {
  return tokens(count) ?? 0;
}

/** The rate that a class is charged at; null when neither it nor what stands in for it has a price. */
function rateOf(rates: Rates, name: RateClass): bigint | null {
  switch (name) {
    case 'cacheWrite1h':
      return rates.cacheWrite1h ?? rates.cacheWrite ?? rates.input;
    case 'cacheRead':
    case 'cacheWrite':
    case 'audioInput':
    case 'imageInput':
      return rates[name] ?? rates.input;
    case 'reasoning':
    case 'audioOutput':
      return rates[name] ?? rates.output;
    case 'perRequest':
      return rates.perRequest ?? 0n;
    default:
      return rates[name];
  }
}
