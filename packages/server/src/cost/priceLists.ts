/**
 * Whose price list holds for a provider, and who sells what. The one table about providers in pricing:
 * the ids are those of `normaliseProvider`, `sourceId` is the bundled data's name where it differs.
 */
import { normaliseProvider } from '../normalise/providers.ts';
import { isBedrockName } from './modelName.ts';

interface PriceList {
  provider: string;
  sourceId?: string;
  /** Further spellings that clients use and that `normaliseProvider` leaves alone. */
  spellings?: readonly string[];
  /** Names that nobody but this vendor, and who resells it, gives to a model: enough to know the vendor by. */
  ownModels?: (model: string) => boolean;
  /** Sells other vendors' models under the vendors' own names; `sells` lists those at the vendors' prices (the source's fallbacks). */
  reseller?: boolean;
  sells?: readonly string[];
}

/** Models of a workspace's own: no bundled rows. */
export const CUSTOM_LIST = 'custom';

const names = (expression: RegExp) => (model: string) => expression.test(model);

export const PRICE_LISTS: readonly PriceList[] = [
  { provider: 'anthropic', ownModels: names(/^claude/) },
  { provider: 'aws.bedrock', sourceId: 'aws', ownModels: isBedrockName, reseller: true },
  { provider: 'azure', reseller: true, sells: ['openai', 'anthropic', 'deepseek', 'xai', 'moonshotai'] },
  { provider: 'cerebras', spellings: ['cerebras_ai', 'cerebras-ai'] },
  { provider: 'cloudflare', spellings: ['workers-ai', 'workersai', 'cloudflare-workers-ai'], ownModels: names(/^@cf\//) },
  {
    provider: 'cohere',
    spellings: ['cohere_ai', 'cohere-ai', 'cohere_chat'],
    ownModels: names(/^(?:command|embed-(?:v\d|english|multilingual)|c4ai-)/),
  },
  { provider: 'cursor', reseller: true },
  { provider: 'deepinfra', spellings: ['deep_infra', 'deep-infra'] },
  // Not all of `deepseek*`: the distilled models are served by many and by DeepSeek itself by none.
  { provider: 'deepseek', spellings: ['deepseek_ai', 'deepseekai'], ownModels: names(/^deepseek-(?:chat|reasoner|v\d)/) },
  { provider: 'fireworks', spellings: ['fireworks_ai', 'fireworks-ai', 'fireworksai'], ownModels: names(/^accounts\/fireworks\//) },
  { provider: 'github-copilot', spellings: ['github_copilot', 'copilot'], reseller: true },
  { provider: 'google', ownModels: names(/^gemini/), reseller: true, sells: ['anthropic'] },
  { provider: 'groq', spellings: ['groqcloud', 'groq_cloud'] },
  { provider: 'mistral', ownModels: names(/^(?:labs-)?(?:(?:mi|code|dev|magi|mini)stral|mixtral|pixtral|voxtral|open-(?:mistral|mixtral))/) },
  { provider: 'minimax', ownModels: names(/^minimax-m/) },
  { provider: 'moonshotai', spellings: ['moonshot', 'moonshot-ai', 'kimi'], ownModels: names(/^(?:kimi|moonshot)/) },
  { provider: 'ollama', spellings: ['ollama_chat', 'ollama-ai-provider', 'chatollama'] },
  // The `gpt-oss` weights are open and served by many.
  {
    provider: 'openai',
    ownModels: names(/^(?:ft:)?(?:gpt-(?!oss)|chatgpt-|o[134](?:-|$)|text-embedding-(?:3|ada)|codex-|computer-use)/),
  },
  { provider: 'openrouter', spellings: ['open_router', 'open-router'], reseller: true },
  { provider: 'perplexity', spellings: ['perplexity_ai', 'perplexity-ai', 'perplexityai'], ownModels: names(/^sonar/) },
  { provider: 'quicksilverpro', reseller: true },
  { provider: 'together', spellings: ['together_ai', 'together-ai', 'togetherai'] },
  { provider: 'voyageai', spellings: ['voyage', 'voyage_ai', 'voyage-ai'], ownModels: names(/^voyage-/) },
  { provider: 'xai', sourceId: 'x-ai', ownModels: names(/^grok-/) },
  { provider: 'zai', spellings: ['z-ai', 'z_ai'] },
  { provider: 'zhipuai', spellings: ['zhipu', 'zhipu_ai', 'zhipu-ai'] },
];

/** Libraries and gateways that some clients put in the provider's place. They have no prices of their own. */
const NO_PRICE_LIST: ReadonlySet<string> = new Set([
  'gateway',
  'helicone',
  'langchain',
  'litellm',
  'litellm_proxy',
  'llamaindex',
  'llm',
  'portkey',
  'vercel',
  'vercel_ai_gateway',
]);

/** Providers behind which, whatever they are called, another vendor's prefixed model may be: `openrouter` + `openai/gpt-4o`. */
const PASSES_VENDOR_PRICES: ReadonlySet<string> = new Set(['openrouter', 'openai']);

const bySpelling = new Map(
  PRICE_LISTS.flatMap((list) =>
    [list.provider, ...(list.sourceId === undefined ? [] : [list.sourceId]), ...(list.spellings ?? [])].map((name) => [name, list]),
  ),
);

/**
 * The provider whose prices hold for a call, from any spelling of its name; null when the name says nothing
 * about prices (none sent, a library, a gateway). A provider that is not in the table is its own price list.
 */
export function priceListOf(provider: string | null): string | null {
  const normalised = provider === null ? undefined : normaliseProvider(provider);
  if (normalised === undefined || NO_PRICE_LIST.has(normalised)) return null;
  return bySpelling.get(normalised)?.provider ?? normalised;
}

/** Price lists to search for a provider, the best first: its own, then those of the vendors it sells at their prices. */
export function listsToSearch(provider: string): string[] {
  return [provider, ...(bySpelling.get(provider)?.sells ?? [])];
}

/** The vendor that a model's name gives away, or undefined when it could be served by anyone. */
export function vendorOfModel(model: string): string | undefined {
  return PRICE_LISTS.find((list) => list.ownModels?.(model) === true)?.provider;
}

export function isReseller(provider: string): boolean {
  return bySpelling.get(provider)?.reseller === true;
}

/** True when a vendor-prefixed name (`anthropic/claude-…`) seen under `provider` is sold at that vendor's prices. */
export function passesVendorPrices(provider: string): boolean {
  return PASSES_VENDOR_PRICES.has(provider);
}
