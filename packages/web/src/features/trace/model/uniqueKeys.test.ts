import { expect, it } from 'vitest';
import { uniqueKeys } from './uniqueKeys.ts';

it('keeps names that are alone and numbers those that repeat', () => {
  expect(uniqueKeys(['text', 'tool', 'text', '', '', 'text'])).toEqual(['text', 'tool', 'text 2', '', ' 2', 'text 3']);
});
