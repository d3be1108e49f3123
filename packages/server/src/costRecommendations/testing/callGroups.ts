/** Groups of calls and samples as tests write them: everything but what a case is about has a usual value. */
import { usageOf } from '../../cost/testing/usage.ts';
import { createPriceBook, indexPrices } from '../../cost/priceBook.ts';
import { priceOf } from '../../cost/testing/prices.ts';
import type { Usage } from '../../normalise/canonicalSpan.ts';
import type { CallGroup, RepeatedCalls, SampledCall } from '../callGroup.ts';
import type { FindPrice } from '../priceAgain.ts';

export const PICO = 1_000_000_000_000n;

/** `dear` $10 in, $1 cached, $30 out a million; `cheap` a tenth of it; `uncached` no price for cached tokens; `written` pays for writes; `gratis` free. */
const BOOK = createPriceBook(
  indexPrices([
    priceOf({ input: '10', cacheRead: '1', output: '30' }, { model: 'dear' }),
    priceOf({ input: '1', cacheRead: '0.1', output: '3' }, { model: 'cheap' }),
    priceOf({ input: '10', output: '30' }, { model: 'uncached' }),
    priceOf({ input: '10', cacheRead: '1', cacheWrite: '12.5', output: '30' }, { model: 'written' }),
    priceOf({ input: '0', output: '0' }, { model: 'gratis' }),
  ]),
);
export const findPrice: FindPrice = BOOK.find;

const all = (size: number) => ({ size, successes: size });

/** 1 000 calls of `dear` by `bot` that cost $10, all of them well. */
export function groupOf(fields: Partial<CallGroup> = {}): CallGroup {
  const calls = fields.calls ?? 1_000;
  return {
    agentId: 'bot',
    provider: 'openai',
    model: 'dear',
    kind: 'llm',
    calls,
    answered: all(calls),
    untroubled: all(calls),
    callsWithTools: 0,
    inputTokensMedian: 1_000,
    estimatedCalls: 0,
    spentPicoUsd: 10n * PICO,
    failedPaidCalls: 0,
    failedPicoUsd: 0n,
    callsWithInput: calls,
    inputTokens: calls * 1_000,
    outputTokens: calls * 100,
    callsWithTokens: calls,
    cacheReadTokens: 0,
    callsTellingCache: calls,
    outputTokensMedian: 100,
    limited: null,
    sampleFromNs: 0n,
    traceIds: ['a'],
    failedTraceIds: ['f'],
    ...fields,
  };
}

export function repeatedOf(calls: number, picoUsd: bigint, fields: Partial<RepeatedCalls> = {}): RepeatedCalls {
  return { agentId: 'bot', provider: 'openai', model: 'dear', kind: 'llm', calls, picoUsd, inputs: 1, traceIds: ['r'], ...fields };
}

const NO_USAGE = usageOf({});

export const SECOND_NS = 1_000_000_000n;

/** So many calls, ten seconds apart, each with parts of its own. */
export function sampleOf(count: number, usage: Partial<Usage> = {}, partsOf: (i: number) => string[] = (i) => [`part ${i}`]): SampledCall[] {
  return Array.from({ length: count }, (_, i) => ({
    startNs: BigInt(i) * 10n * SECOND_NS,
    usage: { ...NO_USAGE, inputTokens: 1_000, outputTokens: 100, ...usage },
    serviceTier: null,
    parts: partsOf(i),
  }));
}
