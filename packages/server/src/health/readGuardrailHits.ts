import type { TelemetryReader } from '../explore/reader.ts';
import { askCatalogue } from '../explore/runQuery.ts';
import type { TimeRange } from '../explore/timeRange.ts';
import { ok, type Result } from '../result.ts';

const ACTION = 'attributes.sightglass.guardrail.action_taken';
/** What a guardrail says that let something pass. */
const PASSED: ReadonlySet<string> = new Set(['', 'allow', 'allowed', 'none', 'pass', 'passed']);
const ACTIONS_MAX = 1_000;

/** Hits of an agent by the start of the hour, Unix milliseconds. */
export type HitsByHour = ReadonlyMap<number, number>;

/** How often guardrails stopped or flagged something of each agent; hours without a hit are left out. */
export async function readGuardrailHits(
  reader: TelemetryReader,
  agentIds: readonly string[],
  range: TimeRange,
): Promise<Result<Map<string, HitsByHour>>> {
  const spec = {
    source: 'spans' as const,
    measures: ['spans'],
    group_by: ['agent_id', 'status', ACTION],
    filters: [
      { field: 'kind', op: '=' as const, value: 'guardrail' },
      { field: 'agent_id', op: 'in' as const, value: [...agentIds] },
    ],
    interval: '1h',
    time_zone: 'UTC',
    limit: ACTIONS_MAX,
  };
  const answer = await askCatalogue(reader, spec, range);
  if (!answer.ok) return answer;
  const byAgent = new Map<string, Map<number, number>>();
  for (const row of answer.value.rows) {
    const isHit = row.status === 'blocked' || !PASSED.has(String(row[ACTION] ?? '').toLowerCase());
    if (!isHit || row.spans === 0) continue;
    const agentId = String(row.agent_id);
    const startMs = Date.parse(String(row.time));
    const hits = byAgent.get(agentId) ?? new Map<number, number>();
    hits.set(startMs, (hits.get(startMs) ?? 0) + Number(row.spans));
    byAgent.set(agentId, hits);
  }
  return ok(byAgent);
}
