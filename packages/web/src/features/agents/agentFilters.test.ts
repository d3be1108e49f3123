import { expect, it } from 'vitest';
import { activeFilters } from '../../filters/facets.ts';
import { agentList } from './agentFilters.ts';

it('offers what the agents have, and keeps what the URL names before they are known', () => {
  const search = { status: 'silent,unknown', department: 'Ops', tag: 'prod', q: 'pl' };
  expect(activeFilters(agentList([], search), search)).toEqual(search);
  expect(agentList([], {}).facets.map(({ name }) => name)).toEqual(['status']);
});
