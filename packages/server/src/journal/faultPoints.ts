/**
 * Named points at which a test kills the program, as a power cut or the kernel would: `SIGHTGLASS_FAULT=<point>:<nth>` has
 * it killed when the point is reached the nth time, `<point>:<nth>+<ms>` that much later. Read once, when the program
 * starts; without the variable a point does nothing. Nothing that is sent to the program can name one.
 */
const POINTS = [
  /** Frames are written and not synced. */
  'journal.written',
  /** Frames are synced; nobody has been told. */
  'journal.synced',
  /** A segment is full or old, closed, and not renamed. */
  'journal.sealing',
  /** It is renamed, and the writer does not know of it. */
  'journal.sealed',
  /** The program has been told that a request is on disk. */
  'receive.answered',
  /** The rows of a segment are about to be inserted, table by table. */
  'store.inserting',
  /** A table of a segment is stored. */
  'store.inserted',
  /** All rows of a segment are stored, and accounted for; its traces are not settled. */
  'store.stored',
  /** A segment is settled and about to be removed. */
  'store.settled',
  /** It is removed. */
  'store.removed',
  /** What cannot be stored lies in quarantine without the note that says what it is. */
  'quarantine.half',
  /** The rows of a workspace that is to be deleted are counted. */
  'workspace.counted',
  /** A partition of a table has none of them any more. */
  'workspace.partition',
  /** No table has; its rows of the control plane are there still. */
  'workspace.emptied',
] as const;

export type FaultPoint = (typeof POINTS)[number];

interface Fault {
  point: FaultPoint;
  nth: number;
  afterMs: number;
}

/** @throws when the text names no point: a test that never kills would prove nothing */
export function readFault(text: string): Fault {
  const [, name, nth, afterMs = '0'] = /^([a-z.]+):([1-9]\d{0,5})(?:\+(\d{1,5}))?$/.exec(text) ?? [];
  const point = POINTS.find((known) => known === name);
  if (point === undefined || nth === undefined) throw new Error(`SIGHTGLASS_FAULT must be <point>:<nth>, with one of ${POINTS.join(', ')}`);
  return { point, nth: Number(nth), afterMs: Number(afterMs) };
}

/** Counts how often each point is reached, and calls `kill` when it is time. */
export function createFaultPoints({ point, nth, afterMs }: Fault, kill: () => void): (reached: FaultPoint) => void {
  let times = 0;
  return (reached) => {
    if (reached !== point || ++times !== nth) return;
    if (afterMs === 0) kill();
    else setTimeout(kill, afterMs);
  };
}

const wanted = process.env.SIGHTGLASS_FAULT;

/** Tells that a point is reached. */
export const reach: (point: FaultPoint) => void =
  wanted === undefined || wanted === '' ? () => undefined : createFaultPoints(readFault(wanted), () => process.kill(process.pid, 'SIGKILL'));
