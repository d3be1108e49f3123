import type { QuerySource } from '@sightglass/contract/querySpec';
import type { SearchText } from '../routing/searchText.ts';

/** One way to narrow a list. Names are those of the URL and of the API. */
interface FacetBase {
  name: string;
  label: string;
  /** Always on the page, or behind "More". */
  primary: boolean;
}

/** Any of several values; `field` is what the catalogue is asked for to suggest them. */
export interface ValueFacet extends FacetBase {
  kind: 'values';
  field: string;
}
/** One of a fixed list, or any of `several`. `verb` stands between the label and the choice; default `is`. */
export interface ChoiceFacet extends FacetBase {
  kind: 'choice';
  options: readonly string[];
  several?: boolean;
  verb?: string;
}
/** A least amount; `steps` are offered, any other may be typed. */
export interface LeastFacet extends FacetBase {
  kind: 'least';
  unit: 'ms' | 'usd';
  steps: readonly string[];
}
/** An id that one comes with, from a link or a row; it cannot be chosen from a list. */
export interface IdFacet extends FacetBase {
  kind: 'id';
  primary: false;
  /** What it is called where it is shown as an active filter; the id itself when absent. */
  nameOf?: (id: string) => string;
}
export type Facet = ValueFacet | ChoiceFacet | LeastFacet | IdFacet;

/** A list that can be narrowed. */
export interface FilteredList {
  /** What one item of it is: `trace`. */
  noun: string;
  /** What the search box looks into: `names, inputs, outputs, errors`. Absent: the list cannot be searched. */
  searched?: string;
  facets: readonly Facet[];
  /** What the catalogue is asked for to suggest values, with how many items have each. */
  source: QuerySource;
  measure: string;
}

export const valuesFacet = (name: string, label: string, primary: boolean): ValueFacet => ({ kind: 'values', name, label, primary, field: name });

export const SEARCH_LENGTH_MAX = 200;
const DECIMAL = { ms: /^\d+(\.\d+)?$/, usd: /^\d+(\.\d{1,12})?$/ } as const;

/** The filters of a URL that the API accepts, by name; values that it would refuse are left out, so a mangled link still opens. */
export function activeFilters({ facets, searched }: Pick<FilteredList, 'facets' | 'searched'>, search: SearchText): Record<string, string> {
  const active: Record<string, string> = {};
  for (const facet of facets) {
    const value = search[facet.name];
    if (value !== undefined && isAllowed(facet, value)) active[facet.name] = value;
  }
  if (searched !== undefined && search.q !== undefined && search.q.trim() !== '') active.q = search.q.slice(0, SEARCH_LENGTH_MAX);
  return active;
}

function isAllowed(facet: Facet, value: string): boolean {
  if (facet.kind === 'choice') return facet.several === true ? areAllowed(facet.options, splitValues(value)) : facet.options.includes(value);
  if (facet.kind === 'least') return DECIMAL[facet.unit].test(value);
  return value.trim() !== '' && value.length <= 500;
}

const areAllowed = (options: readonly string[], values: readonly string[]) => values.length > 0 && values.every((value) => options.includes(value));

/** The API reads a comma as "or", so a value that holds one cannot be asked for. */
export function canFilterBy(value: string): boolean {
  return value !== '' && !value.includes(',') && value === value.trim();
}

/** The single values of a filter. */
export function splitValues(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

/** The filter with one value more, or one less if it was there; undefined when none is left. */
export function toggleValue(text: string | undefined, value: string): string | undefined {
  const before = splitValues(text);
  const after = before.includes(value) ? before.filter((each) => each !== value) : [...before, value];
  return after.length === 0 ? undefined : after.join(',');
}

/** Reads a typed least amount: milliseconds as `1500`, `1.5s`, `200ms`, `2m`; dollars as `0.1` or `$0.10`. Undefined when it cannot be read. */
export function readLeast(typed: string, unit: 'ms' | 'usd'): string | undefined {
  const text = typed.trim().replace(/^\$\s*/, '');
  if (unit === 'usd') return DECIMAL.usd.test(text) ? text : undefined;
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min)?$/.exec(text);
  if (match === null) return undefined;
  const factor = match[2] === 's' ? 1000 : match[2] === 'm' || match[2] === 'min' ? 60_000 : 1;
  return String(Math.round(Number(match[1]) * factor * 1000) / 1000);
}

/** Words of the API as a person reads them: `agent_run` → `agent run`. */
export function choiceWords(value: string): string {
  return value.replaceAll('_', ' ').replace('http', 'HTTP').replace('llm', 'LLM').replace('websocket', 'WebSocket');
}
