import { useSyncExternalStore } from 'react';
import { ApiProblem } from './problem.ts';

/** Why the last answer did not come, while what is on screen may be out of date; null when all is well. */
let trouble: ApiProblem | null = null;
const listeners = new Set<() => void>();

/** Notes how the last request ended: `null` for an answer. Only silence and overload count; a refused question is the page's own matter. */
export function noteServerAnswer(error: unknown): void {
  const next = error instanceof ApiProblem && isTrouble(error) ? error : null;
  if (next === null && trouble === null) return;
  trouble = next;
  for (const listener of listeners) listener();
}

export function isTrouble(problem: ApiProblem): boolean {
  return problem.status === 0 || (problem.status >= 502 && problem.status <= 504);
}

export function useServerTrouble(): ApiProblem | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => trouble,
  );
}
