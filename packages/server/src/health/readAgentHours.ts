import { parseUsd } from '@sightglass/contract/money';
import type { TelemetryReader } from '../explore/reader.ts';
import { askCatalogue, type QueryRow } from '../explore/runQuery.ts';
import { ok, type Result } from '../result.ts';
import { type AgentHour, LONG_WINDOW_HOURS, USUAL_DAYS } from './agentHours.ts';
import { readGuardrailHits } from './readGuardrailHits.ts';

const HOUR_MS = 3_600_000;
const NS_PER_MS = 1_000_000n;
const HOURS_BACK = USUAL_DAYS * 24 + LONG_WINDOW_HOURS;
/** So that the hours of all of them fit into one answer of the catalogue. */
export const AGENTS_AT_ONCE = 70;
const MEASURES = ['calls', 'errors', 'run_successes', 'run_errors', 'cost_usd', 'latency_ms_p95'];

/** What the hours before `atMs` tell of each agent; hours in which nothing was done are left out. At most `AGENTS_AT_ONCE` agents. */
export async function readAgentHours(reader: TelemetryReader, agentIds: readonly string[], atMs: number): Promise<Result<Map<string, AgentHour[]>>> {
  const hourMs = Math.floor(atMs / HOUR_MS) * HOUR_MS;
  const rangeOf = (hoursBack: number) => ({ fromNs: BigInt(hourMs - hoursBack * HOUR_MS) * NS_PER_MS, toNs: BigInt(atMs) * NS_PER_MS });
  const spec = {
    source: 'spans' as const,
    measures: MEASURES,
    group_by: ['agent_id'],
    filters: [{ field: 'agent_id', op: 'in' as const, value: [...agentIds] }],
    interval: '1h',
    time_zone: 'UTC',
    limit: AGENTS_AT_ONCE,
  };
  const [answer, hits] = await Promise.all([
    askCatalogue(reader, spec, rangeOf(HOURS_BACK)),
    readGuardrailHits(reader, agentIds, rangeOf(LONG_WINDOW_HOURS)),
  ]);
  if (!answer.ok) return answer;
  if (!hits.ok) return hits;
  const byAgent = new Map<string, AgentHour[]>(agentIds.map((agentId) => [agentId, []]));
  for (const row of answer.value.rows) {
    const agentId = String(row.agent_id);
    const startMs = Date.parse(String(row.time));
    const guardrailHits = hits.value.get(agentId)?.get(startMs) ?? 0;
    const hour = { startMs, ...figuresOf(row), guardrailHits };
    if (hour.calls > 0 || hour.finishedRuns > 0 || guardrailHits > 0) byAgent.get(agentId)?.push(hour);
  }
  return ok(byAgent);
}

function figuresOf(row: QueryRow): Omit<AgentHour, 'startMs' | 'guardrailHits'> {
  const count = (name: string) => Number(row[name] ?? 0);
  return {
    calls: count('calls'),
    failedCalls: count('errors'),
    finishedRuns: count('run_successes') + count('run_errors'),
    failedRuns: count('run_errors'),
    costPico: parseUsd(String(row.cost_usd ?? '0')) ?? 0n,
    latencyMsP95: typeof row.latency_ms_p95 === 'number' ? row.latency_ms_p95 : null,
  };
}
