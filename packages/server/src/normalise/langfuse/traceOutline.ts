/**
 * What the shape of a trace decides, told from a few words about each of its observations: which of them stand
 * at its top, and whether one of these is the trace itself.
 *
 * In Langfuse a trace is no observation, but it has a name, an input and an output of its own, and observations
 * without a parent hang on it. So it becomes the root span, and these its children. Where the only one at the top
 * has the trace's name (LangChain's handler tells its outermost chain in both ways) or its id, that observation is
 * the trace: they are one span, not a root within a root.
 */
import type { LangfusePart } from './langfusePart.ts';

export interface ObservationOutline {
  spanId: string;
  /** Distinct parts it was told in. */
  parts: number;
  /** Whether the part that begins it is there. */
  created: boolean;
  hasParent: boolean;
  /** The earliest and latest of its times; null while unknown. */
  startNs: bigint | null;
  endNs: bigint | null;
  name: string | null;
}

export interface TraceOutline {
  /** Distinct parts of the trace and of all its observations. */
  parts: number;
  /** The earliest time of the trace's own parts; null while there are none. */
  startNs: bigint | null;
  observations: ReadonlyMap<string, ObservationOutline>;
}

/** Begun and ended: nothing of it is to come. */
export const isFinished = ({ created, endNs }: ObservationOutline): boolean => created && endNs !== null;

/**
 * How much the rows that are made of a trace now are made of: more with every part, and with every observation that
 * becomes overdue. A part ends at most one of these, so it weighs more than one.
 */
export const knowledgeOf = (parts: number, overdue: number): number => 2 * parts + overdue;

/** The outline of each trace that the parts are about. */
export function outlineTraces(parts: readonly LangfusePart[]): Map<string, TraceOutline> {
  const traces = new Map<string, { startNs: bigint | null; parts: Set<string>; observations: Map<string, LangfusePart[]> }>();
  for (const part of parts) {
    if (part.traceId === null || (part.about !== 'trace' && part.about !== 'observation')) continue;
    const trace = traces.get(part.traceId) ?? { startNs: null, parts: new Set(), observations: new Map() };
    traces.set(part.traceId, trace);
    trace.parts.add(`${part.spanId}:${part.itemKey}`);
    if (part.spanId === null) trace.startNs = earlier(trace.startNs, part.startNs);
    else {
      const told = trace.observations.get(part.spanId);
      if (told === undefined) trace.observations.set(part.spanId, [part]);
      else told.push(part);
    }
  }
  return new Map(
    [...traces].map(([traceId, { startNs, parts: distinct, observations }]) => [
      traceId,
      { startNs, parts: distinct.size, observations: new Map([...observations].map(([spanId, told]) => [spanId, outlineOf(spanId, told)])) },
    ]),
  );
}

function outlineOf(spanId: string, parts: readonly LangfusePart[]): ObservationOutline {
  const outline: ObservationOutline = { spanId, parts: 0, created: false, hasParent: false, startNs: null, endNs: null, name: null };
  let namedAtNs = -1n;
  for (const part of parts) {
    outline.created ||= part.creates;
    outline.hasParent ||= part.hasParent;
    outline.startNs = earlier(outline.startNs, part.startNs);
    outline.endNs = later(outline.endNs, part.endNs);
    if (part.name === null || part.timestampNs < namedAtNs) continue;
    outline.name = part.name;
    namedAtNs = part.timestampNs;
  }
  outline.parts = new Set(parts.map(({ itemKey }) => itemKey)).size;
  return outline;
}

/** The observation that is the trace itself, or undefined. */
export function topOfTrace({ observations }: TraceOutline, rootSpanId: string, traceName: string | null): ObservationOutline | undefined {
  const sameId = observations.get(rootSpanId);
  if (sameId !== undefined) return sameId;
  let only: ObservationOutline | undefined;
  for (const observation of observations.values()) {
    if (!observation.created || observation.hasParent) continue;
    if (only !== undefined) return undefined;
    only = observation;
  }
  return only !== undefined && (traceName === null || traceName === only.name) ? only : undefined;
}

export function earlier(a: bigint | null, b: bigint | null): bigint | null {
  return a === null || (b !== null && b < a) ? b : a;
}

export function later(a: bigint | null, b: bigint | null): bigint | null {
  return a === null || (b !== null && b > a) ? b : a;
}
