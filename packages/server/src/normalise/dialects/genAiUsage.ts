/** Token counts under the `gen_ai.usage.*` names: those in force, the older ones, and the extras of single clients. */
import type { Attributes } from '../decodedSpan.ts';
import { firstNumber, numberAt, objectAt, asObject, ownProperty, toNumber } from '../attributes.ts';
import type { ReportedUsage, UsageField } from '../usage.ts';

const KEYS: { [field in UsageField]: readonly string[] } = {
  input: ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens'],
  output: ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens'],
  total: ['gen_ai.usage.total_tokens', 'llm.usage.total_tokens'],
  cache_read: [
    'gen_ai.usage.cache_read.input_tokens',
    'gen_ai.usage.cache_read_input_tokens',
    'gen_ai.usage.details.cache_read_tokens',
    'gen_ai.usage.details.cache_read_input_tokens',
    'gen_ai.usage.details.cached_tokens',
    'gen_ai.usage.prompt_tokens_details.cache_read',
  ],
  cache_write: [
    'gen_ai.usage.cache_creation.input_tokens',
    'gen_ai.usage.cache_creation_input_tokens',
    'gen_ai.usage.details.cache_write_tokens',
    'gen_ai.usage.details.cache_creation_input_tokens',
    'gen_ai.usage.prompt_tokens_details.cache_write',
  ],
  cache_write_1h: ['gen_ai.usage.cache_creation.ephemeral_1h_input_tokens', 'gen_ai.usage.details.ephemeral_1h_input_tokens'],
  reasoning: [
    'gen_ai.usage.reasoning.output_tokens',
    'gen_ai.usage.reasoning_tokens',
    'gen_ai.usage.details.reasoning_tokens',
    'gen_ai.usage.completion_tokens_details.reasoning',
    // AI SDK 7 with `usage: true`.
    'ai.usage.outputTokenDetails.reasoningTokens',
  ],
  audio_input: ['gen_ai.usage.audio.input_tokens', 'gen_ai.usage.details.input_audio_tokens'],
  audio_output: ['gen_ai.usage.audio.output_tokens', 'gen_ai.usage.details.output_audio_tokens', 'gen_ai.usage.completion_tokens_details.audio'],
  image_input: ['gen_ai.usage.image.input_tokens', 'gen_ai.usage.details.input_image_tokens'],
};
const FIELDS = Object.keys(KEYS) as UsageField[];

/** The counts as reported; an empty object when the span has none. */
export function reportedGenAiUsage(attributes: Attributes): ReportedUsage['reported'] {
  const reported: ReportedUsage['reported'] = {};
  for (const field of FIELDS) {
    const count = firstNumber(attributes, KEYS[field]);
    if (count !== undefined) reported[field] = count;
  }
  if ((reported.cache_write ?? 0) > 0 && reported.cache_write_1h === undefined) reported.cache_write_1h = oneHourWrites(attributes);
  return reported;
}

/** AI SDK 7 tells the one-hour part of Anthropic's cache writes only inside the provider's own usage block. */
function oneHourWrites(attributes: Attributes): number | undefined {
  const text = attributes.get('ai.response.providerMetadata');
  if (typeof text !== 'string' || !text.includes('ephemeral_1h_input_tokens')) return undefined;
  let object = objectAt(attributes, 'ai.response.providerMetadata');
  for (const key of ['anthropic', 'usage', 'cache_creation']) object = object === undefined ? undefined : asObject(ownProperty(object, key));
  return object === undefined ? undefined : toNumber(ownProperty(object, 'ephemeral_1h_input_tokens'));
}

/** Time to first token in ms; the keys hold seconds. */
export function genAiTimeToFirstTokenMs(attributes: Attributes, keys: readonly string[]): number | undefined {
  for (const key of keys) {
    const seconds = numberAt(attributes, key);
    if (seconds !== undefined && seconds >= 0) return seconds * 1_000;
  }
  return undefined;
}
