/** Inputs that begin alike, call after call, and are paid for in full each time. */
import { computeCost } from '../../cost/computeCost.ts';
import type { CallGroup, SampledCall } from '../callGroup.ts';
import { callsFact, isShareOf, nameOfAgent, type RuleAnswer, ratioFact, tokensFact, usdFact } from '../finding.ts';
import { type CostPair, type FindPrice, priceAt, savedOf } from '../priceAgain.ts';
import { simulatePromptCache } from '../promptCache.ts';

/** Fewer calls may all come from one conversation. */
export const CACHE_CALLS_MIN = 50;
/** Shorter prefixes are not cached: Anthropic takes 1 024 tokens or more by model, OpenAI 1 024 ("Prompt caching" in the docs of both). */
export const CACHEABLE_TOKENS_MIN = 1_024;
/** Above it the cache is in use, and what is left is no matter of switching it on. */
export const CACHE_READ_SHARE_MAX = 0.1;
/** Where fewer calls would read from the cache, prefixes repeat by chance. */
export const READING_CALLS_SHARE_MIN = 0.3;
/** Less is within what the estimate of tokens by length of text may err. */
export const CACHING_SAVING_SHARE_MIN = 0.05;

/**
 * `sample`: the latest successful calls in order of start; `lengthOf`: characters of a part by its hash, undefined
 * when it is not stored. A part's tokens are the input's, shared by length.
 */
export function adviseOnPromptCaching(
  group: CallGroup,
  keptPicoUsd: bigint,
  sample: readonly SampledCall[],
  lengthOf: (part: string) => number | undefined,
  findPrice: FindPrice,
): RuleAnswer {
  if (group.kind !== 'llm' || group.inputTokens <= 0 || group.cacheReadTokens > group.inputTokens * CACHE_READ_SHARE_MAX) return null;
  if (group.callsWithInput === 0) return { missing: 'the inputs of the calls are not recorded' };
  const recorded = sample.filter(({ parts, usage }) => parts.length > 0 && (usage.inputTokens ?? 0) > 0);
  if (recorded.length < CACHE_CALLS_MIN)
    return { missing: `fewer than ${CACHE_CALLS_MIN} of the latest calls have their input and its tokens recorded` };
  const { pair, reading, readTokens, inputTokens, writesCost } = priceWithCache(group, recorded, lengthOf, findPrice);
  if (pair.calls < CACHE_CALLS_MIN || reading < pair.calls * READING_CALLS_SHARE_MIN) return null;
  const picoUsd = savedOf(keptPicoUsd, pair);
  if (!isShareOf(picoUsd, keptPicoUsd, CACHING_SAVING_SHARE_MIN)) return null;
  // A provider that caches by itself may have done so: where no call tells, nothing is known to be paid too much.
  const isUntold = group.callsTellingCache === 0 && !writesCost;
  return {
    finding: {
      kind: 'prompt_caching',
      group,
      title: `${nameOfAgent(group)} sends ${group.model} the same beginning again and again`,
      saving: isUntold ? null : { picoUsd, of: 'kept' },
      facts: [
        callsFact('sampled_calls', 'Latest calls looked at', pair.calls),
        callsFact('reading_calls', 'Of these begin like one of the five minutes before', reading),
        ratioFact('repeated_share', 'Share of their input that repeats', inputTokens === 0 ? 0 : readTokens / inputTokens),
        tokensFact('repeated_tokens_mean', 'Tokens that repeat in such a call, on average', Math.round(readTokens / reading)),
        ratioFact('cache_read_share', 'Share of input read from the cache today', group.cacheReadTokens / group.inputTokens),
        ratioFact('cache_told_share', 'Calls that tell whether the cache was used', group.callsTellingCache / group.calls),
        ...(isUntold ? [usdFact('untold_usd', 'Saved in the window, were the cache not in use yet', picoUsd)] : []),
      ],
      assumption: `Prefixes stay cached for five minutes after their last use, from ${CACHEABLE_TOKENS_MIN} tokens on; a part has as many of the input’s tokens as its length says.${
        isUntold
          ? ' No saving is claimed: no call tells its cached tokens, and the provider may have cached them already.'
          : group.callsTellingCache < group.calls
            ? ' Calls that do not tell cached tokens are taken as not cached.'
            : ''
      }`,
      advice: writesCost
        ? 'Mark the end of what repeats (tools, system prompt, history) with cache_control. What changes with every call, such as dates and ids, must stand after it.'
        : 'The provider caches by itself when the beginning of a prompt is equal to the letter: put tools, instructions and documents first, and dates, ids and the question last. Where it offers a cache key, send one for each agent.',
      traceIds: group.traceIds,
    },
  };
}

interface CachedCosts {
  pair: CostPair;
  reading: number;
  readTokens: number;
  inputTokens: number;
  /** The provider charges for writing to the cache: then it is switched on by the caller. */
  writesCost: boolean;
}

function priceWithCache(
  group: CallGroup,
  calls: readonly SampledCall[],
  lengthOf: (part: string) => number | undefined,
  findPrice: FindPrice,
): CachedCosts {
  const uses = simulatePromptCache(calls);
  const costs: CachedCosts = {
    pair: { calls: 0, nowPicoUsd: 0n, otherwisePicoUsd: 0n },
    reading: 0,
    readTokens: 0,
    inputTokens: 0,
    writesCost: false,
  };
  const seen = new Set<string>();
  for (const [index, { usage, parts, startNs, serviceTier }] of calls.entries()) {
    // What repeats as a whole is another recommendation's; here it would make the share of useful calls look larger.
    const whole = parts.join();
    if (seen.has(whole)) continue;
    seen.add(whole);
    const price = priceAt(group, startNs, findPrice);
    const tokensOf = tokensOfPrefix(parts, usage.inputTokens ?? 0, lengthOf);
    if (price === undefined || price.rates.cacheRead === null || tokensOf === undefined) continue;
    const { read, written } = uses[index] ?? { read: 0, written: 0 };
    const readTokens = tokensOf(read);
    const writtenTokens = Math.max(0, tokensOf(written) - readTokens);
    const cached = {
      ...usage,
      cacheReadTokens: Math.max(readTokens, usage.cacheReadTokens ?? 0),
      cacheWriteTokens: Math.max(writtenTokens, usage.cacheWriteTokens ?? 0),
    };
    const now = computeCost(usage, price, { kind: group.kind, serviceTier });
    const otherwise = computeCost(cached, price, { kind: group.kind, serviceTier });
    if (!now.ok || !otherwise.ok) continue;
    costs.pair.calls += 1;
    costs.pair.nowPicoUsd += now.costPicoUsd;
    costs.pair.otherwisePicoUsd += otherwise.costPicoUsd;
    costs.inputTokens += usage.inputTokens ?? 0;
    costs.readTokens += readTokens;
    if (readTokens > 0) costs.reading += 1;
    if (price.rates.cacheWrite !== null) costs.writesCost = true;
  }
  return costs;
}

/** Tokens of the first so many parts, 0 below what is cacheable; undefined when the length of a part is not known. */
function tokensOfPrefix(
  parts: readonly string[],
  inputTokens: number,
  lengthOf: (part: string) => number | undefined,
): ((count: number) => number) | undefined {
  const upTo = [0];
  for (const part of parts) {
    const length = lengthOf(part);
    if (length === undefined) return undefined;
    upTo.push((upTo.at(-1) ?? 0) + length);
  }
  const whole = upTo.at(-1) ?? 0;
  if (whole === 0) return undefined;
  return (count) => {
    const tokens = Math.floor((inputTokens * (upTo[count] ?? 0)) / whole);
    return tokens >= CACHEABLE_TOKENS_MIN ? tokens : 0;
  };
}
