import type { TraceType } from '@sightglass/contract/spanKinds';
import type { SpanResolution } from '../enrich/resolveTrace.ts';
import { TextColumn, UInt8Column, UInt16Column } from './columns.ts';

/** What the whole trace decides, as its columns hold it: '' and 0 where there is nothing. */
export const resolutionValues = (
  { context, contextOwn, isRun, errorOrigin, superseded, traceType, weight }: SpanResolution,
  ownTraceType: TraceType | null = null,
) => ({
  agent_id: context.agentId ?? '',
  run_id: context.runId ?? '',
  flow_id: context.flowId ?? '',
  session_id: context.sessionId ?? '',
  user_id: context.userId ?? '',
  user_email: context.userEmail ?? '',
  department: context.department ?? '',
  query_category: context.queryCategory ?? '',
  endpoint: context.endpoint ?? '',
  method: context.method ?? '',
  status_code: httpStatus(context.statusCode),
  context_own: contextOwn,
  trace_type: traceType ?? ownTraceType ?? '',
  is_run: isRun ? 1 : 0,
  error_origin: errorOrigin ? 1 : 0,
  superseded: superseded ? 1 : 0,
  weight,
});
export type ResolutionValues = ReturnType<typeof resolutionValues>;

export function createResolutionColumns() {
  return {
    agent_id: new TextColumn(),
    run_id: new TextColumn(),
    flow_id: new TextColumn(),
    session_id: new TextColumn(),
    user_id: new TextColumn(),
    user_email: new TextColumn(),
    department: new TextColumn(),
    query_category: new TextColumn(),
    endpoint: new TextColumn(),
    method: new TextColumn(),
    status_code: new UInt16Column(),
    context_own: new UInt16Column(),
    trace_type: new TextColumn(),
    is_run: new UInt8Column(),
    error_origin: new UInt8Column(),
    superseded: new UInt8Column(),
    weight: new UInt16Column(),
  };
}

/** Writes one row. `ownTraceType` is what the span itself says, kept where the trace decides nothing. */
export function addResolution(
  columns: ReturnType<typeof createResolutionColumns>,
  resolution: SpanResolution,
  ownTraceType: TraceType | null = null,
): void {
  const values = resolutionValues(resolution, ownTraceType);
  columns.agent_id.add(values.agent_id);
  columns.run_id.add(values.run_id);
  columns.flow_id.add(values.flow_id);
  columns.session_id.add(values.session_id);
  columns.user_id.add(values.user_id);
  columns.user_email.add(values.user_email);
  columns.department.add(values.department);
  columns.query_category.add(values.query_category);
  columns.endpoint.add(values.endpoint);
  columns.method.add(values.method);
  columns.status_code.add(values.status_code);
  columns.context_own.add(values.context_own);
  columns.trace_type.add(values.trace_type);
  columns.is_run.add(values.is_run);
  columns.error_origin.add(values.error_origin);
  columns.superseded.add(values.superseded);
  columns.weight.add(values.weight);
}

function httpStatus(code: number | null): number {
  return code !== null && code >= 0 && code <= 999 ? Math.trunc(code) : 0;
}
