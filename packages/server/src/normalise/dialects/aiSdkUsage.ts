/**
 * Token counts of the AI SDK, versions 4 to 7-legacy. Which version wrote a span shows in its keys:
 * `promptTokens` (4, and 5 without streaming), `inputTokens` (5 streaming, 6), `inputTokenDetails` (6, 7).
 * What the keys leave out stands in `ai.response.providerMetadata`, in the provider's own words.
 */
import { numberAt, firstNumber, objectAt, asObject, stringAt, toNumber } from '../attributes.ts';
import type { Usage } from '../canonicalSpan.ts';
import type { Attributes } from '../decodedSpan.ts';
import { makeUsage } from '../usage.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What providers tell beside the SDK's own counts. Undefined where they do not. */
export interface ProviderUsage {
  cacheRead: number | undefined;
  cacheWrite: number | undefined;
  cacheWrite1h: number | undefined;
  reasoning: number | undefined;
  /** The provider's own input count where it is known to leave cache reads and writes out. */
  inputWithoutCache: number | undefined;
  /** The provider's own output count where it is known to leave reasoning out. */
  outputWithoutReasoning: number | undefined;
  /** True for providers whose input has neither cache reads nor writes in it: Anthropic, and Bedrock, which counts as Anthropic does. */
  countsCacheApart: boolean;
  serviceTier: string | undefined;
}

/** Reads `{<provider>: {…}}`; the provider's name varies (`google`, `vertex`), its field names do not. */
export function providerUsageAt(attributes: Attributes): ProviderUsage {
  const found: ProviderUsage = {
    cacheRead: undefined,
    cacheWrite: undefined,
    cacheWrite1h: undefined,
    reasoning: undefined,
    inputWithoutCache: undefined,
    outputWithoutReasoning: undefined,
    countsCacheApart: false,
    serviceTier: undefined,
  };
  const metadata = objectAt(attributes, 'ai.response.providerMetadata');
  if (metadata === undefined) return found;
  for (const [name, value] of Object.entries(metadata)) {
    const block = asObject(value);
    if (block !== undefined) readProvider(name, block, found);
  }
  return found;
}

function readProvider(name: string, block: Fields, found: ProviderUsage): void {
  const usage = asObject(block.usage) ?? {};
  const gemini = asObject(block.usageMetadata) ?? {};
  const byDuration = asObject(usage.cache_creation) ?? {};
  found.cacheRead ??= firstCount(
    usage.cache_read_input_tokens,
    block.cacheReadInputTokens,
    usage.cacheReadInputTokens,
    block.cachedPromptTokens,
    block.promptCacheHitTokens,
    gemini.cachedContentTokenCount,
  );
  found.cacheWrite ??= firstCount(
    usage.cache_creation_input_tokens,
    block.cacheCreationInputTokens,
    usage.cacheWriteInputTokens,
    usage.cacheCreationInputTokens,
  );
  found.cacheWrite1h ??= firstCount(byDuration.ephemeral_1h_input_tokens);
  found.reasoning ??= firstCount(block.reasoningTokens, gemini.thoughtsTokenCount);
  found.inputWithoutCache ??= firstCount(usage.input_tokens);
  found.outputWithoutReasoning ??= firstCount(gemini.candidatesTokenCount);
  found.countsCacheApart ||= name === 'anthropic' || name === 'bedrock';
  const tier = block.serviceTier ?? block.service_tier ?? usage.service_tier;
  if (typeof tier === 'string' && tier !== '') found.serviceTier ??= tier;
}

function firstCount(...values: readonly unknown[]): number | undefined {
  for (const value of values) {
    const count = toNumber(value);
    if (count !== undefined) return count;
  }
  return undefined;
}

/** Versions 6 and later send details of the sums, and their sums include everything. */
const DETAIL_KEYS = [
  'ai.usage.inputTokenDetails.noCacheTokens',
  'ai.usage.inputTokenDetails.cacheReadTokens',
  'ai.usage.inputTokenDetails.cacheWriteTokens',
  'ai.usage.outputTokenDetails.textTokens',
  'ai.usage.outputTokenDetails.reasoningTokens',
];

/** Version 6 writes the old key names for `generateObject`, without details; where the request's headers were recorded they tell the version. */
function majorVersion(attributes: Attributes): number {
  const agent = stringAt(attributes, 'ai.request.headers.user-agent');
  return Number(/(?:^|\s)ai\/(\d{1,3})\./.exec(agent ?? '')?.[1] ?? 0);
}

/** Usage of a `doGenerate` or `doStream` span. `provider` is the raw name (`anthropic.messages`). */
export function callUsage(attributes: Attributes, provider: string | undefined, native: ProviderUsage): Usage | undefined {
  const input = firstNumber(attributes, ['ai.usage.inputTokens', 'ai.usage.promptTokens', 'gen_ai.usage.input_tokens']);
  const output = firstNumber(attributes, ['ai.usage.outputTokens', 'ai.usage.completionTokens', 'gen_ai.usage.output_tokens']);
  const includesAll = DETAIL_KEYS.some((key) => attributes.has(key)) || majorVersion(attributes) >= 6;
  const countsCacheApart = native.countsCacheApart || /anthropic|bedrock/.test(provider ?? '');
  const countsThoughtsApart = native.outputWithoutReasoning !== undefined || /google|vertex|gemini/.test(provider ?? '');

  return makeUsage({
    dialect: 'ai-sdk',
    reported: {
      input,
      output,
      total: numberAt(attributes, 'ai.usage.totalTokens'),
      cache_read:
        firstNumber(attributes, [
          'ai.usage.inputTokenDetails.cacheReadTokens',
          'ai.usage.cachedInputTokens',
          'gen_ai.usage.cache_read.input_tokens',
        ]) ?? native.cacheRead,
      cache_write:
        firstNumber(attributes, ['ai.usage.inputTokenDetails.cacheWriteTokens', 'gen_ai.usage.cache_creation.input_tokens']) ?? native.cacheWrite,
      cache_write_1h: native.cacheWrite1h,
      reasoning: firstNumber(attributes, ['ai.usage.outputTokenDetails.reasoningTokens', 'ai.usage.reasoningTokens']) ?? native.reasoning,
    },
    // The provider's own number settles it where it came along: a version 6 SDK may run a provider package of version 5.
    inputExcludesCache: countsCacheApart && (native.inputWithoutCache === undefined ? !includesAll : input === native.inputWithoutCache),
    outputExcludesReasoning:
      countsThoughtsApart && (native.outputWithoutReasoning === undefined ? !includesAll : output === native.outputWithoutReasoning),
  });
}

/** Usage of a `doEmbed` span: one number. */
export function embeddingUsage(attributes: Attributes): Usage | undefined {
  return makeUsage({ dialect: 'ai-sdk', reported: { input: firstNumber(attributes, ['ai.usage.tokens', 'gen_ai.usage.input_tokens']) } });
}
