/** Where traces that still run stand in the list. */
import type { TraceListQuery } from '@sightglass/contract/routes/traces';
import type { TelemetryReader } from '../explore/reader.ts';
import type { TimeRange } from '../explore/timeRange.ts';
import type { LiveSpan } from '../live/liveSpan.ts';
import { matchesLiveTrace } from '../live/matchesLiveTrace.ts';
import { ok, type Result } from '../result.ts';
import { type FoundTrace, readTraceBounds } from './findTraces.ts';
import type { TraceCursor } from './traceCursor.ts';

/** The ones with the latest news are looked at: their ids go into a query as parameters, which a server cuts at 1 MB. */
export const LIVE_TRACES_LOOKED_AT = 2_000;

export interface ListedTrace extends FoundTrace {
  /** False while nothing of it is stored. */
  isStored: boolean;
  /** Its spans in progress when the page was looked for. */
  begun: readonly LiveSpan[];
}

export interface LivePlacing {
  reader: TelemetryReader;
  query: TraceListQuery;
  range: TimeRange;
  cursor: TraceCursor | undefined;
  nowNs: bigint;
  running: ReadonlyMap<string, readonly LiveSpan[]>;
}

/**
 * The found traces, and among them those that match by what runs of them. Each has one place whichever way it was found, the
 * start of what is stored of it, else of what runs of it: so it stands on one page only. A list in another order than by start
 * shows what is stored.
 */
export async function placeLiveTraces(placing: LivePlacing, found: readonly FoundTrace[]): Promise<Result<ListedTrace[]>> {
  const { reader, query, range, cursor, nowNs, running } = placing;
  const listed = found.map((trace) => ({ ...trace, isStored: true, begun: running.get(trace.traceId) ?? [] }));
  const descending = query.sort === '-start_time';
  if (running.size === 0 || (!descending && query.sort !== 'start_time')) return ok(listed);
  const known = new Set(found.map(({ traceId }) => traceId));
  const matching = [...running]
    .slice(-LIVE_TRACES_LOOKED_AT)
    .filter(([traceId, spans]) => !known.has(traceId) && matchesLiveTrace(traceId, spans, query, nowNs));
  const bounds = await readTraceBounds(
    reader,
    matching.map(([traceId]) => traceId),
  );
  if (!bounds.ok) return bounds;
  const isAfterCursor = ({ startNs, traceId }: FoundTrace) =>
    cursor === undefined || isBefore({ startNs: BigInt(cursor.value), traceId: cursor.traceId }, { startNs, traceId }, descending);
  for (const [traceId, spans] of matching) {
    const stored = bounds.value.get(traceId);
    const startNs = stored?.startNs ?? firstStart(spans);
    const trace = { traceId, startNs, endNs: stored?.endNs ?? startNs, value: startNs.toString(), isStored: stored !== undefined, begun: spans };
    if (startNs >= range.fromNs && startNs < range.toNs && isAfterCursor(trace)) listed.push(trace);
  }
  return ok(listed.sort((a, b) => (isBefore(a, b, descending) ? -1 : 1)));
}

type Place = Pick<FoundTrace, 'startNs' | 'traceId'>;

function isBefore(a: Place, b: Place, descending: boolean): boolean {
  if (a.startNs === b.startNs) return descending ? a.traceId > b.traceId : a.traceId < b.traceId;
  return descending ? a.startNs > b.startNs : a.startNs < b.startNs;
}

function firstStart(spans: readonly LiveSpan[]): bigint {
  return spans.map(({ startNs }) => startNs).reduce((first, startNs) => (startNs < first ? startNs : first));
}
