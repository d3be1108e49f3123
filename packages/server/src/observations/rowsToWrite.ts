/** Decides which rows of `spans` new parts touch: reads the outline of each trace and what was written of it, and no body but the traces' own. */
import type { OpenText } from '../encryption/envelope.ts';
import { isToWrite, rootAndTop, type TraceTold } from '../normalise/langfuse/langfuseSpans.ts';
import { isFinished, knowledgeOf } from '../normalise/langfuse/traceOutline.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import { readOutlines, readParts, type StoredTraceOutline, tellerOf } from './partRows.ts';
import { readPlaces, type StoredPlace } from './storedPlaces.ts';

/** An observation that has not ended so long after it came is written without an end: its program crashed, or never says it. */
export const OVERDUE_AFTER_MS = 3_600_000;

/** What new parts touch of a trace. */
export interface TouchedTrace {
  traceId: string;
  /** Whether they are about the trace itself. */
  itself: boolean;
  spanIds: ReadonlySet<string>;
  /** How many parts the rows were made of that came with them; null when there were none. */
  writtenOf: number | null;
}

export interface TraceWork {
  /** Without the parts of observations, which are read when their turn comes. */
  told: Omit<TraceTold, 'observations' | 'outline'> & { outline: StoredTraceOutline };
  /** The root's id; null while the trace is not told. */
  root: string | null;
  /** The observation whose place the root takes. */
  top: string | null;
  /** Of how much its rows are made now, see `knowledgeOf`. */
  knowledge: number;
}

/** A row to be made: an observation's, or (`spanId` null) the root. */
export interface RowToWrite {
  work: TraceWork;
  spanId: string | null;
  /** The observation whose parts it takes, and how much they are. */
  reads: string | null;
  bodyBytes: number;
  /** Rows that were written of it before. */
  places: readonly Place[];
}

export interface Place extends StoredPlace {
  spanId: string;
}

type PlacesOf = (traceId: string, spanId: string) => readonly Place[];

/** The rows, and the traces that are looked at at all. */
export async function rowsToWrite(
  telemetry: TelemetryConnection,
  workspaceId: string,
  touched: readonly TouchedTrace[],
  nowMs: number,
  openText: OpenText,
): Promise<{ traceIds: string[]; rows: RowToWrite[] }> {
  const works = await openWorks(telemetry, workspaceId, touched, nowMs, openText);
  const rootPlaces = await placesOf(
    telemetry,
    workspaceId,
    works.flatMap(({ work }) => (work.root === null ? [] : [{ traceId: work.told.traceId, spanId: work.root }])),
  );
  const wanted = works.map(({ work, trace }) => ({ work, spanIds: wantedSpans(work, trace, rootPlaces) }));
  const places = await placesOf(
    telemetry,
    workspaceId,
    wanted.flatMap(({ work, spanIds }) =>
      [...spanIds, ...(work.top === null ? [] : [work.top])].map((spanId) => ({ traceId: work.told.traceId, spanId })),
    ),
  );
  return {
    traceIds: works.map(({ work }) => work.told.traceId),
    rows: wanted.flatMap(({ work, spanIds }) => rowsOf(work, spanIds, places, rootPlaces)),
  };
}

/** Traces of which more is stored than the rows that came with it were made of. */
async function openWorks(telemetry: TelemetryConnection, workspaceId: string, touched: readonly TouchedTrace[], nowMs: number, openText: OpenText) {
  const outlines = await readOutlines(
    telemetry,
    workspaceId,
    touched.map(({ traceId }) => traceId),
  );
  const open = touched.flatMap((trace) => {
    const outline = outlines.get(trace.traceId);
    if (outline === undefined) return [];
    const overdue = overdueIn(outline, nowMs);
    return outline.parts === trace.writtenOf && overdue.size === 0 ? [] : [{ trace, outline, overdue }];
  });
  const traceParts = await readParts(
    telemetry,
    workspaceId,
    open.map(({ trace }) => ({ traceId: trace.traceId, spanId: null })),
    openText,
  );
  return open.map(({ trace, outline, overdue }) => ({
    trace,
    work: workOf({ traceId: trace.traceId, outline, overdue, traceParts: traceParts.get(tellerOf(trace.traceId, null)) ?? [] }),
  }));
}

function overdueIn({ observations }: StoredTraceOutline, nowMs: number): Set<string> {
  const overdue = new Set<string>();
  for (const observation of observations.values())
    if (!isFinished(observation) && observation.firstReceivedMs <= nowMs - OVERDUE_AFTER_MS) overdue.add(observation.spanId);
  return overdue;
}

function workOf(told: TraceWork['told']): TraceWork {
  const { root, top } = rootAndTop(told);
  return { told, root, top: top?.spanId ?? null, knowledge: knowledgeOf(told.outline.parts, told.overdue.size) };
}

async function placesOf(
  telemetry: TelemetryConnection,
  workspaceId: string,
  spans: readonly { traceId: string; spanId: string }[],
): Promise<PlacesOf> {
  const stored = await readPlaces(telemetry, workspaceId, spans);
  return (traceId, spanId) => (stored.get(`${traceId}:${spanId}`) ?? []).map((place) => ({ ...place, spanId }));
}

/**
 * All observations when the trace itself was told anew, which they inherit from, or when another one than before,
 * or none, is the root, whose children have it as their parent; else those that are touched. Not the root's own.
 */
function wantedSpans({ told, root, top }: TraceWork, { itself, spanIds }: TouchedTrace, rootPlaces: PlacesOf): string[] {
  const before = root === null ? [] : rootPlaces(told.traceId, root);
  const rootChanged = root !== null && !before.some((place) => place.top === (top ?? ''));
  const all = itself || rootChanged ? [...told.outline.observations.keys()] : [...spanIds];
  return all.filter((spanId) => {
    const outline = told.outline.observations.get(spanId);
    return outline !== undefined && spanId !== top && isToWrite(outline, told);
  });
}

function rowsOf(work: TraceWork, spanIds: readonly string[], places: PlacesOf, rootPlaces: PlacesOf): RowToWrite[] {
  const { told, root, top, knowledge } = work;
  const { traceId, outline } = told;
  const rows = spanIds.flatMap((spanId): RowToWrite[] => {
    const stored = places(traceId, spanId);
    const bodyBytes = outline.observations.get(spanId)?.bodyBytes ?? 0;
    return isKnown(stored, knowledge) ? [] : [{ work, spanId, reads: spanId, bodyBytes, places: stored }];
  });
  if (root === null || isKnown(rootPlaces(traceId, root), knowledge)) return rows;
  const topOutline = top === null ? undefined : outline.observations.get(top);
  const readsTop = topOutline !== undefined && isToWrite(topOutline, told);
  // The top's row under its own id is from when it was not the root yet.
  const stored = [...rootPlaces(traceId, root), ...(top === null || top === root ? [] : places(traceId, top))];
  rows.push({ work, spanId: null, reads: readsTop ? top : null, bodyBytes: readsTop ? topOutline.bodyBytes : 0, places: stored });
  return rows;
}

/** Whether the one row that is there was made of all that is known. */
const isKnown = (places: readonly Place[], knowledge: number): boolean => places.length === 1 && (places[0]?.knowledge ?? 0) >= knowledge;
