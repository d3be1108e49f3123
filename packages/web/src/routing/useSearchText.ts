import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { SearchText } from './searchText.ts';

/** The query part of the current URL. */
export function useSearchText(): SearchText {
  return useSearch({ strict: false }) as SearchText;
}

/**
 * Changes names of the query part and keeps the rest; undefined or empty removes a name. Replaces the current history
 * entry unless `push` is set: typing in a filter must not fill the history, choosing a range may.
 */
export function useSetSearchText(): (changes: Readonly<Record<string, string | undefined>>, options?: { push?: boolean }) => void {
  const navigate = useNavigate();
  return useCallback(
    (changes, options = {}) => {
      void navigate({
        to: '.',
        replace: options.push !== true,
        resetScroll: false,
        search: (before: SearchText) => {
          const after: SearchText = { ...before };
          for (const [name, value] of Object.entries(changes)) {
            if (value === undefined || value === '') delete after[name];
            else after[name] = value;
          }
          return after;
        },
      } as Parameters<typeof navigate>[0]);
    },
    [navigate],
  );
}
