/**
 * The agents of each workspace, created on first sight in telemetry. What is seen is gathered in memory and
 * written in groups: new agents and heartbeats at once, "seen again" every few seconds. Everything noted comes
 * from stored frames, so a crash before a write is repaired when the frames are finished at the next start.
 */
import { isAgentId } from '@sightglass/contract/agent';
import type { HeartbeatStatus } from '@sightglass/contract/event';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { ControlDb } from '../control/connect.ts';
import { CountSchema, queryRows } from '../control/rows.ts';
import type { Frame } from '../journal/frame.ts';
import { NEXT_INTERVAL_MS } from './heartbeatRhythm.ts';

/** Made by telemetry alone; beyond it a workspace has ids that are no agents. */
export const AGENTS_PER_WORKSPACE_MAX = 10_000;
/** Beyond it a heartbeat's own words are not kept. */
const METADATA_CHARS_MAX = 64_000;
const WRITE_NEW_AFTER_MS = 50;
const WRITE_SEEN_AFTER_MS = 10_000;
const WRITE_AGAIN_AFTER_MS = 1_000;
const ROWS_AT_ONCE = 1_000;
const KNOWN_MAX = 100_000;

interface Sighting {
  workspace_id: string;
  agent_id: string;
  first_seen_at: string;
  last_seen_at: string;
  last_heartbeat_at: string | null;
  status: HeartbeatStatus | null;
  heartbeat_metadata: string | null;
}

export interface AgentRegistry {
  /** Takes note of frames that have just been stored. */
  noteFrames(frames: readonly Pick<Frame, 'workspaceId' | 'receivedAtMs' | 'notes'>[]): void;
  note(workspaceId: string, agentIds: Iterable<string>, atMs: number): void;
  /** Resolves when new agents and heartbeats noted so far are written; rejects when they cannot be now. */
  writeNew(): Promise<void>;
  exists(workspaceId: string, agentId: string): Promise<boolean>;
  /** Writes down what has been noted so far, so that a read shows it. */
  flush(): Promise<void>;
  /** The agent has been deleted; it is there again once telemetry names it. */
  forget(workspaceId: string, agentId: string): void;
  /** Writes the rest and stops. */
  stop(): Promise<void>;
}

export interface AgentRegistryDependencies {
  db: ControlDb;
  warn(message: string, error: unknown): void;
}

export function createAgentRegistry({ db, warn }: AgentRegistryDependencies): AgentRegistry {
  /** Agents that have a row. */
  const known = new Set<string>();
  let noted = new Map<string, Sighting>();
  let timer: NodeJS.Timeout | undefined;
  let timerAtMs = Number.POSITIVE_INFINITY;
  let writing: Promise<void> = Promise.resolve();
  let stopped = false;
  /** Whether something noted is new: an agent, or a heartbeat. */
  let urgent = false;

  function see(workspaceId: string, agentId: string, atMs: number): Sighting | undefined {
    if (!isAgentId(agentId)) return undefined;
    const key = keyOf(workspaceId, agentId);
    const at = new Date(atMs).toISOString();
    const seen = noted.get(key);
    if (seen !== undefined) {
      if (at > seen.last_seen_at) seen.last_seen_at = at;
      return seen;
    }
    const sighting: Sighting = {
      workspace_id: workspaceId,
      agent_id: agentId,
      first_seen_at: at,
      last_seen_at: at,
      last_heartbeat_at: null,
      status: null,
      heartbeat_metadata: null,
    };
    noted.set(key, sighting);
    if (!known.has(key)) urgent = true;
    writeAfter(known.has(key) ? WRITE_SEEN_AFTER_MS : WRITE_NEW_AFTER_MS);
    return sighting;
  }

  function writeAfter(ms: number): void {
    const atMs = performance.now() + ms;
    if (stopped || atMs >= timerAtMs) return;
    clearTimeout(timer);
    timerAtMs = atMs;
    timer = setTimeout(() => void flush().catch((error: unknown) => warn('agents could not be written; trying again', error)), ms);
  }

  /** One write at a time. What could not be written is noted again. */
  function flush(): Promise<void> {
    clearTimeout(timer);
    timerAtMs = Number.POSITIVE_INFINITY;
    urgent = false;
    const written = writing.then(writeNoted);
    writing = written.catch(() => undefined);
    return written;
  }

  async function writeNoted(): Promise<void> {
    const batch = noted;
    noted = new Map();
    try {
      const rows = [...batch].sort(([a], [b]) => (a < b ? -1 : 1));
      for (let i = 0; i < rows.length; i += ROWS_AT_ONCE) {
        const chunk = rows.slice(i, i + ROWS_AT_ONCE);
        const kept = await withinBounds(db, chunk, known);
        for (const { workspace_id, agent_id } of await writeRows(db, kept)) known.add(keyOf(workspace_id, agent_id));
      }
      if (known.size > KNOWN_MAX) known.clear();
    } catch (error) {
      for (const [key, sighting] of batch) noted.set(key, merged(sighting, noted.get(key)));
      urgent = true;
      writeAfter(WRITE_AGAIN_AFTER_MS);
      throw error;
    }
  }

  function noteHeartbeat(workspaceId: string, { agentId, atMs, status, metadata }: NonNullable<NonNullable<Frame['notes']>['heartbeats']>[number]) {
    const sighting = see(workspaceId, agentId, atMs);
    const at = new Date(atMs).toISOString();
    if (sighting === undefined || (sighting.last_heartbeat_at !== null && sighting.last_heartbeat_at > at)) return;
    const text = metadata === null ? null : JSON.stringify(metadata);
    sighting.last_heartbeat_at = at;
    sighting.status = status;
    sighting.heartbeat_metadata = text !== null && text.length > METADATA_CHARS_MAX ? null : text;
    urgent = true;
    writeAfter(WRITE_NEW_AFTER_MS);
  }

  return {
    noteFrames: (frames) => {
      for (const { workspaceId, receivedAtMs, notes } of frames) {
        for (const agentId of notes?.agentIds ?? []) see(workspaceId, agentId, receivedAtMs);
        for (const heartbeat of notes?.heartbeats ?? []) noteHeartbeat(workspaceId, heartbeat);
      }
    },
    note: (workspaceId, agentIds, atMs) => {
      for (const agentId of agentIds) see(workspaceId, agentId, atMs);
    },
    writeNew: () => (urgent ? flush() : writing),
    exists: async (workspaceId, agentId) => {
      if (!isAgentId(agentId)) return false;
      const key = keyOf(workspaceId, agentId);
      if (known.has(key)) return true;
      if (noted.has(key)) await flush();
      const [found] = await queryRows(
        db,
        sql`SELECT count(*) AS count FROM agents WHERE workspace_id = ${workspaceId} AND agent_id = ${agentId}`,
        z.object({ count: CountSchema }),
      );
      if (found === undefined || found.count === 0) return false;
      known.add(key);
      return true;
    },
    flush: () => (noted.size === 0 ? writing : flush()),
    forget: (workspaceId, agentId) => void known.delete(keyOf(workspaceId, agentId)),
    stop: async () => {
      stopped = true;
      await flush();
    },
  };
}

const keyOf = (workspaceId: string, agentId: string) => `${workspaceId}\n${agentId}`;

function merged(older: Sighting, newer: Sighting | undefined): Sighting {
  if (newer === undefined) return older;
  const heartbeat = newer.last_heartbeat_at === null ? older : newer;
  return {
    ...older,
    last_seen_at: newer.last_seen_at > older.last_seen_at ? newer.last_seen_at : older.last_seen_at,
    last_heartbeat_at: heartbeat.last_heartbeat_at,
    status: heartbeat.status,
    heartbeat_metadata: heartbeat.heartbeat_metadata,
  };
}

type KeyedSighting = readonly [key: string, sighting: Sighting];

/** Without the new agents of workspaces that have as many as they may. */
async function withinBounds(db: ControlDb, rows: readonly KeyedSighting[], known: ReadonlySet<string>): Promise<readonly KeyedSighting[]> {
  const newOnes = rows.filter(([key]) => !known.has(key));
  if (newOnes.length === 0) return rows;
  const workspaceIds = [...new Set(newOnes.map(([, { workspace_id }]) => workspace_id))];
  const counts = await queryRows(
    db,
    sql`SELECT workspace_id, count(*) AS count FROM agents WHERE workspace_id IN ${workspaceIds} GROUP BY workspace_id`,
    z.object({ workspace_id: z.string(), count: CountSchema }),
  );
  const full = new Set(counts.filter(({ count }) => count >= AGENTS_PER_WORKSPACE_MAX).map(({ workspace_id }) => workspace_id));
  return rows.filter(([key, { workspace_id }]) => known.has(key) || !full.has(workspace_id));
}

const WrittenSchema = z.object({ workspace_id: z.string(), agent_id: z.string() });

/** Repeating it changes nothing. Answers what was written: a workspace that was deleted in the meantime has no agents any more. */
function writeRows(db: ControlDb, rows: readonly KeyedSighting[]): Promise<z.infer<typeof WrittenSchema>[]> {
  if (rows.length === 0) return Promise.resolve([]);
  const sightings = JSON.stringify(rows.map(([, sighting]) => sighting));
  const statement = sql`
    INSERT INTO agents (workspace_id, agent_id, first_seen_at, last_seen_at, last_heartbeat_at, status, heartbeat_metadata, created_at)
    SELECT seen.*, seen.first_seen_at FROM jsonb_to_recordset(${sightings}::jsonb)
      AS seen (workspace_id text, agent_id text, first_seen_at timestamptz, last_seen_at timestamptz, last_heartbeat_at timestamptz, status text, heartbeat_metadata text)
    JOIN workspaces ON workspaces.id = seen.workspace_id
    ON CONFLICT (workspace_id, agent_id) DO UPDATE SET
      first_seen_at = least(agents.first_seen_at, excluded.first_seen_at),
      last_seen_at = greatest(agents.last_seen_at, excluded.last_seen_at),
      status = CASE WHEN excluded.last_heartbeat_at >= coalesce(agents.last_heartbeat_at, excluded.last_heartbeat_at) THEN excluded.status ELSE agents.status END,
      heartbeat_metadata = CASE WHEN excluded.last_heartbeat_at >= coalesce(agents.last_heartbeat_at, excluded.last_heartbeat_at) THEN excluded.heartbeat_metadata ELSE agents.heartbeat_metadata END,
      heartbeat_interval_ms = ${NEXT_INTERVAL_MS},
      last_heartbeat_at = greatest(agents.last_heartbeat_at, excluded.last_heartbeat_at)
    RETURNING agents.workspace_id, agents.agent_id`;
  return queryRows(db, statement, WrittenSchema);
}
