import type { RunDetail } from '@sightglass/contract/run';
import type { TelemetryReader } from '../explore/reader.ts';
import { type LiveTraces, NO_LIVE_TRACES } from '../live/liveSpans.ts';
import { findLiveSpan } from '../live/findLiveSpan.ts';
import { liveSpanView, resolveLiveSpans } from '../live/liveTrace.ts';
import { ok, type Result } from '../result.ts';
import { readTraceBounds } from '../traces/findTraces.ts';
import { getSpan } from '../traces/getSpan.ts';
import { findRun, noSuchRun } from './findRun.ts';
import { type LiveRun, liveRun, runsInProgress } from './liveRuns.ts';
import { NO_PARTS, readRunParts } from './runParts.ts';
import { addTotals, NO_TOTALS, totalsKey } from './runTotals.ts';
import { readRuns, type StoredRuns, spanKeyText, storedRun } from './summariseRuns.ts';

/** One run with what it is made of, its input and output in full length. `traceId` chooses among several traces that name the run. */
export async function getRun(
  reader: TelemetryReader,
  runId: string,
  traceId: string | undefined,
  nowNs: bigint,
  live: LiveTraces = NO_LIVE_TRACES,
): Promise<Result<RunDetail>> {
  const inProgress = await runsInProgress(reader, live);
  if (!inProgress.ok) return inProgress;
  const wanted = traceId?.toLowerCase();
  const begun = inProgress.value.runs.find((run) => run.storedAs.includes(runId) && (wanted === undefined || run.traceId === wanted));
  return begun === undefined ? getStoredRun(reader, runId, traceId, nowNs) : getLiveRun(reader, begun, live, nowNs);
}

async function getStoredRun(reader: TelemetryReader, runId: string, traceId: string | undefined, nowNs: bigint): Promise<Result<RunDetail>> {
  const place = await findRun(reader, runId, traceId, nowNs);
  if (!place.ok) return place;
  const bounds = await readTraceBounds(reader, [place.value.traceId]);
  if (!bounds.ok) return bounds;
  const ofTrace = bounds.value.get(place.value.traceId);
  if (ofTrace === undefined) return noSuchRun(runId);
  const [stored, parts] = await Promise.all([
    readRuns(reader, [place.value], [ofTrace]),
    readRunParts(reader, ofTrace, place.value.spanId, [runId], nowNs),
  ]);
  if (!stored.ok) return stored;
  if (!parts.ok) return parts;
  const row = stored.value.rows.get(spanKeyText(place.value));
  if (row === undefined) return noSuchRun(runId);
  const run = storedRun(row, stored.value, reader.open);
  const inputSpanId = row.input_text === '' ? firstInputOf(stored.value, row.trace, [runId]) : row.span;
  const outputSpanId = row.output_text === '' ? lastOutputOf(stored.value, row.trace, [runId]) : row.span;
  const contents = await readContents(reader, row.trace, inputSpanId, outputSpanId);
  if (!contents.ok) return contents;
  const { input, output } = contents.value;
  return ok({
    ...run,
    input_context: input ?? run.input_context,
    output_summary: output ?? run.output_summary,
    input_span_id: inputSpanId,
    output_span_id: outputSpanId,
    ...parts.value,
    span_count: totalsOf(stored.value, row.trace, [runId]).spanCount,
  });
}

async function getLiveRun(reader: TelemetryReader, begun: LiveRun, live: LiveTraces, nowNs: bigint): Promise<Result<RunDetail>> {
  const { traceId, spanId, storedAs, bounds } = begun;
  const [stored, parts] = await Promise.all([
    readRuns(reader, [begun], bounds === null ? [] : [bounds]),
    bounds === null ? ok(NO_PARTS) : readRunParts(reader, bounds, spanId, storedAs, nowNs),
  ]);
  if (!stored.ok) return stored;
  if (!parts.ok) return parts;
  const run = liveRun(begun, stored.value, reader.open);
  const inputSpanId = begun.span.inputPreview === null ? firstInputOf(stored.value, traceId, storedAs) : spanId;
  const outputSpanId = lastOutputOf(stored.value, traceId, storedAs);
  const contents = await readContents(reader, traceId, inputSpanId === spanId ? null : inputSpanId, outputSpanId);
  if (!contents.ok) return contents;
  const own = findLiveSpan(live, traceId, spanId, nowNs)?.input ?? null;
  const running = stepsInProgress(begun, live, nowNs);
  return ok({
    ...run,
    input_context: own ?? contents.value.input ?? run.input_context,
    output_summary: contents.value.output ?? run.output_summary,
    input_span_id: inputSpanId,
    output_span_id: outputSpanId,
    ...parts.value,
    steps: [...parts.value.steps, ...running],
    step_count: parts.value.step_count + running.length,
    span_count: totalsOf(stored.value, traceId, storedAs).spanCount,
  });
}

/** Spans right below it that are in progress, too. */
function stepsInProgress({ traceId, spanId }: LiveRun, live: LiveTraces, nowNs: bigint): RunDetail['steps'] {
  return resolveLiveSpans(traceId, live.spansOf(traceId))
    .filter(({ span }) => span.parentSpanId === spanId)
    .map((span) => {
      const { span_id, name, kind, status, start_time, duration_ns } = liveSpanView(span, nowNs, 'summary');
      return { span_id, name, kind, status, message: null, started_at: start_time, duration_ns, steps: 0 };
    });
}

const totalsOf = (stored: StoredRuns, traceId: string, runIds: readonly string[]) =>
  runIds.map((id) => stored.totals.get(totalsKey(traceId, id)) ?? NO_TOTALS).reduce(addTotals);
const firstInputOf = (...run: Parameters<typeof totalsOf>) => totalsOf(...run).firstInput?.spanId ?? null;
const lastOutputOf = (...run: Parameters<typeof totalsOf>) => totalsOf(...run).lastOutput?.spanId ?? null;

/** Whole texts of the span that was given the input and of the one that made the output; null where there is none. */
async function readContents(
  reader: TelemetryReader,
  traceId: string,
  inputSpanId: string | null,
  outputSpanId: string | null,
): Promise<Result<{ input: string | null; output: string | null }>> {
  const read = async (spanId: string | null) => (spanId === null ? ok(null) : getSpan(reader, traceId, spanId, () => null));
  const [input, output] = await Promise.all([read(inputSpanId), read(outputSpanId)]);
  if (!input.ok && input.error.code !== 'not-found') return input;
  if (!output.ok && output.error.code !== 'not-found') return output;
  return ok({ input: input.ok ? (input.value?.input ?? null) : null, output: output.ok ? (output.value?.output ?? null) : null });
}
