/** Which process this is, and whether another one still lives: a pid alone is used again after some time. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

export interface ProcessIdentity {
  pid: number;
  /** Clock ticks since boot on Linux, milliseconds since 1970 elsewhere. Two processes with one pid never share it. */
  start: number;
  /** Pids of another boot or another container say nothing here. `0` where the system has no such thing. */
  boot: string;
  pidNamespace: string;
}

const ON_LINUX = process.platform === 'linux';

export function ownIdentity(): ProcessIdentity {
  const start = startOf(process.pid);
  if (start === undefined) throw new Error('The start time of this process cannot be read (/proc or ps)');
  return {
    pid: process.pid,
    start,
    boot: ON_LINUX ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8) : '0',
    pidNamespace: ON_LINUX ? (/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0') : '0',
  };
}

/** When the process with this pid began; undefined when there is none, or only its exit status is left. */
export function startOf(pid: number): number | undefined {
  return ON_LINUX ? startFromProc(pid) : startFromPs(pid);
}

function startFromProc(pid: number): number | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // "pid (name) state …": the name may contain anything, so count from its last parenthesis. proc(5), fields 3 and 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields[0], fields[19]];
  return state === 'Z' || state === 'X' || start === undefined ? undefined : Number(start);
}

function startFromPs(pid: number): number | undefined {
  try {
    const start = Date.parse(execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }));
    return Number.isNaN(start) ? undefined : start;
  } catch {
    return undefined;
  }
}
