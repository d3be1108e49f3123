/**
 * How regularly an agent sends heartbeats, and from when on it is called silent. The interval is a moving mean of the time between
 * heartbeats: a new one counts for a fifth, and for no more than three times what was usual, so that an outage does not pass for a
 * rhythm, and another rhythm is learned within a few beats.
 */
import { SILENT_AFTER_FIRST_MS, SILENT_AFTER_INTERVALS, SILENT_AFTER_MS_MIN } from '@sightglass/contract/agent';
import { type SQL, sql } from 'drizzle-orm';

const NEW_BEAT_SHARE = 0.2;
const GAP_INTERVALS_MAX = 3;
/** An interval of nothing could not grow any more. */
const INTERVAL_MS_MIN = 1_000;

const msOf = (interval: SQL) => sql`(extract(epoch FROM ${interval}) * 1000)`;

/** The interval after a heartbeat, in an upsert: `agents` is the row that is there, `excluded` what comes. */
export const NEXT_INTERVAL_MS: SQL = sql`CASE
  WHEN agents.last_heartbeat_at IS NULL OR excluded.last_heartbeat_at IS NULL OR excluded.last_heartbeat_at <= agents.last_heartbeat_at
    THEN agents.heartbeat_interval_ms
  WHEN agents.heartbeat_interval_ms IS NULL THEN round(${msOf(sql`(excluded.last_heartbeat_at - agents.last_heartbeat_at)`)})
  ELSE round(${sql.raw(String(1 - NEW_BEAT_SHARE))} * agents.heartbeat_interval_ms + ${sql.raw(String(NEW_BEAT_SHARE))} * least(
    ${msOf(sql`(excluded.last_heartbeat_at - agents.last_heartbeat_at)`)},
    ${sql.raw(String(GAP_INTERVALS_MAX))} * greatest(agents.heartbeat_interval_ms, ${sql.raw(String(INTERVAL_MS_MIN))})))
  END`;

/** The status to show of a row of `agents` at a moment (Unix milliseconds). A heartbeat that says nothing says that all is well. */
export const shownStatus = (nowMs: number): SQL => sql`CASE
  WHEN last_heartbeat_at IS NULL THEN 'unknown'
  WHEN ${msOf(sql`(${new Date(nowMs).toISOString()}::timestamptz - last_heartbeat_at)`)} > CASE
    WHEN heartbeat_interval_ms IS NULL THEN ${sql.raw(String(SILENT_AFTER_FIRST_MS))}
    ELSE greatest(${sql.raw(String(SILENT_AFTER_MS_MIN))}, ${sql.raw(String(SILENT_AFTER_INTERVALS))} * heartbeat_interval_ms) END THEN 'silent'
  ELSE coalesce(status, 'healthy') END`;
