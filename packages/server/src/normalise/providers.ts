/**
 * One name for one provider, whatever the client calls it (semconv.md, end of 4b): `openai.chat`,
 * `azure-openai`, `gcp.vertex_ai` and `MistralAI` all name a vendor that has one price list.
 */

/** First match wins; tested against the lower-case name. */
const FAMILIES: ReadonlyArray<readonly [provider: string, startsWith: readonly string[]]> = [
  ['azure', ['azure', 'az.ai.']],
  ['openai', ['openai']],
  ['anthropic', ['anthropic', 'claude']],
  ['google', ['google', 'gcp.', 'gcp_', 'vertex', 'gemini']],
  ['aws.bedrock', ['aws.bedrock', 'aws_bedrock', 'aws-bedrock', 'amazon-bedrock', 'amazon_bedrock', 'amazon.bedrock', 'bedrock']],
  ['xai', ['xai', 'x_ai', 'x-ai']],
  ['mistral', ['mistral']],
];

/** Names whose dot belongs to them; in all others what follows a dot is the API (`groq.chat`). */
const DOTTED = ['aws.', 'ibm.'];

/** Whole names that are another spelling of a provider. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['aws', 'aws.bedrock'],
  ['amazon', 'aws.bedrock'],
  ['moonshot_ai', 'moonshotai'],
]);

/** Names that say "none of the known ones", and frameworks that name themselves where the provider belongs. */
const NO_PROVIDER = new Set(['', '_other', 'unknown', 'undefined', 'null', 'langchain', 'langgraph']);

/** Spans repeat a handful of names; the map is cleared when a hostile client fills it. */
const known = new Map<string, string | undefined>();
const KNOWN_MAX = 1000;

/** The provider's one name in lower case, or undefined when the text names none. */
export function normaliseProvider(raw: string | undefined): string | undefined {
  if (raw === undefined) return undefined;
  if (known.has(raw)) return known.get(raw);
  const provider = normalise(raw.trim().toLowerCase());
  if (known.size >= KNOWN_MAX) known.clear();
  if (raw.length <= 100) known.set(raw, provider);
  return provider;
}

function normalise(name: string): string | undefined {
  if (NO_PROVIDER.has(name)) return undefined;
  const alias = ALIASES.get(name);
  if (alias !== undefined) return alias;
  for (const [provider, starts] of FAMILIES) {
    if (starts.some((start) => name.startsWith(start))) return provider;
  }
  if (DOTTED.some((start) => name.startsWith(start))) return name;
  const dot = name.indexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}
