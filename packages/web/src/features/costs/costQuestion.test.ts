import { describe, expect, it } from 'vitest';
import { chartWordsOf, formatSort, queryFilters, readCostQuestion } from './costQuestion.ts';

describe('the question of the page', () => {
  it('is cost by agent and model when the address says nothing', () => {
    expect(readCostQuestion({})).toEqual({ dimensions: ['agent_id', 'model'], measure: 'cost', sort: { by: 'cost', descending: true }, active: {} });
  });

  it.each([
    [{ by: 'user_id', and: 'tag' }, ['user_id', 'tag']],
    [{ by: 'user_id', and: 'none' }, ['user_id']],
    [{ by: 'user_id', and: 'user_id' }, ['user_id']],
    [{ by: 'model' }, ['model']],
    [{ by: 'password', and: '__proto__' }, ['agent_id', 'model']],
  ])('%j asks by %j', (search, dimensions) => {
    expect(readCostQuestion(search).dimensions).toEqual(dimensions);
  });

  it('is sorted by its measure unless the address says otherwise', () => {
    expect(formatSort(readCostQuestion({ measure: 'tokens' }).sort)).toBe('-tokens');
    expect(formatSort(readCostQuestion({ measure: 'tokens', sort: 'cost' }).sort)).toBe('cost');
    expect(formatSort(readCostQuestion({ sort: '-nothing' }).sort)).toBe('-cost');
  });

  it('filters by any of the values, and looks at calls alone', () => {
    const { active } = readCostQuestion({ model: 'gpt-4o,claude', tag: 'team:blue', q: 'x', from: 'now-7d' });
    expect(queryFilters(active)).toEqual([
      { field: 'kind', op: 'in', value: ['llm', 'embedding', 'tool', 'retriever', 'reranker'] },
      { field: 'model', op: 'in', value: ['gpt-4o', 'claude'] },
      { field: 'tag', op: 'in', value: ['team:blue'] },
    ]);
  });

  it('stacks groups in the chart, but not tags: they overlap', () => {
    expect(chartWordsOf(readCostQuestion({})).adds).toBe(true);
    expect(chartWordsOf(readCostQuestion({ and: 'tag' })).adds).toBe(false);
  });
});
