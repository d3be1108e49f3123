/**
 * Makes the one span of each run out of the events that begin and end it, whatever their order: a run that
 * only began shows as running, its end replaces that row, and an end that came first is corrected by the
 * beginning. Idempotent; the truth is the event log.
 */
import { randomUUID } from 'node:crypto';
import type { ContentCipher, OpenText, Sealer } from '../encryption/envelope.ts';
import { resolveSpans } from '../enrich/enrichSpans.ts';
import type { CanonicalSpan } from '../normalise/canonicalSpan.ts';
import { type KeyedEvent, type RunEvents, spanOfRun, withoutDerivedIds } from '../normalise/eventSpan.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import { type SplitPayloads, spanTables } from '../telemetry/spanTables.ts';
import type { SpanCost } from '../telemetry/storedSpan.ts';
import { versionOfKnowledge } from '../telemetry/tables/spans.ts';
import { EVENT_COLUMNS, type EventRow, eventOfRow } from './eventRow.ts';
import { eventsAt, LAST_MINUTE_NS } from './eventSource.ts';
import { MADE_OF_EVENTS, type PlacedSpan, removeStrays } from './removeStrays.ts';

const NO_COST: SpanCost = { costPicoUsd: null, costSource: null, priceId: null };
const RUNS_AT_ONCE = 500;
/** Places at which earlier versions of a run's span may lie; a run has one or two. */
const PLACES_MAX = 1_000;
/** Another instance may store an event of the same run meanwhile; then the run is made again. */
const ROUNDS_MAX = 5;

interface RunRow {
  run_key: string;
  events: string | number;
  started_key: string;
  started_ns: string;
  finished_key: string;
  finished_ns: string;
  /** [trace, span, Unix seconds of the minute] in which the run's span may have been written. */
  places: [string, string, number][];
}

interface ComposedRun {
  row: RunRow;
  span: CanonicalSpan;
}

/** Answers the traces that have to be settled. */
export async function composeRuns(
  telemetry: TelemetryConnection,
  splitPayloads: SplitPayloads,
  workspaceId: string,
  runKeys: readonly string[],
  cipher: ContentCipher,
): Promise<string[]> {
  const traceIds = new Set<string>();
  for (let i = 0; i < runKeys.length; i += RUNS_AT_ONCE) {
    let rows = await readRuns(telemetry, workspaceId, runKeys.slice(i, i + RUNS_AT_ONCE));
    for (let round = 0; rows.length > 0 && round < ROUNDS_MAX; round++) {
      const runs = await makeSpans(telemetry, workspaceId, rows, cipher.open);
      await writeSpans(telemetry, splitPayloads, workspaceId, runs, cipher.sealer);
      await removeStrays(telemetry, workspaceId, runs.map(placeOf), MADE_OF_EVENTS);
      for (const { row, span } of runs) for (const traceId of [span.traceId, ...row.places.map(([trace]) => trace)]) traceIds.add(traceId);
      rows = await readGrown(telemetry, workspaceId, rows);
    }
  }
  return [...traceIds];
}

function readRuns(telemetry: TelemetryConnection, workspaceId: string, runKeys: readonly string[]): Promise<RunRow[]> {
  return telemetry.rows<RunRow>(
    `SELECT run_key, uniqExact(event_key) AS events,
  countIf(event_type = 'run_started') > 0 AS has_started, minIf((timestamp, event_key), event_type = 'run_started') AS first_started,
  countIf(event_type = 'run_finished') > 0 AS has_finished, maxIf((timestamp, event_key), event_type = 'run_finished') AS last_finished,
  if(has_started, lower(hex(first_started.2)), '') AS started_key, toString(toUnixTimestamp64Nano(first_started.1)) AS started_ns,
  if(has_finished, lower(hex(last_finished.2)), '') AS finished_key, toString(toUnixTimestamp64Nano(last_finished.1)) AS finished_ns,
  groupUniqArray(${PLACES_MAX})((lower(hex(trace_id)), lower(hex(span_id)), toUnixTimestamp(toStartOfMinute(start_time)))) AS places
FROM run_events WHERE workspace_id = {workspace:String} AND run_key IN {runKeys:Array(String)} GROUP BY run_key`,
    { workspace: workspaceId, runKeys },
  );
}

/** Runs of which more is known by now. */
async function readGrown(telemetry: TelemetryConnection, workspaceId: string, before: readonly RunRow[]): Promise<RunRow[]> {
  const known = new Map(before.map(({ run_key, events }) => [run_key, Number(events)]));
  const now = await readRuns(telemetry, workspaceId, [...known.keys()]);
  return now.filter(({ run_key, events }) => Number(events) > (known.get(run_key) ?? 0));
}

async function makeSpans(telemetry: TelemetryConnection, workspaceId: string, rows: readonly RunRow[], open: OpenText): Promise<ComposedRun[]> {
  const events = await readEvents(telemetry, workspaceId, rows, open);
  return rows.flatMap((row) => {
    const started = events.get(row.started_key) ?? null;
    const finished = events.get(row.finished_key) ?? null;
    if (started === null && finished === null) return [];
    return [{ row, span: spanOfRun({ started, finished } as RunEvents) }];
  });
}

async function readEvents(
  telemetry: TelemetryConnection,
  workspaceId: string,
  runs: readonly RunRow[],
  open: OpenText,
): Promise<Map<string, KeyedEvent>> {
  const wanted = runs.flatMap((run) => [
    ...(run.started_key === '' ? [] : [{ key: run.started_key, timestampNs: BigInt(run.started_ns) }]),
    ...(run.finished_key === '' ? [] : [{ key: run.finished_key, timestampNs: BigInt(run.finished_ns) }]),
  ]);
  const { condition, params } = eventsAt(wanted);
  const rows = await telemetry.rows<EventRow>(
    `SELECT ${EVENT_COLUMNS} FROM events FINAL WHERE workspace_id = {workspace:String} AND ${condition}
SETTINGS do_not_merge_across_partitions_select_final = 1`,
    { workspace: workspaceId, ...params },
  );
  return new Map(rows.map((row) => [row.key, withoutDerivedIds({ event: eventOfRow(row, open), key: row.key })]));
}

async function writeSpans(
  telemetry: TelemetryConnection,
  splitPayloads: SplitPayloads,
  workspaceId: string,
  runs: readonly ComposedRun[],
  sealer: Sealer | null,
): Promise<void> {
  if (runs.length === 0) return;
  const versions = new Map(runs.map(({ row, span }) => [span, versionOfKnowledge(Number(row.events))]));
  const { spans: resolved } = resolveSpans([...versions.keys()], () => NO_COST);
  const stored = resolved.map((span) => ({ ...span, version: versions.get(span.span) ?? 0n }));
  const { tables, commit } = spanTables(workspaceId, Date.now(), stored, splitPayloads, sealer);
  for (const { name, native } of tables) await telemetry.insertNative(name, native, randomUUID());
  commit();
}

function placeOf({ row, span }: ComposedRun): PlacedSpan {
  const minute = Number(span.startNs / 60_000_000_000n) * 60;
  const isHere = ([trace, id, at]: RunRow['places'][number]) => trace === span.traceId && id === span.spanId && Number(at) === minute;
  // Beyond it the store's minutes begin anew, and the right row could be taken for a stray.
  const elsewhere = span.startNs < LAST_MINUTE_NS ? row.places.filter((place) => !isHere(place)) : [];
  return { traceId: span.traceId, spanId: span.spanId, minute, elsewhere };
}
