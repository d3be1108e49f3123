import { type FilteredList, valuesFacet } from '../../filters/facets.ts';

/** What money can be told apart by. Names are those of the API. */
export const DIMENSIONS = [
  { name: 'agent_id', label: 'Agent' },
  { name: 'model', label: 'Model' },
  { name: 'provider', label: 'Provider' },
  { name: 'user_id', label: 'User' },
  { name: 'department', label: 'Department' },
  { name: 'session_id', label: 'Session' },
  { name: 'endpoint', label: 'Endpoint' },
  { name: 'environment', label: 'Environment' },
  { name: 'tag', label: 'Tag' },
] as const;
export type Dimension = (typeof DIMENSIONS)[number]['name'];

export const labelOf = (dimension: Dimension): string => DIMENSIONS.find(({ name }) => name === dimension)?.label ?? dimension;

/** A call can have several tags and is counted under each of them; of everything else it has one. */
export const isCountedSeveralTimes = (dimensions: readonly Dimension[]): boolean => dimensions.includes('tag');

/** What the trace list cannot be filtered by. */
export const isUnknownToTraces = (dimension: string): boolean => dimension === 'tag';

const PRIMARY: ReadonlySet<Dimension> = new Set(['agent_id', 'model', 'provider', 'user_id', 'department']);

/** How one narrows the calls whose cost is looked at. */
export const COST_LIST: FilteredList = {
  noun: 'call',
  facets: DIMENSIONS.map(({ name, label }) => valuesFacet(name, label, PRIMARY.has(name))),
  source: 'spans',
  measure: 'calls',
};
