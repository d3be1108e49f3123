/**
 * Makes the spans of traces that were told in several requests out of all their stored parts, whatever the order
 * in which these came. Only what new parts touch is written again (`rowsToWrite.ts`). Idempotent; the truth is
 * `observation_parts`.
 */
import { randomUUID } from 'node:crypto';
import type { ContentCipher } from '../encryption/envelope.ts';
import { resolveSpans } from '../enrich/enrichSpans.ts';
import { type RequestEstimates, withUsageInTurn } from '../estimate/estimator.ts';
import { LAST_MINUTE_NS } from '../events/eventSource.ts';
import { MADE_OF_PARTS, type PlacedSpan, removeStrays } from '../events/removeStrays.ts';
import type { CanonicalSpan } from '../normalise/canonicalSpan.ts';
import type { LangfusePart } from '../normalise/langfuse/langfusePart.ts';
import { rootOfTrace, spansOfObservations } from '../normalise/langfuse/langfuseSpans.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import { type SplitPayloads, spanTables } from '../telemetry/spanTables.ts';
import type { SpanCost } from '../telemetry/storedSpan.ts';
import { versionOfKnowledge } from '../telemetry/tables/spans.ts';
import { readParts, tellerOf } from './partRows.ts';
import { type RowToWrite, rowsToWrite, type TouchedTrace, type TraceWork } from './rowsToWrite.ts';

const TRACES_AT_ONCE = 200;
/** Read, mapped and written at once: bounds the memory, and how long the program's thread is held up. */
const ROWS_AT_ONCE = 1_000;
const BODY_BYTES_AT_ONCE = 8 * 1024 * 1024;
const NS_PER_MINUTE = 60_000_000_000n;

export interface ComposeDependencies {
  telemetry: TelemetryConnection;
  splitPayloads: SplitPayloads;
  /** By the prices that the workspace has now. */
  price(span: CanonicalSpan, workspaceId: string): SpanCost;
  nowMs(): number;
  /** Null where the workspace does not want the tokens of calls without usage counted. */
  estimatesOf(workspaceId: string): RequestEstimates | null;
  /** What the workspace's inputs and outputs are encrypted with. May throw: then it is tried again. */
  cipherOf(workspaceId: string): ContentCipher;
  /** Told of a trace that breaks our own code; its parts stay where they are. */
  onFault(traceId: string, error: unknown): void;
}

/** Answers the traces that have to be settled. */
export async function composeObservations(deps: ComposeDependencies, workspaceId: string, touched: readonly TouchedTrace[]): Promise<string[]> {
  const settle: string[] = [];
  for (let i = 0; i < touched.length; i += TRACES_AT_ONCE) {
    const { traceIds, rows } = await rowsToWrite(
      deps.telemetry,
      workspaceId,
      touched.slice(i, i + TRACES_AT_ONCE),
      deps.nowMs(),
      deps.cipherOf(workspaceId).open,
    );
    for (const batch of inBatches(rows)) await writeRows(deps, workspaceId, batch);
    settle.push(...traceIds);
  }
  return settle;
}

function* inBatches(rows: readonly RowToWrite[]): Generator<RowToWrite[]> {
  let batch: RowToWrite[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (batch.length > 0 && (batch.length >= ROWS_AT_ONCE || bytes + row.bodyBytes > BODY_BYTES_AT_ONCE)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(row);
    bytes += row.bodyBytes;
  }
  if (batch.length > 0) yield batch;
}

interface ComposedRow {
  row: RowToWrite;
  span: CanonicalSpan;
}

async function writeRows(deps: ComposeDependencies, workspaceId: string, rows: readonly RowToWrite[]): Promise<void> {
  const { telemetry, splitPayloads } = deps;
  const { open, sealer } = deps.cipherOf(workspaceId);
  const parts = await readParts(
    telemetry,
    workspaceId,
    rows.flatMap(({ work, reads }) => (reads === null ? [] : [{ traceId: work.told.traceId, spanId: reads }])),
    open,
  );
  const composed = await withEstimates(
    deps,
    workspaceId,
    byWork(rows).flatMap(([work, ofWork]) => composeTrace(deps, work, ofWork, parts)),
  );
  if (composed.length === 0) return;
  const versions = new Map(composed.map(({ row, span }) => [span, versionOfKnowledge(row.work.knowledge)]));
  const { spans: resolved } = resolveSpans([...versions.keys()], (span) => deps.price(span, workspaceId));
  const stored = resolved.map((span) => ({ ...span, version: versions.get(span.span) ?? 0n }));
  const { tables, commit } = spanTables(workspaceId, deps.nowMs(), stored, splitPayloads, sealer);
  for (const { name, native } of tables) await telemetry.insertNative(name, native, randomUUID());
  commit();
  await removeStrays(telemetry, workspaceId, composed.map(placeOf), MADE_OF_PARTS);
}

async function withEstimates(deps: ComposeDependencies, workspaceId: string, composed: ComposedRow[]): Promise<ComposedRow[]> {
  const estimates = deps.estimatesOf(workspaceId);
  if (estimates === null) return composed;
  const counted: ComposedRow[] = [];
  for (const { row, span } of composed) {
    const before = estimates.faults.length;
    counted.push({ row, span: await withUsageInTurn(span, estimates) });
    for (const error of estimates.faults.slice(before)) deps.onFault(span.traceId, error);
  }
  return counted;
}

function byWork(rows: readonly RowToWrite[]): [TraceWork, RowToWrite[]][] {
  const works = new Map<TraceWork, RowToWrite[]>();
  for (const row of rows) {
    const ofWork = works.get(row.work);
    if (ofWork === undefined) works.set(row.work, [row]);
    else ofWork.push(row);
  }
  return [...works];
}

function composeTrace(
  deps: ComposeDependencies,
  work: TraceWork,
  rows: readonly RowToWrite[],
  parts: ReadonlyMap<string, LangfusePart[]>,
): ComposedRow[] {
  const { traceId } = work.told;
  const observations = new Map(rows.flatMap(({ reads }) => (reads === null ? [] : [[reads, parts.get(tellerOf(traceId, reads)) ?? []] as const])));
  const told = { ...work.told, observations };
  try {
    const root = rows.some(({ spanId }) => spanId === null) ? rootOfTrace(told) : undefined;
    const spans = new Map([...spansOfObservations(told), ...(root === undefined ? [] : [root])].map((span) => [span.spanId, span]));
    return rows.flatMap((row) => {
      const span = spans.get(row.spanId ?? work.root ?? '');
      return span === undefined ? [] : [{ row, span }];
    });
  } catch (error) {
    deps.onFault(traceId, error);
    return [];
  }
}

function placeOf({ row, span }: ComposedRow): PlacedSpan {
  const minute = Number(span.startNs / NS_PER_MINUTE) * 60;
  const isHere = (place: RowToWrite['places'][number]) => place.spanId === span.spanId && place.minute === minute;
  // Beyond it the store's minutes begin anew, and the right row could be taken for a stray.
  const elsewhere = span.startNs < LAST_MINUTE_NS ? row.places.filter((place) => !isHere(place)) : [];
  return { traceId: span.traceId, spanId: span.spanId, minute, elsewhere: elsewhere.map((place) => [span.traceId, place.spanId, place.minute]) };
}
