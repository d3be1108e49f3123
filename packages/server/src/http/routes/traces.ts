import { getSpan as getSpanRoute, getTrace as getTraceRoute, listTraces as listTracesRoute } from '@sightglass/contract/routes/traces';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Caller } from '../../access/caller.ts';
import type { TelemetryReader } from '../../explore/reader.ts';
import { type LiveTraces, NO_LIVE_TRACES } from '../../live/liveSpans.ts';
import { type ExplainCost, getSpan } from '../../traces/getSpan.ts';
import { getTrace, type TraceWithSpans } from '../../traces/getTrace.ts';
import { listTraces } from '../../traces/listTraces.ts';
import { ok } from '../../result.ts';
import { findLiveSpan } from '../../live/findLiveSpan.ts';
import { withoutHiddenAgents } from '../../traces/withoutHiddenAgents.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';
import { textStream } from '../textStream.ts';

export interface TraceRouteDeps {
  readerOf(caller: Caller): TelemetryReader;
  explainCost: ExplainCost;
  /** What runs in a workspace now; absent: nothing. */
  liveOf?(workspaceId: WorkspaceId): LiveTraces;
  /** Unix nanoseconds. */
  now(): bigint;
}

export function traceRoutes(app: App, { readerOf, explainCost, now, liveOf = () => NO_LIVE_TRACES }: TraceRouteDeps): void {
  /** What runs in the workspace, as far as the caller may see it. */
  const liveFor = ({ workspaceId, hiddenAgents }: Caller, reader: TelemetryReader) => withoutHiddenAgents(liveOf(workspaceId), reader, hiddenAgents);

  app.openapi(listTracesRoute, async (c) => {
    const reader = readerOf(c.var.caller);
    const live = await liveFor(c.var.caller, reader);
    if (!live.ok) return problem(c, live.error);
    const page = await listTraces(reader, c.req.valid('query'), now(), live.value);
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });

  app.openapi(getTraceRoute, async (c) => {
    const { detail } = c.req.valid('query');
    const reader = readerOf(c.var.caller);
    const live = await liveFor(c.var.caller, reader);
    if (!live.ok) return problem(c, live.error);
    const found = await getTrace(reader, c.req.valid('param').trace_id, detail, live.value, now());
    if (!found.ok) return problem(c, found.error);
    // Of the type the route declares, but written while it is read: a trace may have more spans than one string can hold.
    return c.body(textStream(traceJson(found.value)), 200, { 'content-type': 'application/json' }) as never;
  });

  app.openapi(getSpanRoute, async (c) => {
    const { trace_id, span_id } = c.req.valid('param');
    const reader = readerOf(c.var.caller);
    const stored = await getSpan(reader, trace_id, span_id, explainCost);
    if (stored.ok || stored.error.code !== 'not-found') return stored.ok ? c.json(stored.value, 200) : problem(c, stored.error);
    const live = await liveFor(c.var.caller, reader);
    if (!live.ok) return problem(c, live.error);
    const running = findLiveSpan(live.value, trace_id, span_id, now());
    const found = running === undefined ? stored : ok(running);
    return found.ok ? c.json(found.value, 200) : problem(c, found.error);
  });
}

/** `{ "trace": …, "spans": [ … ] }`, a chunk of spans at a time. */
async function* traceJson({ trace, spans }: TraceWithSpans): AsyncGenerator<string> {
  yield `{"trace":${JSON.stringify(trace)},"spans":[`;
  let separator = '';
  for await (const chunk of spans) {
    if (chunk.length === 0) continue;
    yield `${separator}${chunk.map((span) => JSON.stringify(span)).join(',')}`;
    separator = ',';
  }
  yield ']}';
}
