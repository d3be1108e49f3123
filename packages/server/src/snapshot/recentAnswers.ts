/** Answers that many ask for at once and again and again: one is worked out at a time for each key, and holds for a moment. */
import type { Result } from '../result.ts';

/** Keys that are remembered at most; beyond it the oldest go. */
const KEYS_MAX = 1_000;

export type RecentAnswers<T> = (key: string, work: () => Promise<Result<T>>) => Promise<Result<T>>;

/** Failures are told to those who wait for them, and not kept. `keptMs` counts from when the work began. */
export function createRecentAnswers<T>(nowMs: () => number, keptMs: number): RecentAnswers<T> {
  const known = new Map<string, { beganAtMs: number; answer: Promise<Result<T>> }>();
  const forget = (key: string, answer: Promise<Result<T>>) => {
    if (known.get(key)?.answer === answer) known.delete(key);
  };
  return (key, work) => {
    const beganAtMs = nowMs();
    const found = known.get(key);
    if (found !== undefined && beganAtMs - found.beganAtMs < keptMs) return found.answer;
    const answer = work();
    known.delete(key);
    known.set(key, { beganAtMs, answer });
    for (const oldest of known.keys()) {
      if (known.size <= KEYS_MAX) break;
      known.delete(oldest);
    }
    answer.then(
      (result) => (result.ok ? undefined : forget(key, answer)),
      () => forget(key, answer),
    );
    return answer;
  };
}
