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
  app.openapi(listTracesRoute, async (c) => {
    const { workspaceId } = c.var.caller;
    const page = await listTraces(readerOf(c.var.caller), c.req.valid('query'), now(), liveOf(workspaceId));
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });

  app.openapi(getTraceRoute, async (c) => {
    const { workspaceId } = c.var.caller;
    const { detail } = c.req.valid('query');
    const found = await getTrace(readerOf(c.var.caller), c.req.valid('param').trace_id, detail, liveOf(workspaceId), now());
    if (!found.ok) return problem(c, found.error);
    // Of the type the route declares, but written while it is read: a trace may have more spans than one string can hold.
    return c.body(textStream(traceJson(found.value)), 200, { 'content-type': 'application/json' }) as never;
  });

  app.openapi(getSpanRoute, async (c) => {
    const { trace_id, span_id } = c.req.valid('param');
    const { workspaceId } = c.var.caller;
    const stored = await getSpan(readerOf(c.var.caller), trace_id, span_id, explainCost);
    const live = stored.ok || stored.error.code !== 'not-found' ? undefined : findLiveSpan(liveOf(workspaceId), trace_id, span_id, now());
    const found = live === undefined ? stored : ok(live);
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
