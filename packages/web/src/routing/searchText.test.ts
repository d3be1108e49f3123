import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSearch, onlyText, parseSearch } from './searchText.ts';

describe('the query part of the URL', () => {
  it('stays readable', () => {
    expect(formatSearch({ from: '2026-11-20T09:00:00Z', model: 'gpt-4o,claude', q: 'refund order', agent_id: 'a/b' })).toBe(
      '?from=2026-11-20T09:00:00Z&model=gpt-4o,claude&q=refund+order&agent_id=a/b',
    );
  });

  it('leaves out what is empty or not text', () => {
    expect(formatSearch({ q: '', sort: undefined, limit: 3 })).toBe('');
  });

  it('brings every text back as it was', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => text !== '__proto__');
    fc.assert(
      fc.property(fc.dictionary(name, fc.string({ minLength: 1 })), (search) => {
        expect(parseSearch(formatSearch(search))).toEqual({ ...search });
      }),
    );
  });

  it('keeps only texts of what it is given', () => {
    expect(onlyText({ q: 'a', n: 3, list: ['x'], nothing: null, empty: '' })).toEqual({ q: 'a', n: '3' });
  });
});
