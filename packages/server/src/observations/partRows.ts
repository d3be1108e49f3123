/** What the store holds of the parts of traces, as composing needs it. */
import { type OpenText, openValues } from '../encryption/envelope.ts';
import { asObject } from '../normalise/attributes.ts';
import type { LangfusePart, PartAbout } from '../normalise/langfuse/langfusePart.ts';
import type { ObservationOutline, TraceOutline } from '../normalise/langfuse/traceOutline.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import { SPAN_ID_IN, TRACE_ID_IN } from '../telemetry/idsSql.ts';

const NO_SPAN = '0'.repeat(16);

export interface StoredOutline extends ObservationOutline {
  /** When the first of its parts came, in Unix milliseconds. */
  firstReceivedMs: number;
  /** Of all its bodies, as sent. */
  bodyBytes: number;
}
export interface StoredTraceOutline extends TraceOutline {
  observations: ReadonlyMap<string, StoredOutline>;
}

interface OutlineRow {
  trace: string;
  span: string;
  parts: number | string;
  created: number;
  has_parent: number;
  last_name: string;
  start_ns: string | null;
  end_ns: string | null;
  first_received_ms: string;
  all_body_bytes: number | string;
}

/** By trace; one of which nothing is stored is left out. Counts and times are those that `outlineTraces` makes of the parts themselves. */
export async function readOutlines(
  telemetry: TelemetryConnection,
  workspaceId: string,
  traceIds: readonly string[],
): Promise<Map<string, StoredTraceOutline>> {
  const rows = await telemetry.rows<OutlineRow>(
    `SELECT lower(hex(trace_id)) AS trace, lower(hex(span_id)) AS span, uniqExact(item_key) AS parts, max(creates) AS created, max(p.has_parent) AS has_parent,
  argMaxIf(name, timestamp, name != '') AS last_name,
  toString(toUnixTimestamp64Nano(min(started_at))) AS start_ns, toString(toUnixTimestamp64Nano(max(ended_at))) AS end_ns,
  toString(toUnixTimestamp64Milli(min(received_at))) AS first_received_ms, sum(p.body_bytes) AS all_body_bytes
FROM observation_parts AS p
WHERE workspace_id = {workspace:String} AND ${TRACE_ID_IN}
  AND about IN ('trace', 'observation')
GROUP BY trace_id, span_id`,
    { workspace: workspaceId, traceIds },
  );
  const traces = new Map<string, { parts: number; startNs: bigint | null; observations: Map<string, StoredOutline> }>();
  for (const row of rows) {
    const trace = traces.get(row.trace) ?? { parts: 0, startNs: null, observations: new Map() };
    traces.set(row.trace, trace);
    const outline = outlineOfRow(row);
    trace.parts += outline.parts;
    if (row.span === NO_SPAN) trace.startNs = outline.startNs;
    else trace.observations.set(row.span, outline);
  }
  return traces;
}

const outlineOfRow = (row: OutlineRow): StoredOutline => ({
  spanId: row.span,
  parts: Number(row.parts),
  created: row.created === 1,
  hasParent: row.has_parent === 1,
  startNs: row.start_ns === null ? null : BigInt(row.start_ns),
  endNs: row.end_ns === null ? null : BigInt(row.end_ns),
  name: row.last_name === '' ? null : row.last_name,
  firstReceivedMs: Number(row.first_received_ms),
  bodyBytes: Number(row.all_body_bytes),
});

interface PartRow {
  trace: string;
  span: string;
  key: string;
  about: PartAbout;
  type: string;
  creates: number;
  has_parent: number;
  timestamp_ns: string;
  place: number;
  sdk_name: string;
  sdk_version: string;
  body: string;
}

/** Of one trace or observation: the ids of ours; '' for the trace itself. */
export const tellerOf = (traceId: string, spanId: string | null) => `${traceId}:${spanId ?? ''}`;

/** All parts of the observations given (`spanId`), and of traces themselves (null), by `tellerOf`. */
export async function readParts(
  telemetry: TelemetryConnection,
  workspaceId: string,
  wanted: readonly { traceId: string; spanId: string | null }[],
  open: OpenText,
): Promise<Map<string, LangfusePart[]>> {
  if (wanted.length === 0) return new Map();
  const rows = await telemetry.rows<PartRow>(
    `SELECT lower(hex(trace_id)) AS trace, lower(hex(span_id)) AS span, lower(hex(item_key)) AS key, about, type, creates, has_parent,
  toString(toUnixTimestamp64Nano(timestamp)) AS timestamp_ns, place, sdk_name, sdk_version, body
FROM observation_parts FINAL
WHERE workspace_id = {workspace:String} AND ${TRACE_ID_IN}
  AND ${SPAN_ID_IN} AND about IN ('trace', 'observation')`,
    {
      workspace: workspaceId,
      traceIds: [...new Set(wanted.map(({ traceId }) => traceId))],
      spanIds: [...new Set(wanted.map(({ spanId }) => spanId ?? NO_SPAN))],
    },
  );
  const isWanted = new Set(wanted.map(({ traceId, spanId }) => tellerOf(traceId, spanId)));
  const parts = new Map<string, LangfusePart[]>();
  for (const row of rows) {
    const part = partOfRow(row, open);
    const teller = tellerOf(row.trace, part.spanId);
    if (!isWanted.has(teller)) continue;
    const told = parts.get(teller);
    if (told === undefined) parts.set(teller, [part]);
    else told.push(part);
  }
  return parts;
}

/** Times and names are in the outline; here they are not read again. */
const partOfRow = (row: PartRow, open: OpenText): LangfusePart => ({
  itemId: '',
  itemKey: row.key,
  type: row.type,
  about: row.about,
  creates: row.creates === 1,
  traceId: row.trace,
  spanId: row.span === NO_SPAN ? null : row.span,
  timestampNs: BigInt(row.timestamp_ns),
  place: row.place,
  hasParent: row.has_parent === 1,
  startNs: null,
  endNs: null,
  name: null,
  sdkName: row.sdk_name,
  sdkVersion: row.sdk_version,
  body: openValues(asObject(JSON.parse(row.body)) ?? {}, open),
});
