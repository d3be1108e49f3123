/** How model names are written by clients, and what may be taken off one without changing what it names. */

/** No provider's model name comes near; a longer one is hostile and is not searched for. */
export const MODEL_NAME_LENGTH_MAX = 256;

/**
 * Lower case, without a resource path: `models/gemini-2.5-pro`, `publishers/google/models/…` and
 * `projects/…/models/…` all name what comes last. Undefined when there is no usable name.
 */
export function normaliseModelName(raw: string): string | undefined {
  if (raw.length > MODEL_NAME_LENGTH_MAX) return undefined;
  const name = raw.trim().toLowerCase();
  const path = /^(?:models\/|publishers\/[^/]+\/models\/|projects\/.+\/models\/)(.+)$/.exec(name);
  const bare = path?.[1] ?? name;
  return bare === '' ? undefined : bare;
}

const DATE_AT_END = /^(.+)[-@](?:20\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))$/;

/** The name without the date of its release, or undefined when it ends in none: `gpt-4o-2024-08-06` → `gpt-4o`. */
export function withoutDate(name: string): string | undefined {
  return DATE_AT_END.exec(name)?.[1];
}

/** `openai/gpt-4o`, `openai:gpt-4o` → vendor and the rest; undefined when the name has no such prefix. */
export function splitVendor(name: string): { vendor: string; model: string } | undefined {
  const match = /^([a-z0-9._-]+)[/:](.+)$/.exec(name);
  const [, vendor, model] = match ?? [];
  return vendor === undefined || model === undefined ? undefined : { vendor, model };
}

/** `us.anthropic.claude-…-v1:0`, `amazon.nova-…`, also inside an ARN: a form that only Bedrock has. */
const BEDROCK =
  /^(?:arn:aws[a-z-]*:bedrock:.*\/)?(?:[a-z]{2,6}(?:-gov)?\.)?(?:ai21|amazon|anthropic|cohere|deepseek|google|meta|mistral|moonshot|nvidia|openai|qwen|writer)\.[a-z]/;

export function isBedrockName(name: string): boolean {
  return BEDROCK.test(name);
}
