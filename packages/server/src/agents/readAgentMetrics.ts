/** The series of one agent over a range, and its last events. */
import type { AgentEvent } from '@sightglass/contract/event';
import type { AgentMetricsQuery, AgentPoint } from '@sightglass/contract/routes/agentMetrics';
import { EventListQuerySchema } from '@sightglass/contract/routes/events';
import { listEvents } from '../events/listEvents.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { askCatalogue } from '../explore/runQuery.ts';
import { parseTimeRange } from '../explore/timeRange.ts';
import { dateIn, isoDate } from '../explore/timeZone.ts';
import { ok, type Result } from '../result.ts';
import { countIn, FIGURES, figuresOf, numberIn, readModels } from './agentFigures.ts';

const HOURS_UP_TO_NS = 3n * 86_400_000_000_000n;
const RECENT_EVENTS = 20;

export interface AgentMetricsQuestion {
  agentId: string;
  query: AgentMetricsQuery;
  /** IANA name: its calendar cuts the days. */
  timeZone: string;
  nowNs: bigint;
}

export interface AgentMetricsOverTime {
  series: AgentPoint[];
  interval: '1h' | '1d';
  recent_events: AgentEvent[];
}

export async function readAgentMetrics(
  reader: TelemetryReader,
  { agentId, query, timeZone, nowNs }: AgentMetricsQuestion,
): Promise<Result<AgentMetricsOverTime>> {
  const range = parseTimeRange(query, nowNs, 'query');
  if (!range.ok) return range;
  const interval = query.interval ?? (range.value.toNs - range.value.fromNs <= HOURS_UP_TO_NS ? '1h' : '1d');
  const spec = {
    source: 'spans' as const,
    measures: [...FIGURES, 'calls', 'errors', 'error_rate'],
    group_by: [],
    filters: [{ field: 'agent_id', op: '=' as const, value: agentId }],
    interval,
    time_zone: timeZone,
    limit: 1,
  };
  const [answer, models, events] = await Promise.all([
    askCatalogue(reader, spec, range.value),
    readModels(reader, { agentIds: [agentId], range: range.value, interval, timeZone }),
    listEvents(reader, { ...EventListQuerySchema.parse({ from: query.from, to: query.to, limit: RECENT_EVENTS }), agent_id: agentId }, nowNs),
  ]);
  if (!answer.ok) return answer;
  if (!models.ok) return models;
  if (!events.ok) return events;
  const series = answer.value.rows.map((row): AgentPoint => {
    const time = String(row.time);
    return {
      time,
      date: isoDate(dateIn(timeZone, Date.parse(time))),
      ...figuresOf(row),
      calls: countIn(row, 'calls'),
      errors: countIn(row, 'errors'),
      error_rate: numberIn(row, 'error_rate'),
      models: models.value(agentId, time),
    };
  });
  return ok({ series, interval, recent_events: events.value.items });
}
