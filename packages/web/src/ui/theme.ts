import { useSyncExternalStore } from 'react';
import { createPreference, oneOf } from './preference.ts';

export type ThemeChoice = 'light' | 'dark' | 'system';
export type Theme = 'light' | 'dark';

/** public/theme.js reads the same key before the first paint. */
export const themeChoice = createPreference<ThemeChoice>({
  key: 'theme',
  fallback: 'system',
  parse: oneOf(['light', 'dark', 'system']),
  format: (choice) => choice,
});

const systemDark = () => matchMedia('(prefers-color-scheme: dark)');

/** The theme on screen. */
export function currentTheme(): Theme {
  const choice = themeChoice.get();
  return choice === 'system' ? (systemDark().matches ? 'dark' : 'light') : choice;
}

/** Follows the choice and the system from now on. */
export function applyTheme(): void {
  const apply = () => {
    document.documentElement.dataset.theme = currentTheme();
  };
  themeChoice.subscribe(apply);
  systemDark().addEventListener('change', apply);
  apply();
}

function subscribe(onChange: () => void): () => void {
  const unsubscribe = themeChoice.subscribe(onChange);
  const query = systemDark();
  query.addEventListener('change', onChange);
  return () => {
    unsubscribe();
    query.removeEventListener('change', onChange);
  };
}

/** The theme on screen, for what is painted on a canvas and must be painted again when it changes. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, currentTheme);
}
