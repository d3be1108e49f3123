import { expect, it } from 'vitest';
import { changesAnything, importBody, importWords } from './importFile.ts';

it('takes the file as it is, with how to import it', () => {
  const text = JSON.stringify({ format: 'sightglass-prices', version: 1, prices: [{ model: 'x' }], mode: 'replace', dry_run: false });
  expect(importBody(text, 'merge', true)).toEqual({
    body: { format: 'sightglass-prices', version: 1, prices: [{ model: 'x' }], mode: 'merge', dry_run: true },
  });
});

it.each(['', '{', '[1]', '"text"', 'null'])('does not send %j', (text) => {
  expect(importBody(text, 'merge', true)).toHaveProperty('problem');
});

it.each([
  [{ added: 2, replaced: 1, unchanged: 5, removed: 0 }, '2 prices added, 1 replaced, 5 unchanged.', true],
  [{ added: 0, replaced: 0, unchanged: 1, removed: 3 }, '3 prices removed, 1 unchanged.', true],
  [{ added: 0, replaced: 0, unchanged: 1, removed: 0 }, '1 price unchanged.', false],
  [{ added: 0, replaced: 0, unchanged: 0, removed: 0 }, 'The file holds no prices.', false],
])('%j is “%s”', (result, words, changes) => {
  expect(importWords(result)).toBe(words);
  expect(changesAnything(result)).toBe(changes);
});
