import { expect, it } from 'vitest';
import { changesOf, EMPTY_DRAFT } from './agentDraft.ts';

it('says nothing of what was left empty, and trims the rest', () => {
  expect(changesOf(EMPTY_DRAFT)).toEqual({ name: null, owner: null, department: null, tags: [] });
  expect(changesOf({ agentId: 'a', name: ' Planner ', owner: ' ', department: 'Ops', tags: 'prod\n\n eu ' })).toEqual({
    name: 'Planner',
    owner: null,
    department: 'Ops',
    tags: ['prod', 'eu'],
  });
});
