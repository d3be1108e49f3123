import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPreference, oneOf } from './preference.ts';

const colour = () => createPreference({ key: 'colour', fallback: 'grey', parse: oneOf(['grey', 'green']), format: (value) => value });

describe('a preference', () => {
  let stored: Map<string, string>;
  let onStorage: ((event: { key: string | null }) => void) | undefined;

  beforeEach(() => {
    stored = new Map();
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => stored.set(key, value),
    });
    vi.stubGlobal('window', {
      addEventListener: (_type: string, listener: typeof onStorage) => {
        onStorage = listener;
      },
      removeEventListener: () => {
        onStorage = undefined;
      },
    });
  });
  afterEach(() => vi.unstubAllGlobals());

  it('is the fallback until something is chosen, then what was chosen, also after a reload', () => {
    const preference = colour();
    expect(preference.get()).toBe('grey');
    preference.set('green');
    expect(preference.get()).toBe('green');
    expect(colour().get()).toBe('green');
  });

  it('ignores what an older version or a person wrote there', () => {
    stored.set('sightglass.colour', 'ultraviolet');
    expect(colour().get()).toBe('grey');
  });

  it('survives a parser that throws', () => {
    stored.set('sightglass.list', '{');
    const list = createPreference<unknown>({ key: 'list', fallback: 'none', parse: (text) => JSON.parse(text), format: String });
    expect(list.get()).toBe('none');
  });

  it('tells its followers, also of a change in another tab', () => {
    const preference = colour();
    const seen: string[] = [];
    const stop = preference.subscribe(() => seen.push(preference.get()));
    preference.set('green');
    stored.set('sightglass.colour', 'grey');
    onStorage?.({ key: 'sightglass.colour' });
    onStorage?.({ key: 'sightglass.other' });
    expect(seen).toEqual(['green', 'grey']);
    stop();
    expect(onStorage).toBeUndefined();
  });

  it('lasts for the page where the browser keeps nothing', () => {
    vi.stubGlobal('localStorage', {
      getItem: () => {
        throw new Error('refused');
      },
      setItem: () => {
        throw new Error('refused');
      },
    });
    const preference = colour();
    expect(preference.get()).toBe('grey');
    preference.set('green');
    expect(preference.get()).toBe('green');
  });
});
