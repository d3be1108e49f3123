import type { Span, TraceSummary } from '@sightglass/contract/trace';
import type { TelemetryReader } from '../explore/reader.ts';
import { spansOfTraces } from '../explore/spanSource.ts';
import type { LiveSpan } from '../live/liveSpan.ts';
import { type LiveTraces, NO_LIVE_TRACES } from '../live/liveSpans.ts';
import { liveSpanView, liveTraceSummary, resolveLiveSpans, withLiveSpans } from '../live/liveTrace.ts';
import { mergeLiveSpans } from '../live/mergeLiveSpans.ts';
import { readLoggedMessages } from '../logs/loggedMessages.ts';
import { fail, ok, type Result } from '../result.ts';
import { readTraceBounds, type TraceBounds } from './findTraces.ts';
import { readPayloadParts } from './payloadParts.ts';
import { contentOf, textOf, withoutOwnContent } from './spanContent.ts';
import { spansStillRunning } from './storedLiveSpans.ts';
import { attributesOf, eventsOf, type FullSpanRow, linksOf, SPAN_COLUMNS, type SummarySpanRow, summarySpan } from './spanRow.ts';
import { summariseTraces } from './summariseTraces.ts';

export interface TraceWithSpans {
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

type Detail = 'full' | 'summary';

/** A trace with what runs of it at `nowNs`. `summary` reads no payload, attribute, event or link. */
export async function getTrace(
  reader: TelemetryReader,
  traceId: string,
  detail: Detail,
  live: LiveTraces = NO_LIVE_TRACES,
  nowNs = 0n,
): Promise<Result<TraceWithSpans>> {
  const id = traceId.toLowerCase();
  const begun = live.spansOf(id);
  if (begun.length === 0) return getStoredTrace(reader, traceId, detail);
  const bounds = await findTraceBounds(reader, traceId);
  if (!bounds.ok && bounds.error.code !== 'not-found') return bounds;
  if (!bounds.ok) return ok(liveTrace(id, begun, detail, nowNs));
  const [stored, running] = await Promise.all([getStoredTrace(reader, traceId, detail), spansStillRunning(reader, live, [bounds.value])]);
  if (!running.ok) return running;
  const spans = running.value.get(id) ?? [];
  if (spans.length === 0) return stored;
  if (!stored.ok) return stored.error.code === 'not-found' ? ok(liveTrace(id, spans, detail, nowNs)) : stored;
  const views = resolveLiveSpans(id, spans).map((span) => liveSpanView(span, nowNs, detail));
  return ok({ trace: withLiveSpans(stored.value.trace, bounds.value, spans, nowNs), spans: mergeLiveSpans(stored.value.spans, views) });
}

/** A trace of which nothing is stored yet. */
function liveTrace(traceId: string, spans: readonly LiveSpan[], detail: Detail, nowNs: bigint): TraceWithSpans {
  const views = resolveLiveSpans(traceId, spans).map((span) => liveSpanView(span, nowNs, detail));
  return { trace: liveTraceSummary(traceId, spans, nowNs), spans: startingWith(views, nothingFollows()) };
}

async function getStoredTrace(reader: TelemetryReader, traceId: string, detail: Detail): Promise<Result<TraceWithSpans>> {
  const bounds = await findTraceBounds(reader, traceId);
  if (!bounds.ok) return bounds;
  const chunks = detail === 'summary' ? summaryChunks(reader, bounds.value) : fullChunks(reader, bounds.value);
  const [summaries, first] = await Promise.all([summariseTraces(reader, [bounds.value]), chunks.next()]);
  if (!summaries.ok) return summaries;
  const [trace] = summaries.value;
  if (trace === undefined) return noSuchTrace(traceId);
  if (first.done === true) return ok({ trace, spans: startingWith([], chunks) });
  return first.value.ok ? ok({ trace, spans: startingWith(first.value.value, chunks) }) : first.value;
}

type Chunks = AsyncGenerator<Result<Span[]>, void>;

async function* summaryChunks(reader: TelemetryReader, bounds: TraceBounds): Chunks {
  const rows = await readRows<SummarySpanRow>(reader, bounds, SPAN_COLUMNS.summary);
  if (!rows.ok) yield rows;
  else {
    const once = oncePerSpan(new Set(), rows.value);
    for (let i = 0; i < once.length; i += CHUNK_SPANS) yield ok(once.slice(i, i + CHUNK_SPANS).map(summarySpan));
  }
}

/** A place in the spans of a trace by start: behind the span with this id. */
interface Place {
  startNs: bigint;
  id: string;
}

/** The columns of a trace's spans, by start. */
function readRows<Row>(
  reader: TelemetryReader,
  bounds: TraceBounds,
  columns: string,
  page?: { after: Place | undefined; limit: number },
): Promise<Result<Row[]>> {
  const after = page?.after;
  const { source, params } = spansOfTraces([after === undefined ? bounds : { ...bounds, startNs: after.startNs }]);
  const behind =
    after === undefined ? '' : ' WHERE (toUnixTimestamp64Nano(start_time), span_id) > ({afterNs:Int64}, toFixedString(unhex({afterId:String}), 8))';
  const limited = page === undefined ? '' : ` LIMIT ${page.limit}`;
  return reader.query<Row>({
    sql: `SELECT ${columns} FROM ${source}${behind} ORDER BY start_time, span_id${limited}`,
    params: after === undefined ? params : { ...params, afterNs: after.startNs, afterId: after.id },
  });
}

/** The store keeps a span once per minute of its start; a sender that moves a span's start makes a second row of it. */
function oncePerSpan<Row extends { id: string }>(seen: Set<string>, rows: readonly Row[]): Row[] {
  return rows.filter(({ id }) => !seen.has(id) && seen.add(id));
}

/** A long trace is read in pieces, each with its payloads and each behind the last. */
async function* fullChunks(reader: TelemetryReader, bounds: TraceBounds): Chunks {
  const seen = new Set<string>();
  let after: Place | undefined;
  for (;;) {
    const rows = await readRows<FullSpanRow>(reader, bounds, SPAN_COLUMNS.full, { after, limit: CHUNK_SPANS });
    if (!rows.ok) {
      yield rows;
      return;
    }
    const [first, last] = [rows.value[0], rows.value.at(-1)];
    if (first === undefined || last === undefined) return;
    const lastStartNs = BigInt(last.start_ns);
    yield await withContent(reader, { ...bounds, startNs: BigInt(first.start_ns) }, lastStartNs, oncePerSpan(seen, rows.value));
    if (rows.value.length < CHUNK_SPANS) return;
    after = { startNs: lastStartNs, id: last.id };
  }
}

/** Rows that start from the bounds' start to `lastStartNs` with their payloads, and with the messages that came as logs until the trace ended. */
async function withContent(reader: TelemetryReader, bounds: TraceBounds, lastStartNs: bigint, rows: readonly FullSpanRow[]): Promise<Result<Span[]>> {
  const hashes = new Set(rows.flatMap((row) => [...row.input_parts_hex, ...row.output_parts_hex]));
  const [contents, logged] = await Promise.all([
    readPayloadParts(reader, hashes, bounds.startNs, lastStartNs),
    readLoggedMessages(reader, bounds, withoutOwnContent(rows)),
  ]);
  if (!contents.ok) return contents;
  if (!logged.ok) return logged;
  const content = { parts: contents.value, logged: logged.value };
  return ok(
    rows.map((row) => ({
      ...summarySpan(row),
      input: textOf(contentOf(row, 'input', content)),
      output: textOf(contentOf(row, 'output', content)),
      attributes: attributesOf(row, reader.open),
      events: eventsOf(row.events, reader.open),
      links: linksOf(row.links),
    })),
  );
}

async function* nothingFollows(): Chunks {}

async function* startingWith(first: Span[], rest: Chunks): AsyncGenerator<Span[], void> {
  yield first;
  for await (const chunk of rest) {
    if (!chunk.ok) throw new Error(chunk.error.detail);
    yield chunk.value;
  }
}
