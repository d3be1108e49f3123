import type { Run } from '@sightglass/contract/run';
import type { RunListQuery } from '@sightglass/contract/routes/runs';
import type { TelemetryReader } from '../explore/reader.ts';
import { parseTimeRange } from '../explore/timeRange.ts';
import { type LiveTraces, NO_LIVE_TRACES } from '../live/liveSpans.ts';
import { refuseCursor } from '../refuseCursor.ts';
import { ok, type Result } from '../result.ts';
import { readTraceBounds } from '../traces/findTraces.ts';
import { type FoundRun, findRuns, sortOf } from './findRuns.ts';
import { type LiveRun, liveRun, matchesLiveRun, runsInProgress } from './liveRuns.ts';
import { type RunCursor, readRunCursor, writeRunCursor } from './runCursor.ts';
import { readRuns, spanKeyText, storedRun } from './summariseRuns.ts';

export interface RunPage {
  items: Run[];
  next_cursor: string | null;
}

/**
 * A page of the runs that start in the range. `nowNs` is what `now` means on the first page; later pages keep its range. Ordered by start,
 * runs of which the end is not known yet stand among the others; what is counted is counted of stored spans alone. `sessionId`: only of
 * this very session, commas and all.
 */
export async function listRuns(
  reader: TelemetryReader,
  query: RunListQuery,
  nowNs: bigint,
  live: LiveTraces = NO_LIVE_TRACES,
  sessionId?: string,
): Promise<Result<RunPage>> {
  const cursor = query.cursor === undefined ? undefined : readRunCursor(query.cursor);
  if (query.cursor !== undefined && cursor?.sort !== query.sort) {
    return refuseCursor(cursor === undefined ? undefined : 'belongs to another sort');
  }
  const range = cursor === undefined ? parseTimeRange(query, nowNs, 'query') : ok(cursor.range);
  if (!range.ok) return range;
  const inProgress = await runsInProgress(reader, live);
  if (!inProgress.ok) return inProgress;
  const { replaced, runs } = inProgress.value;
  const found = await findRuns({ reader, query, range: range.value, cursor, count: query.limit + 1, nowNs, replaced, sessionId });
  if (!found.ok) return found;
  const begun = runs.filter(
    (run) =>
      run.startNs >= range.value.fromNs &&
      run.startNs < range.value.toNs &&
      (sessionId === undefined || run.context.sessionId === sessionId) &&
      matchesLiveRun(run, query, nowNs) &&
      isOnPage(run, query, cursor),
  );
  const listed = place(found.value, begun, query);
  const page = listed.slice(0, query.limit);
  const items = await summarise(reader, page);
  if (!items.ok) return items;
  const last = listed.length > page.length ? page.at(-1) : undefined;
  const next = last === undefined ? null : writeRunCursor({ ...last, sort: query.sort, range: range.value });
  return ok({ items: items.value, next_cursor: next });
}

type ListedRun = FoundRun & { begun?: LiveRun };
type Place = Pick<FoundRun, 'startNs' | 'traceId' | 'spanId'>;

/** In another order than by start the list shows what is stored. */
function isOnPage(run: LiveRun, { sort }: RunListQuery, cursor: RunCursor | undefined): boolean {
  const { key, descending } = sortOf(sort);
  if (key !== 'started_at') return false;
  return cursor === undefined || isBefore({ startNs: BigInt(cursor.value), traceId: cursor.traceId, spanId: cursor.spanId }, run, descending);
}

function place(found: readonly FoundRun[], begun: readonly LiveRun[], { sort }: RunListQuery): ListedRun[] {
  if (begun.length === 0) return [...found];
  const { descending } = sortOf(sort);
  const placed = begun.map((run) => {
    const { traceId, spanId, startNs } = run;
    return { traceId, spanId, startNs, value: startNs.toString(), begun: run };
  });
  return [...found, ...placed].sort((a, b) => (isBefore(a, b, descending) ? -1 : 1));
}

function isBefore(a: Place, b: Place, descending: boolean): boolean {
  if (a.startNs !== b.startNs) return a.startNs > b.startNs === descending;
  return a.traceId + a.spanId > b.traceId + b.spanId === descending;
}

async function summarise(reader: TelemetryReader, page: readonly ListedRun[]): Promise<Result<Run[]>> {
  const bounds = await readTraceBounds(reader, [...new Set(page.map(({ traceId }) => traceId))]);
  if (!bounds.ok) return bounds;
  const stored = await readRuns(reader, page, [...bounds.value.values()]);
  if (!stored.ok) return stored;
  return ok(
    page.flatMap((run) => {
      if (run.begun !== undefined) return [liveRun(run.begun, stored.value, reader.open)];
      const row = stored.value.rows.get(spanKeyText(run));
      // Deleted since it was found.
      return row === undefined ? [] : [storedRun(row, stored.value, reader.open)];
    }),
  );
}
