/** The witness: what was sent and how each request was answered, on disk before anything else happens. */
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Signal } from './batch.ts';

/** A line that is written before a request is on the wire, and again when it is sent again. */
interface Sent {
  atMs: number;
  id: string;
  round: string;
  signal: Signal;
  items: string[];
}

/** A line that is written when the answer is there; status 0 when none came. */
interface Answered {
  atMs: number;
  id: string;
  status: number;
}

export interface WitnessedBatch {
  id: string;
  round: string;
  signal: Signal;
  items: string[];
  /** Of every time that it was sent, in order; 0 when no answer came. */
  statuses: number[];
}

export function openWitness(path: string) {
  const file = openSync(path, 'a');
  const write = (line: Sent | Answered) => {
    writeSync(file, `${JSON.stringify(line)}\n`);
    fdatasyncSync(file);
  };
  return {
    sent: (line: Omit<Sent, 'atMs'>) => write({ atMs: Date.now(), ...line }),
    answered: (id: string, status: number) => write({ atMs: Date.now(), id, status }),
    close: () => closeSync(file),
  };
}

export function readWitness(path: string): WitnessedBatch[] {
  const batches = new Map<string, WitnessedBatch>();
  for (const text of readFileSync(path, 'utf8').split('\n').slice(0, -1)) {
    const line = JSON.parse(text) as Sent | Answered;
    const batch = batches.get(line.id);
    if ('items' in line) {
      const { id, round, signal, items } = line;
      // No answer until there is one: the client may be killed, too.
      if (batch === undefined) batches.set(id, { id, round, signal, items, statuses: [0] });
      else batch.statuses.push(0);
    } else batch?.statuses.splice(-1, 1, line.status);
  }
  return [...batches.values()];
}
