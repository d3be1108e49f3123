import { AGENT_STATUSES, type JudgedAgent } from '@sightglass/contract/agent';
import { canFilterBy, type Facet, type FilteredList } from '../../filters/facets.ts';
import type { SearchText } from '../../routing/searchText.ts';

/**
 * How one narrows the list of agents. Departments and tags to choose from are those of `agents`, and whatever the URL names:
 * a link holds before they are known.
 */
export function agentList(agents: readonly JudgedAgent[], search: SearchText): FilteredList {
  const departments = optionsOf([...agents.map(({ department }) => department), search.department]);
  const tags = optionsOf([...agents.flatMap(({ tags: each }) => each), search.tag]);
  const facets: Facet[] = [{ kind: 'choice', name: 'status', label: 'Status', primary: true, options: AGENT_STATUSES, several: true }];
  if (departments.length > 0) facets.push({ kind: 'choice', name: 'department', label: 'Department', primary: true, options: departments });
  if (tags.length > 0) facets.push({ kind: 'choice', name: 'tag', label: 'Tag', primary: true, options: tags });
  return { noun: 'agent', searched: 'ids, names, owners', facets, source: 'spans', measure: 'runs' };
}

const optionsOf = (values: readonly (string | null | undefined)[]): string[] =>
  [...new Set(values.filter((value): value is string => typeof value === 'string' && canFilterBy(value)))].sort((a, b) => a.localeCompare(b));
