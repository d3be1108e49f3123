import { expect, it } from 'vitest';
import { nodeName, nodesInWords } from './nodeWords.ts';

it.each<[unknown, string]>([
  ['plan', 'plan'],
  [{ node: 'search', ok: true }, 'search'],
  [{ name: '', id: 'n-1' }, 'n-1'],
  [{ depth: 2 }, '{"depth":2}'],
  [['a', 'b'], '["a","b"]'],
  [7, '7'],
  [null, 'null'],
  [{ __proto__: null, name: 3 }, '{"name":3}'],
])('%j is called %s', (node, name) => {
  expect(nodeName(node)).toBe(name);
});

it('nodes that follow one another are counted', () => {
  expect(nodesInWords(['plan', 'search', 'search', { node: 'search' }, 'plan'])).toBe('plan → search ×3 → plan');
  expect(nodesInWords([])).toBe('');
});
