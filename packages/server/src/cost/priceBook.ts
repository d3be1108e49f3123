/**
 * Finds the price of a call. The order in which prices were added never matters:
 *
 * 1. **The match that fixes the most characters of the name** wins. The model's own name (exact) and a further
 *    listed name (alias) fix them all. A name that ends in a release date also counts as a pattern made of the
 *    name without it: `gpt-4o-mini-2031-01-01` fixes 11 characters with `gpt-4o-mini`, 6 with a pattern `gpt-4o*`.
 * 2. The provider's own list goes before the lists of vendors whose models it sells.
 * 3. Exact before alias before pattern, override before bundled, then by provider, model and id.
 *
 * A price of the provider `custom` is for a model of one's own: it holds for a name that nothing else matches, whatever
 * provider the call tells.
 *
 * Of the model found, the version in force when the call started is taken. A call before the start of an
 * override falls through to the bundled price; one before the first bundled version stays unpriced.
 * What is not found is unpriced, never $0.
 */
import { compileRule, type NamePattern } from './matchRule.ts';
import { isBedrockName, normaliseModelName, splitVendor, withoutDate } from './modelName.ts';
import { isEffective, isFree, type Price } from './price.ts';
import { CUSTOM_LIST, isReseller, listsToSearch, passesVendorPrices, priceListOf, vendorOfModel } from './priceLists.ts';

export interface PriceQuery {
  /** In any spelling; null when the client names none: then the model's name must give its vendor away. */
  provider: string | null;
  model: string;
  /** When the call started, Unix nanoseconds. */
  atNs: bigint;
}

export interface PriceMatch {
  price: Price;
  matchedBy: 'exact' | 'alias' | 'pattern';
}

export interface PriceBook {
  find(query: PriceQuery): PriceMatch | undefined;
  byId(id: string): Price | undefined;
  readonly prices: readonly Price[];
}

/** Distinct (provider, model) pairs whose answer is kept; spans repeat a handful, a hostile client invents many. */
const CACHED_LOOKUPS_MAX = 4096;

export interface ProviderIndex {
  exact: Map<string, Price[]>;
  alias: Map<string, Price[]>;
  patterns: Array<{ pattern: NamePattern; price: Price }>;
}

interface Candidate extends PriceMatch {
  literalLength: number;
  /** Place of the price list in the search: 0 is the provider's own. */
  listRank: number;
}

/** Prices laid out for the search. Made once of the bundled ones and shared by the books of all workspaces. */
export interface PriceIndex {
  readonly prices: readonly Price[];
  readonly providers: ReadonlyMap<string, ProviderIndex>;
  readonly byId: ReadonlyMap<string, Price>;
  /** Providers that run a model themselves under a name; more than the vendor means that its weights are open. */
  readonly hosts: ReadonlyMap<string, ReadonlySet<string>>;
}

export function indexPrices(prices: readonly Price[]): PriceIndex {
  const providers = new Map<string, ProviderIndex>();
  const byId = new Map<string, Price>();
  const hosts = new Map<string, Set<string>>();
  for (const price of prices) {
    byId.set(price.id, price);
    const compiled = price.match === null ? { names: [], patterns: [] } : compileRule(price.match);
    const provider = indexOf(providers, price.provider);
    append(provider.exact, price.model, price);
    for (const name of new Set(compiled.names)) if (name !== price.model) append(provider.alias, name, price);
    for (const pattern of compiled.patterns) provider.patterns.push({ pattern, price });
    // A workspace that sets a price of its own does not make the weights of a model open.
    if (price.origin === 'bundled' && !isReseller(price.provider))
      for (const name of [price.model, ...compiled.names]) hosts.set(name, (hosts.get(name) ?? new Set()).add(price.provider));
  }
  return { prices, providers, byId, hosts };
}

/** A book over several indexes: the same as over one index of all their prices. */
export function createPriceBook(...indexes: readonly PriceIndex[]): PriceBook {
  /** Every price of these lists that matches the name, the best first. */
  function search(lists: readonly string[], name: string): Candidate[] {
    const candidates: Candidate[] = [];
    const undated = withoutDate(name);
    for (const [listRank, list] of lists.entries()) {
      const add = (found: readonly Price[] | undefined, matchedBy: PriceMatch['matchedBy'], literalLength: number) => {
        for (const price of found ?? []) candidates.push({ price, matchedBy, literalLength, listRank });
      };
      for (const { providers } of indexes) {
        const provider = providers.get(list);
        if (provider === undefined) continue;
        add(provider.exact.get(name), 'exact', name.length);
        add(provider.alias.get(name), 'alias', name.length);
        for (const { pattern, price } of provider.patterns) {
          if (pattern.matches(name)) add([price], 'pattern', Math.min(pattern.literalLength, name.length));
        }
        if (undated === undefined) continue;
        add(provider.exact.get(undated), 'pattern', undated.length);
        add(provider.alias.get(undated), 'pattern', undated.length);
      }
    }
    return candidates.sort(compareCandidates);
  }

  /** Prices by the model's name alone: only where the name gives the vendor away and nobody else runs such a model. */
  function searchVendor(vendor: string | undefined, name: string, sentName = name): Candidate[] {
    if (vendor === undefined) return [];
    const isHostedElsewhere = ({ hosts }: PriceIndex) =>
      [name, sentName].some((sent) => [...(hosts.get(sent) ?? [])].some((host) => host !== vendor));
    if (indexes.some(isHostedElsewhere)) return [];
    // Tags such as `llama3:8b` and `…:free` are those of Ollama and of gateways: a vendor's pattern is not meant for them.
    const tagged = name.includes(':') && !name.startsWith('ft:') && vendor !== 'aws.bedrock';
    return search([vendor], name).filter(({ price, matchedBy }) => !isFree(price) && !(tagged && matchedBy === 'pattern'));
  }

  function searchPrefixed(name: string, only?: string): Candidate[] {
    const split = splitVendor(name);
    if (split === undefined) return [];
    const vendor = priceListOf(split.vendor);
    if (vendor === null || (only !== undefined && vendor !== only)) return [];
    // The prefix alone is not enough: `google/gemma-…` names open weights that anyone may serve.
    return vendorOfModel(split.model) === vendor ? searchVendor(vendor, split.model, name) : [];
  }

  /** What nobody sells may be a model of one's own, wherever it is served. */
  const lookUp = (provider: string | null, name: string): Candidate[] => {
    const sold = lookUpSold(provider, name);
    return sold.length > 0 ? sold : search([CUSTOM_LIST], name);
  };

  function lookUpSold(provider: string | null, name: string): Candidate[] {
    const list = priceListOf(provider);
    if (list === null) {
      const byVendor = searchVendor(vendorOfModel(name), name);
      return byVendor.length > 0 ? byVendor : searchPrefixed(name);
    }
    const own = search(listsToSearch(list), name);
    if (own.length > 0) return own;
    const prefixed = searchPrefixed(name, passesVendorPrices(list) ? undefined : list);
    if (prefixed.length > 0) return prefixed;
    // A vendor's own SDK speaking to Bedrock calls itself by the vendor's name.
    return isBedrockName(name) && name.includes(`${list}.`) ? search(['aws.bedrock'], name) : [];
  }

  const cache = new Map<string, PriceMatch[]>();
  function versionsOf(provider: string | null, model: string): PriceMatch[] {
    const key = `${provider ?? ''}\n${model}`;
    const cached = cache.get(key);
    if (cached !== undefined) return cached;
    const name = normaliseModelName(model);
    if (name === undefined) return [];
    const versions = oneModel(lookUp(provider, name));
    if (cache.size >= CACHED_LOOKUPS_MAX) cache.clear();
    cache.set(key, versions);
    return versions;
  }

  return {
    prices: indexes.flatMap(({ prices }) => prices),
    byId: (id) => indexes.map(({ byId }) => byId.get(id)).find((price) => price !== undefined),
    find: ({ provider, model, atNs }) => versionsOf(provider, model).find(({ price }) => isEffective(price, atNs)),
  };
}

/** Cuts the list to one bundled model: after the first bundled price only further versions of the same model may follow. */
function oneModel(candidates: readonly Candidate[]): PriceMatch[] {
  let bundled: Price | undefined;
  const versions: PriceMatch[] = [];
  const seen = new Set<string>();
  for (const { price, matchedBy } of candidates) {
    if (bundled !== undefined && (price.provider !== bundled.provider || price.model !== bundled.model)) continue;
    if (bundled === undefined && price.origin === 'bundled') bundled = price;
    if (seen.has(price.id)) continue;
    seen.add(price.id);
    versions.push({ price, matchedBy });
  }
  return versions;
}

const MATCH_RANK = { exact: 0, alias: 1, pattern: 2 } as const;
const ORIGIN_RANK = { override: 0, bundled: 1 } as const;

/** Total: two different prices never compare as equal, so sorting leaves no trace of the order they came in. */
function compareCandidates(a: Candidate, b: Candidate): number {
  return (
    b.literalLength - a.literalLength ||
    a.listRank - b.listRank ||
    MATCH_RANK[a.matchedBy] - MATCH_RANK[b.matchedBy] ||
    ORIGIN_RANK[a.price.origin] - ORIGIN_RANK[b.price.origin] ||
    compareText(a.price.provider, b.price.provider) ||
    compareText(a.price.model, b.price.model) ||
    Number(a.price.dailyWindow === null) - Number(b.price.dailyWindow === null) ||
    compareStart(b.price, a.price) ||
    compareText(a.price.id, b.price.id)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By the start of validity; a price that holds since ever comes first. */
function compareStart(a: Price, b: Price): number {
  const from = a.effectiveFromNs ?? -1n;
  const other = b.effectiveFromNs ?? -1n;
  return from < other ? -1 : from > other ? 1 : 0;
}

function indexOf(index: Map<string, ProviderIndex>, provider: string): ProviderIndex {
  const existing = index.get(provider);
  if (existing !== undefined) return existing;
  const created: ProviderIndex = { exact: new Map(), alias: new Map(), patterns: [] };
  index.set(provider, created);
  return created;
}

function append(map: Map<string, Price[]>, name: string, price: Price): void {
  const prices = map.get(name);
  if (prices === undefined) map.set(name, [price]);
  else prices.push(price);
}
