/** What daily metrics and series of agents are made of, asked of the measure catalogue. */
import type { AgentDay } from '@sightglass/contract/routes/agentMetrics';
import type { TelemetryReader } from '../explore/reader.ts';
import { askCatalogue, type QueryRow } from '../explore/runQuery.ts';
import type { TimeRange } from '../explore/timeRange.ts';
import { ok, type Result } from '../result.ts';

export const FIGURES = [
  'runs',
  'run_successes',
  'run_errors',
  'input_tokens',
  'output_tokens',
  'cost_usd',
  'latency_ms_p50',
  'latency_ms_p95',
  'latency_ms_p99',
] as const;

export type Figures = Omit<AgentDay, 'agent_id' | 'date' | 'models'>;

export function figuresOf(row: QueryRow): Figures {
  return {
    runs: countIn(row, 'runs'),
    success: countIn(row, 'run_successes'),
    failed: countIn(row, 'run_errors'),
    input_tokens: countIn(row, 'input_tokens'),
    output_tokens: countIn(row, 'output_tokens'),
    cost_usd: String(row.cost_usd ?? '0'),
    latency_ms_p50: numberIn(row, 'latency_ms_p50'),
    latency_ms_p95: numberIn(row, 'latency_ms_p95'),
    latency_ms_p99: numberIn(row, 'latency_ms_p99'),
  };
}

export const countIn = (row: QueryRow, name: string): number => Number(row[name] ?? 0);
export const numberIn = (row: QueryRow, name: string): number | null => (typeof row[name] === 'number' ? row[name] : null);

/** Pairs of agent and model in one answer; those called most come first. */
const PAIRS_MAX = 10_000;

export interface ModelsQuestion {
  agentIds: readonly string[];
  range: TimeRange;
  interval: '1h' | '1d';
  timeZone: string;
}

/** The models that each agent called in each interval, those called most first; asked for by the agent and the start of the interval. */
export async function readModels(
  reader: TelemetryReader,
  { agentIds, range, interval, timeZone }: ModelsQuestion,
): Promise<Result<(agentId: string, time: string) => string[]>> {
  const spec = {
    source: 'spans' as const,
    measures: ['calls'],
    group_by: ['agent_id', 'model'],
    filters: [
      { field: 'agent_id', op: 'in' as const, value: [...agentIds] },
      { field: 'model', op: 'exists' as const },
    ],
    interval,
    time_zone: timeZone,
    limit: PAIRS_MAX,
  };
  const answer = await askCatalogue(reader, spec, range);
  if (!answer.ok) return answer;
  const called = new Map<string, { model: string; calls: number }[]>();
  for (const row of answer.value.rows) {
    const calls = countIn(row, 'calls');
    if (calls === 0) continue;
    const key = keyOf(String(row.agent_id), String(row.time));
    const models = called.get(key) ?? [];
    models.push({ model: String(row.model), calls });
    called.set(key, models);
  }
  for (const models of called.values()) models.sort((a, b) => b.calls - a.calls || (a.model < b.model ? -1 : 1));
  return ok((agentId, time) => called.get(keyOf(agentId, time))?.map(({ model }) => model) ?? []);
}

const keyOf = (agentId: string, time: string) => `${time} ${agentId}`;
