/** Whole events, with what their calls cost now. */
import type { AgentEvent } from '@sightglass/contract/event';
import { formatUsd } from '@sightglass/contract/money';
import type { CostSource } from '@sightglass/contract/spanKinds';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { TelemetryReader } from '../explore/reader.ts';
import { spansOfTraces } from '../explore/spanSource.ts';
import type { DecodedAgentEvent } from '../normalise/decodedEvent.ts';
import { isCostEvent, startOfEventNs } from '../normalise/eventSpan.ts';
import { ok, type Result } from '../result.ts';
import { EVENT_COLUMNS, type EventRow, eventOfRow } from './eventRow.ts';
import { eventsAt } from './eventSource.ts';
import type { FoundEvent } from './listEvents.ts';

const NS_PER_MS = 1_000_000n;

/** In the order asked for; one that has been deleted since is left out. */
export async function readEvents(reader: TelemetryReader, wanted: readonly FoundEvent[]): Promise<Result<AgentEvent[]>> {
  if (wanted.length === 0) return ok([]);
  const { condition, params } = eventsAt(wanted);
  const stored = await reader.query<EventRow>({ sql: `SELECT ${EVENT_COLUMNS} FROM events FINAL WHERE ${condition}`, params });
  if (!stored.ok) return stored;
  const events = new Map(stored.value.map((row) => [row.key, { row, event: eventOfRow(row, reader.open) }]));
  const costs = await readCosts(
    reader,
    [...events.values()].map(({ event }) => event),
  );
  if (!costs.ok) return costs;
  return ok(
    wanted.flatMap(({ key }) => {
      const found = events.get(key);
      return found === undefined ? [] : [itemOf(found.row, found.event, costs.value.get(spanKey(found.event)))];
    }),
  );
}

interface CurrentCost {
  costUsd: string | null;
  source: CostSource | null;
}

const spanKey = ({ traceId, spanId }: DecodedAgentEvent) => `${traceId}:${spanId}`;

/** What the spans of model and embedding calls cost now: a recomputed price shows here, too. */
async function readCosts(reader: TelemetryReader, events: readonly DecodedAgentEvent[]): Promise<Result<Map<string, CurrentCost>>> {
  const spans = events.flatMap((event) => {
    if (!isCostEvent(event.eventType) || event.traceId === null) return [];
    const startNs = startOfEventNs(event);
    return [{ traceId: event.traceId, startNs, endNs: startNs }];
  });
  if (spans.length === 0) return ok(new Map());
  const { source, params } = spansOfTraces(spans);
  const rows = await reader.query<{ trace: string; span: string; cost: string | null; cost_source: CostSource | '' }>({
    sql: `SELECT lower(hex(trace_id)) AS trace, lower(hex(span_id)) AS span, toString(cost_usd) AS cost, cost_source FROM ${source}`,
    params,
  });
  if (!rows.ok) return rows;
  return ok(
    new Map(
      rows.value.map(({ trace, span, cost, cost_source }) => [
        `${trace}:${span}`,
        { costUsd: cost, source: cost_source === '' ? null : cost_source },
      ]),
    ),
  );
}

function itemOf(row: EventRow, event: DecodedAgentEvent, current: CurrentCost | undefined): AgentEvent {
  const sent: CurrentCost = {
    costUsd: event.costPicoUsd === null ? null : formatUsd(event.costPicoUsd),
    source: event.costPicoUsd === null ? null : 'reported',
  };
  const cost = isCostEvent(event.eventType) ? (current ?? sent) : sent;
  return {
    event_id: row.event_id,
    event_type: event.eventType,
    status: event.status,
    agent_id: event.agentId,
    timestamp: formatTimestamp(event.timestampNs),
    received_at: formatTimestamp(BigInt(row.received_ms) * NS_PER_MS),
    dedupe_key: event.dedupeKey,
    run_id: event.runId,
    trace_id: event.traceId,
    span_id: event.spanId,
    parent_span_id: event.parentSpanId,
    session_id: event.sessionId,
    user_id: event.userId,
    user_email: event.userEmail,
    department: event.department,
    environment: event.environment,
    latency_ms: event.latencyMs,
    ttft_ms: event.ttftMs,
    provider: event.provider,
    model: event.model,
    input_tokens: event.inputTokens,
    output_tokens: event.outputTokens,
    cache_read_tokens: event.cacheReadTokens,
    cache_write_tokens: event.cacheWriteTokens,
    reasoning_tokens: event.reasoningTokens,
    total_tokens: event.totalTokens,
    cost_usd: cost.costUsd,
    cost_source: cost.source,
    tool_name: event.toolName,
    message: event.message,
    error_message: event.errorMessage,
    endpoint: event.endpoint,
    method: event.method,
    status_code: event.statusCode,
    flow_id: event.flowId,
    query_category: event.queryCategory,
    tags: event.tags === null ? null : { ...event.tags },
    payload: event.payload === null ? null : { ...event.payload },
  };
}
