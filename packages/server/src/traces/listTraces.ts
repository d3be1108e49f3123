import type { TraceListQuery } from '@sightglass/contract/routes/traces';
import type { TraceSummary } from '@sightglass/contract/trace';
import type { TelemetryReader } from '../explore/reader.ts';
import { parseTimeRange } from '../explore/timeRange.ts';
import { type LiveTraces, NO_LIVE_TRACES } from '../live/liveSpans.ts';
import { liveTraceSummary, withLiveSpans } from '../live/liveTrace.ts';
import { refuseCursor } from '../refuseCursor.ts';
import { ok, type Result } from '../result.ts';
import { findTraces } from './findTraces.ts';
import { LIVE_TRACES_LOOKED_AT, type ListedTrace, placeLiveTraces } from './placeLiveTraces.ts';
import { spansStillRunning } from './storedLiveSpans.ts';
import { summariseTraces } from './summariseTraces.ts';
import { readCursor, writeCursor } from './traceCursor.ts';

export interface TracePage {
  items: TraceSummary[];
  next_cursor: string | null;
}

/**
 * A page of the traces whose first span starts in the range. `nowNs` is what `now` means on the first page; later pages keep its
 * range. Ordered by start, traces of which nothing is stored yet stand among the others; what is counted is counted of stored
 * spans alone.
 */
export async function listTraces(
  reader: TelemetryReader,
  query: TraceListQuery,
  nowNs: bigint,
  live: LiveTraces = NO_LIVE_TRACES,
): Promise<Result<TracePage>> {
  const cursor = query.cursor === undefined ? undefined : readCursor(query.cursor);
  if (query.cursor !== undefined && cursor?.sort !== query.sort) {
    return refuseCursor(cursor === undefined ? undefined : 'belongs to another sort');
  }
  const range = cursor === undefined ? parseTimeRange(query, nowNs, 'query') : ok(cursor.range);
  if (!range.ok) return range;
  const running = live.all();
  const found = await findTraces(reader, query, range.value, cursor, query.limit + 1, [...running.keys()].slice(-LIVE_TRACES_LOOKED_AT));
  if (!found.ok) return found;
  const listed = await placeLiveTraces({ reader, query, range: range.value, cursor, nowNs, running }, found.value);
  if (!listed.ok) return listed;
  const page = listed.value.slice(0, query.limit);
  const items = await summarisePage(reader, page, query, nowNs, live);
  if (!items.ok) return items;
  const last = listed.value.length > page.length ? page.at(-1) : undefined;
  const next = last === undefined ? null : writeCursor({ sort: query.sort, range: range.value, value: last.value, traceId: last.traceId });
  return ok({ items: items.value, next_cursor: next });
}

async function summarisePage(
  reader: TelemetryReader,
  page: readonly ListedTrace[],
  query: TraceListQuery,
  nowNs: bigint,
  live: LiveTraces,
): Promise<Result<TraceSummary[]>> {
  const stored = page.filter(({ isStored }) => isStored);
  const [summaries, running] = await Promise.all([summariseTraces(reader, stored), spansStillRunning(reader, live, stored)]);
  if (!summaries.ok) return summaries;
  if (!running.ok) return running;
  const byId = new Map(summaries.value.map((summary) => [summary.trace_id, summary]));
  const matches = ({ status }: TraceSummary) => query.status === undefined || query.status === status;
  return ok(
    page.flatMap((trace) => {
      const { traceId, isStored, begun } = trace;
      const summary = byId.get(traceId);
      const spans = isStored ? (running.value.get(traceId) ?? []) : begun;
      // Nothing of it is stored, or nothing that can be seen.
      if (summary === undefined) return spans.length === 0 ? [] : [liveTraceSummary(traceId, spans, nowNs)];
      const told = spans.length === 0 ? summary : withLiveSpans(summary, trace, spans, nowNs);
      // What was thought to run when the page was looked for may have ended since.
      return begun.length === 0 || matches(told) ? [told] : [];
    }),
  );
}
