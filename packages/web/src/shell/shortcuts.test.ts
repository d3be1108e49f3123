import { describe, expect, it } from 'vitest';
import { belongsToTarget, matchKeys, type Shortcut } from './shortcuts.ts';

const shortcut = (keys: string): Shortcut => ({ keys, label: keys, group: 'Test', run: () => undefined });

/** An element that lies within the named tags and roles only. */
const within = (...selectors: string[]) => ({
  closest: (query: string) => (query.split(', ').some((part) => selectors.includes(part)) ? ({} as Element) : null),
});

describe('belongsToTarget', () => {
  it.each([
    ['j', 'input', true],
    ['Escape', 'textarea', true],
    ['j', '[role="dialog"]', true],
    ['ArrowDown', '[role="menu"]', true],
    ['Enter', 'button', true],
    [' ', 'button', true],
    ['Enter', 'a[href]', true],
    ['ArrowRight', '[role="tab"]', true],
    ['j', 'button', false],
    ['?', 'a[href]', false],
    ['Enter', 'div', false],
  ])('of %s on %s is %s', (key, place, expected) => {
    expect(belongsToTarget(key, within(place))).toBe(expected);
  });
});

describe('matchKeys', () => {
  const all = [shortcut('g t'), shortcut('t'), shortcut('mod+k')];

  it('waits for the rest of a sequence', () => {
    expect(matchKeys(['g'], all)).toBe('partial');
    expect(matchKeys(['g', 't'], all)).toBe(all[0]);
  });

  it('finds single keys and chords', () => {
    expect(matchKeys(['t'], all)).toBe(all[1]);
    expect(matchKeys(['mod+k'], all)).toBe(all[2]);
    expect(matchKeys(['x'], all)).toBeUndefined();
    expect(matchKeys(['g', 'x'], all)).toBeUndefined();
  });

  it('prefers the newer binding of the same keys', () => {
    const newer = shortcut('t');
    expect(matchKeys(['t'], [...all, newer])).toBe(newer);
  });
});
