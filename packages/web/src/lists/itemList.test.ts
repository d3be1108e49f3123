import { describe, expect, it } from 'vitest';
import { arrange, formatSort, nextSort, readSort } from './itemList.ts';

const list = { sorts: { started_at: ['newest first', 'oldest first'], cost: ['costliest first', 'cheapest first'] } } as const;

describe('the order in the URL', () => {
  it.each([
    [undefined, '-started_at'],
    ['cost', 'cost'],
    ['-cost', '-cost'],
    ['name', '-started_at'],
    ['-toString', '-started_at'],
    ['', '-started_at'],
  ])('%s is read as %s', (text, expected) => {
    expect(formatSort(readSort(list, text))).toBe(expected);
  });

  it('changes with each click on a header and ends where it began', () => {
    const after = (text: string, key: string) => formatSort(nextSort(list, readSort(list, text), key));
    expect(after('-started_at', 'cost')).toBe('-cost');
    expect(after('-cost', 'cost')).toBe('cost');
    expect(after('cost', 'cost')).toBe('-started_at');
    expect(after('-started_at', 'started_at')).toBe('started_at');
    expect(after('started_at', 'started_at')).toBe('-started_at');
  });
});

it('an item that stands above the others, or came on two pages, is shown once', () => {
  const pages = [
    { items: ['a', 'b'], next_cursor: 'x' },
    { items: ['b', 'c'], next_cursor: null },
  ];
  expect(arrange(pages, ['c'], (item) => item)).toEqual(['c', 'a', 'b']);
});
