/** Compares what is stored with the witness. */
import type { WitnessedBatch } from './witnessFile.ts';

export interface Verdict {
  /** Items that were acknowledged and are not stored. */
  lost: string[];
  /** Items that are stored more often than they were sent as different things. */
  doubled: string[];
  /** Requests of which a part is stored. */
  torn: string[];
  /** Items that nobody sent, and such of requests that were only ever refused. */
  phantom: string[];
}

export const NOTHING_WRONG: Verdict = { lost: [], doubled: [], torn: [], phantom: [] };

const OK = 200;
const NO_ANSWER = 0;

/** @param stored how often each item of the batches' rounds is stored */
export function judge(batches: readonly WitnessedBatch[], stored: ReadonlyMap<string, number>): Verdict {
  const verdict: Verdict = { lost: [], doubled: [], torn: [], phantom: [] };
  const known = new Set<string>();
  for (const { id, items, statuses } of batches) {
    const sent = timesOf(items);
    for (const item of sent.keys()) known.add(item);
    const missing = [...sent].filter(([item, times]) => (stored.get(item) ?? 0) < times).map(([item]) => item);
    verdict.doubled.push(...[...sent].filter(([item, times]) => (stored.get(item) ?? 0) > times).map(([item]) => item));
    const present = [...sent.keys()].filter((item) => stored.has(item));
    if (statuses.includes(OK)) verdict.lost.push(...missing);
    else if (!statuses.includes(NO_ANSWER)) verdict.phantom.push(...present);
    if (present.length > 0 && missing.length > 0) verdict.torn.push(id);
  }
  verdict.phantom.push(...[...stored.keys()].filter((item) => !known.has(item)));
  return verdict;
}

function timesOf(items: readonly string[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const item of items) times.set(item, (times.get(item) ?? 0) + 1);
  return times;
}
