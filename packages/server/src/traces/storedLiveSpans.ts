/** Which spans in progress have reached the store by another way than this process knows of; they run no more. */
import type { TelemetryReader } from '../explore/reader.ts';
import { spansOfTraces } from '../explore/spanSource.ts';
import type { LiveSpan } from '../live/liveSpan.ts';
import type { LiveTraces } from '../live/liveSpans.ts';
import { ok, type Result } from '../result.ts';
import type { TraceBounds } from './findTraces.ts';
import { SPAN_ID_IN } from '../telemetry/idsSql.ts';

/** A server takes parameters in the URL, which it cuts at 1 MB. */
const IDS_A_QUERY = 10_000;

/**
 * The spans in progress of stored traces, without those that are stored themselves; traces of which none is left are missing.
 * What was found stored is taken out of memory.
 */
export async function spansStillRunning(
  reader: TelemetryReader,
  live: LiveTraces,
  traces: readonly TraceBounds[],
): Promise<Result<Map<string, readonly LiveSpan[]>>> {
  const running = new Map<string, readonly LiveSpan[]>();
  for (const { traceId } of traces) {
    const spans = live.spansOf(traceId);
    if (spans.length > 0) running.set(traceId, spans);
  }
  if (running.size === 0) return ok(running);
  const { source, params } = spansOfTraces(traces.filter(({ traceId }) => running.has(traceId)));
  const spanIds = [...running.values()].flatMap((spans) => spans.map(({ spanId }) => spanId));
  for (let i = 0; i < spanIds.length; i += IDS_A_QUERY) {
    const stored = await reader.query<{ trace: string; spans: string[] }>({
      sql: `SELECT lower(hex(trace_id)) AS trace, groupUniqArray(lower(hex(span_id))) AS spans FROM ${source}
WHERE ${SPAN_ID_IN} GROUP BY trace_id`,
      params: { ...params, spanIds: spanIds.slice(i, i + IDS_A_QUERY) },
    });
    if (!stored.ok) return stored;
    for (const { trace, spans } of stored.value) {
      live.ended(trace, spans);
      const ended = new Set(spans);
      const left = (running.get(trace) ?? []).filter(({ spanId }) => !ended.has(spanId));
      if (left.length > 0) running.set(trace, left);
      else running.delete(trace);
    }
  }
  return ok(running);
}
