import { useSyncExternalStore } from 'react';

/** A choice of one person in one browser, kept in local storage, the same in all tabs. */
export interface Preference<T> {
  get: () => T;
  set: (value: T) => void;
  subscribe: (onChange: () => void) => () => void;
}

/**
 * Declares a preference. `parse` gives undefined for text it does not accept, then `fallback` holds. Where the
 * browser keeps nothing (private mode, full storage) the choice lasts as long as the page.
 */
export function createPreference<T>(options: {
  key: string;
  fallback: T;
  parse: (text: string) => T | undefined;
  format: (value: T) => string;
}): Preference<T> {
  const storageKey = `sightglass.${options.key}`;
  const listeners = new Set<() => void>();
  let value: T | undefined;

  const read = (): T => {
    try {
      const text = localStorage.getItem(storageKey);
      return (text === null ? undefined : options.parse(text)) ?? options.fallback;
    } catch {
      return options.fallback;
    }
  };
  const onStorage = (event: StorageEvent) => {
    if (event.key !== storageKey && event.key !== null) return;
    value = undefined;
    for (const listener of listeners) listener();
  };

  return {
    get: () => (value ??= read()),
    set: (next) => {
      value = next;
      try {
        localStorage.setItem(storageKey, options.format(next));
      } catch {
        // Kept for this page only.
      }
      for (const listener of listeners) listener();
    },
    subscribe: (onChange) => {
      if (listeners.size === 0) window.addEventListener('storage', onStorage);
      listeners.add(onChange);
      return () => {
        listeners.delete(onChange);
        if (listeners.size === 0) window.removeEventListener('storage', onStorage);
      };
    },
  };
}

/** Reads a preference and follows its changes. */
export function usePreference<T>(preference: Preference<T>): T {
  return useSyncExternalStore(preference.subscribe, preference.get);
}

/** `parse` of a preference that is one of a list of words. */
export function oneOf<const V extends string>(values: readonly V[]): (text: string) => V | undefined {
  return (text) => values.find((value) => value === text);
}
