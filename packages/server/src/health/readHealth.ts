import type { Health } from '@sightglass/contract/health';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { AgentRow } from '../agents/agentRow.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { ok, type Result } from '../result.ts';
import { factsOfHours, LONG_WINDOW_HOURS } from './agentHours.ts';
import { AGENTS_AT_ONCE, readAgentHours } from './readAgentHours.ts';
import { NO_OPEN_ALERTS, type OpenAlerts, scoreHealth } from './scoreHealth.ts';

const HOUR_MS = 3_600_000;

export interface HealthQuestion {
  agents: readonly Pick<AgentRow, 'agent_id' | 'shown_status' | 'last_seen_ms' | 'last_heartbeat_ms' | 'heartbeat_interval_ms'>[];
  atMs: number;
  /** IANA name: its calendar names the days in reasons. */
  timeZone: string;
  /** The moment that the rows tell of the heartbeats, Unix milliseconds; null: they are not judged. */
  heartbeatsAtMs: number | null;
  /** What was open at that moment, by the agent that it is about. */
  openAlerts: ReadonlyMap<string, OpenAlerts>;
}

/** The health of each agent at a moment, from what is stored. */
export async function readHealth(reader: TelemetryReader, question: HealthQuestion): Promise<Result<Map<string, Health>>> {
  const { agents, atMs, timeZone, heartbeatsAtMs, openAlerts } = question;
  const healths = new Map<string, Health>();
  for (let i = 0; i < agents.length; i += AGENTS_AT_ONCE) {
    const some = agents.slice(i, i + AGENTS_AT_ONCE);
    // Of who was not heard of for longer, nothing falls into a window.
    const seen = some.filter(({ last_seen_ms }) => last_seen_ms !== null && last_seen_ms >= atMs - (LONG_WINDOW_HOURS + 1) * HOUR_MS);
    const ids = seen.map(({ agent_id }) => agent_id);
    const hours = ids.length === 0 ? ok(new Map<string, never>()) : await readAgentHours(reader, ids, atMs);
    if (!hours.ok) return hours;
    for (const agent of some) {
      const facts = factsOfHours(hours.value.get(agent.agent_id) ?? [], atMs, timeZone);
      const scored = scoreHealth({
        ...facts,
        heartbeat: heartbeatsAtMs === null ? NO_HEARTBEAT : heartbeatOf(agent, heartbeatsAtMs),
        openAlerts: openAlerts.get(agent.agent_id) ?? NO_OPEN_ALERTS,
      });
      healths.set(agent.agent_id, { ...scored, window_hours: facts.windowHours, computed_at: formatTimestamp(BigInt(atMs) * 1_000_000n) });
    }
  }
  return ok(healths);
}

const NO_HEARTBEAT = { status: 'unknown', lastAgoMs: null, intervalMs: null } as const;

function heartbeatOf({ shown_status, last_heartbeat_ms, heartbeat_interval_ms }: HealthQuestion['agents'][number], atMs: number) {
  return {
    status: shown_status,
    lastAgoMs: last_heartbeat_ms === null ? null : Math.max(0, atMs - last_heartbeat_ms),
    intervalMs: heartbeat_interval_ms,
  };
}
