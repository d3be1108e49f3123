import type { Span, TraceSummary } from '@sightglass/contract/trace';
import type { TelemetryReader } from '../explore/reader.ts';
import { SPANS_OF_TRACES, spansOfTracesParams } from '../explore/spanSource.ts';
import { fail, ok, type Result } from '../result.ts';
import { readTraceBounds, type TraceBounds } from './findTraces.ts';
import { readPayloadParts, textOfParts } from './payloadParts.ts';
import { attributesOf, eventsOf, type FullSpanRow, linksOf, SPAN_COLUMNS, type SummarySpanRow, summarySpan } from './spanRow.ts';
import { summariseTraces } from './summariseTraces.ts';

export interface StoredTrace {
  trace: TraceSummary;
  /**
   * The spans by start, in chunks, so that a trace of any length can be written out while it is read. The
   * first chunk is read before this is answered; a failure in a later one throws.
   */
  spans: AsyncIterable<Span[]>;
}

/** Spans that are read and written at once. */
const CHUNK_SPANS = 5_000;

/** A missing trace and another workspace's are the same. */
export const noSuchTrace = (traceId: string) => fail('not-found', `There is no trace ${traceId.slice(0, 64)} in this workspace.`);

/** Bounds of the trace that an id from outside names. */
export async function findTraceBounds(reader: TelemetryReader, traceId: string): Promise<Result<TraceBounds>> {
  const id = traceId.toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(id)) return noSuchTrace(traceId);
  const bounds = await readTraceBounds(reader, [id]);
  if (!bounds.ok) return bounds;
  const found = bounds.value.get(id);
  return found === undefined ? noSuchTrace(traceId) : ok(found);
}

/** `summary` reads no payload, attribute, event or link. */
export async function getTrace(reader: TelemetryReader, traceId: string, detail: 'full' | 'summary'): Promise<Result<StoredTrace>> {
  const bounds = await findTraceBounds(reader, traceId);
  if (!bounds.ok) return bounds;
  const [summaries, rows] = await Promise.all([summariseTraces(reader, [bounds.value]), readSummaryRows(reader, bounds.value)]);
  if (!summaries.ok) return summaries;
  if (!rows.ok) return rows;
  const [trace] = summaries.value;
  if (trace === undefined) return noSuchTrace(traceId);
  const chunks = detail === 'summary' ? summaryChunks(rows.value) : fullChunks(reader, bounds.value, rows.value);
  const first = await chunks.next();
  if (first.done === true) return ok({ trace, spans: emptyChunks() });
  return first.value.ok ? ok({ trace, spans: startingWith(first.value.value, chunks) }) : first.value;
}

async function readSummaryRows(reader: TelemetryReader, bounds: TraceBounds): Promise<Result<SummarySpanRow[]>> {
  const rows = await reader.query<SummarySpanRow>({
    sql: `SELECT ${SPAN_COLUMNS.summary} FROM ${SPANS_OF_TRACES} ORDER BY start_time, span_id`,
    params: spansOfTracesParams([bounds]),
  });
  return rows.ok ? ok(oncePerSpan(rows.value)) : rows;
}

/** The store keeps a span once per minute of its start; a sender that moves a span's start makes a second row of it. */
function oncePerSpan(rows: SummarySpanRow[]): SummarySpanRow[] {
  const seen = new Set<string>();
  return rows.filter(({ id }) => !seen.has(id) && seen.add(id));
}

type Chunks = AsyncGenerator<Result<Span[]>, void>;

async function* summaryChunks(rows: readonly SummarySpanRow[]): Chunks {
  for (let i = 0; i < rows.length; i += CHUNK_SPANS) yield ok(rows.slice(i, i + CHUNK_SPANS).map(summarySpan));
}

async function* fullChunks(reader: TelemetryReader, bounds: TraceBounds, rows: readonly SummarySpanRow[]): Chunks {
  for (let i = 0; i < rows.length; i += CHUNK_SPANS) yield await readFullSpans(reader, bounds, rows.slice(i, i + CHUNK_SPANS));
}

/** The spans of the rows, whole. They follow one another by start, so their own time is what is read. */
async function readFullSpans(reader: TelemetryReader, bounds: TraceBounds, rows: readonly SummarySpanRow[]): Promise<Result<Span[]>> {
  const first = rows[0];
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return ok([]);
  const startNs = BigInt(first.start_ns);
  const endNs = BigInt(last.start_ns);
  const stored = await reader.query<FullSpanRow>({
    sql: `SELECT ${SPAN_COLUMNS.full} FROM ${SPANS_OF_TRACES}`,
    params: spansOfTracesParams([{ ...bounds, startNs, endNs }]),
  });
  if (!stored.ok) return stored;
  const byId = new Map(stored.value.map((row) => [row.id, row]));
  const full = rows.map((row) => byId.get(row.id)).filter((row) => row !== undefined);
  const hashes = new Set(full.flatMap((row) => [...row.input_parts_hex, ...row.output_parts_hex]));
  const contents = await readPayloadParts(reader, hashes, startNs, endNs);
  if (!contents.ok) return contents;
  return ok(
    full.map((row) => ({
      ...summarySpan(row),
      input: textOfParts(row.input_format, row.input_parts_hex, contents.value),
      output: textOfParts(row.output_format, row.output_parts_hex, contents.value),
      attributes: attributesOf(row),
      events: eventsOf(row.events),
      links: linksOf(row.links),
    })),
  );
}

async function* startingWith(first: Span[], rest: Chunks): AsyncGenerator<Span[], void> {
  yield first;
  for await (const chunk of rest) {
    if (!chunk.ok) throw new Error(chunk.error.detail);
    yield chunk.value;
  }
}

async function* emptyChunks(): AsyncGenerator<Span[], void> {}
