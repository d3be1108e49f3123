/** A store in which two workspaces have a row of each kind, so that every view has one of each. */
import type { WorkspaceId } from '@sightglass/contract/ids';
import { keyValues, metricRequest } from '../../receive/testing/metricRequests.ts';
import { createMetricStore } from '../../receive/testing/storeMetrics.ts';
import { insertPayloads, insertSpans, type SpanFields, spanIdOf, testWorkspace, traceIdOf } from '../../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';

export const MINE = testWorkspace('mine');
export const FOREIGN = testWorkspace('foreign');
/** Every text of the own workspace. It can be read as a number, which the foreign one cannot. */
export const OWN_TEXT = '12';
/** Every text of the foreign workspace; it stands nowhere else. */
export const SECRET = 'foreignsecret';
/** Traces of each. */
export const OWN_TRACES = 3;
const FOREIGN_TRACES = 5;

/** Rows are a minute old, unless `at` says otherwise. */
export async function openTwoWorkspaces(at: Date = new Date(Date.now() - 60_000)): Promise<TemporaryTelemetry> {
  const store = await openTemporaryTelemetry();
  const own = await spansOf(store, MINE, OWN_TEXT, OWN_TRACES, at);
  // In one part of the table, so that rows of both are read together.
  await insertSpans(store.telemetry, [...own, ...(await spansOf(store, FOREIGN, SECRET, FOREIGN_TRACES, at))]);
  const storeMetrics = createMetricStore(store.telemetry);
  await insertOthers(store, storeMetrics, MINE, OWN_TEXT, at);
  await insertOthers(store, storeMetrics, FOREIGN, SECRET, at);
  return store;
}

async function spansOf({ telemetry }: TemporaryTelemetry, workspace_id: WorkspaceId, text: string, traces: number, at: Date): Promise<SpanFields[]> {
  const start_time = at.toISOString();
  const seed = workspace_id === MINE ? 0 : 100;
  const parts = await insertPayloads(telemetry, workspace_id, start_time.slice(0, 10), [JSON.stringify(text)]);
  return Array.from({ length: traces }, (_, i) => i).flatMap((i) => {
    const span = (n: number, fields: Record<string, unknown>) => ({
      workspace_id,
      trace_id: traceIdOf(seed + i),
      span_id: spanIdOf((seed + i) * 10 + n),
      start_time,
      duration_ns: '5000000',
      name: text,
      agent_id: text,
      user_id: text,
      user_email: text,
      department: text,
      session_id: text,
      tags: [text],
      status: 'error',
      error_message: text,
      input_parts: parts,
      ...fields,
    });
    return [
      span(0, { kind: 'agent', is_run: 1, run_id: `${text}${i}` }),
      span(1, { kind: 'http', otel_kind: 2, endpoint: text, method: 'GET', status_code: 500 }),
      span(2, {
        kind: 'llm',
        provider: text,
        request_model: text,
        input_tokens: 10,
        output_tokens: 2,
        cost_usd: '0.5',
        attributes_string: { key: text },
      }),
      span(3, { kind: 'retriever', attributes_string: { 'sightglass.rag.query_hash': text } }),
      span(4, { kind: 'guardrail', attributes_string: { 'sightglass.guardrail.flagged_reference': text } }),
    ];
  });
}

async function insertOthers(
  { telemetry }: TemporaryTelemetry,
  storeMetrics: ReturnType<typeof createMetricStore>,
  workspace_id: WorkspaceId,
  text: string,
  at: Date,
): Promise<void> {
  const point = { attributes: keyValues({ cache: text }), timeUnixNano: `${at.getTime()}000000`, asDouble: 1 };
  const metrics = ['cache.hits', 'process.memory.usage'].map((name) => ({ name, gauge: { dataPoints: [point] } }));
  await storeMetrics(workspace_id, metricRequest(metrics, { 'service.name': text }));
  const time = at.toISOString().replace('T', ' ').replace('Z', '');
  await telemetry.run(
    `INSERT INTO logs (workspace_id, time, log_id, level, message, logger) SELECT {workspace_id:String}, toDateTime64({time:String}, 9, 'UTC'), toFixedString('1', 16), 'ERROR', {text:String}, {text:String}`,
    { workspace_id, time, text },
  );
  await telemetry.run(
    `INSERT INTO events (workspace_id, timestamp, event_key, event_type, agent_id, user_id, payload) SELECT {workspace_id:String}, toDateTime64({time:String}, 9, 'UTC'), toFixedString('1', 16), 'custom', {text:String}, {text:String}, {text:String}`,
    { workspace_id, time, text },
  );
}
