/** Where the CPU time of a process goes, thread by thread: the measure that other work on the machine hardly touches. */
import { readdirSync, readFileSync } from 'node:fs';

/** CPU seconds of every thread so far, by thread id. */
export type ThreadTimes = ReadonlyMap<string, { name: string; seconds: number }>;

export function threadTimes(pid: number): ThreadTimes {
  const times = new Map<string, { name: string; seconds: number }>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      const folder = `/proc/${pid}/task/${thread}`;
      const seconds = Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]) / 1e9;
      times.set(thread, { name: thread === String(pid) ? 'main' : readFileSync(`${folder}/comm`, 'utf8').trim(), seconds });
    } catch {
      // It ended in between.
    }
  }
  return times;
}

/**
 * Seconds spent between two looks, by what the threads are there for. The receive worker is the busiest of Node's own threads
 * beside the main one; the rest of them compile, collect garbage and wait for files. A thread of the engine that ended
 * in between is missing.
 */
export function spentByPart(before: ThreadTimes, after: ThreadTimes): Record<string, number> {
  const spent = { main: 0, 'receive worker': 0, 'other Node threads': 0, merging: 0, 'the rest of the engine': 0 };
  const ofNode: number[] = [];
  for (const [thread, { name, seconds }] of after) {
    const more = seconds - (before.get(thread)?.seconds ?? 0);
    if (name === 'main') spent.main += more;
    else if (name === 'node') ofNode.push(more);
    else if (name === 'MergeMutate') spent.merging += more;
    else spent['the rest of the engine'] += more;
  }
  ofNode.sort((a, b) => b - a);
  spent['receive worker'] = ofNode[0] ?? 0;
  spent['other Node threads'] = ofNode.slice(1).reduce((sum, seconds) => sum + seconds, 0);
  return spent;
}
