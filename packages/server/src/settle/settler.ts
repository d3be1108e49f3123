/**
 * Decides when traces are settled: those that came in more than one request, soon after their last spans
 * were stored; those that still miss a parent, again after growing pauses.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Frame } from '../journal/frame.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import { type SamplingInForce, settleTraces } from './settleTraces.ts';
import { createTurns, type Exclusively } from '../turns.ts';
import { createTraceMemory } from './traceMemory.ts';

/** A trace is settled this long after its last spans … */
const QUIET_MS = 300;
/** … but no later than this after the first, because an item must be readable within 2 s. */
const LATEST_MS = 1_000;
const TICK_MS = 100;
const TRACES_AT_ONCE = 500;
/** A long trace that grows with every request is next settled after this many times as long as it took: it never takes more than a fifth of the program's time. */
const REST_TIMES = 4;

/** When a trace whose parent is missing is looked at again; after the last it waits for its next spans. */
const RECHECK_AFTER_MS = [5_000, 30_000, 120_000, 600_000];
const RECHECKS_MAX = 50_000;

interface Pending {
  workspaceId: string;
  traceId: string;
  firstAtMs: number;
  lastAtMs: number;
  waiters: (() => void)[];
}

export interface Settler {
  /** Takes note of frames that have just been stored; resolves when their traces are settled. */
  settle(frames: readonly Pick<Frame, 'workspaceId' | 'traces'>[]): Promise<void>;
  /** Notes traces stored before this process started, so that their late spans are recognised. */
  remember(traceIds: readonly string[]): void;
  close(): Promise<void>;
}

export interface SettlerOptions {
  telemetry: TelemetryConnection;
  /** Told the agents of traces that have been settled. */
  onAgents(workspaceId: string, agentIds: ReadonlySet<string>): void;
  /** The rules of a workspace; null when everything is kept. */
  samplingOf?(workspaceId: string): SamplingInForce | null;
  /** Runs `work` while nobody else writes stored spans again. */
  exclusively?: Exclusively;
  log: Logger;
}

export function startSettler({ telemetry, onAgents, samplingOf = () => null, exclusively = createTurns(), log }: SettlerOptions): Settler {
  const memory = createTraceMemory();
  const pending = new Map<string, Pending>();
  /** Traces that miss a parent. `atMs` is infinite while the look itself is under way. */
  const rechecks = new Map<string, { workspaceId: string; traceId: string; atMs: number; attempt: number }>();
  /** Long traces, and when they may be settled again. */
  const resting = new Map<string, number>();
  const stop = new AbortController();
  let lastVersion = 0n;

  function nextVersion(): bigint {
    const now = BigInt(Date.now());
    lastVersion = now > lastVersion ? now : lastVersion + 1n;
    return lastVersion;
  }

  function add(workspaceId: string, traceId: string): Promise<void> {
    const key = `${workspaceId}:${traceId}`;
    const nowMs = Date.now();
    return new Promise((resolve) => {
      const known = pending.get(key);
      if (known === undefined) pending.set(key, { workspaceId, traceId, firstAtMs: nowMs, lastAtMs: nowMs, waiters: [resolve] });
      else {
        known.lastAtMs = nowMs;
        known.waiters.push(resolve);
      }
    });
  }

  function due(nowMs: number, all: boolean): Map<string, Pending[]> {
    const byWorkspace = new Map<string, Pending[]>();
    for (const entry of pending.values()) {
      if (!all && nowMs - entry.lastAtMs < QUIET_MS && nowMs - entry.firstAtMs < LATEST_MS) continue;
      if (!all && (resting.get(`${entry.workspaceId}:${entry.traceId}`) ?? 0) > nowMs) continue;
      const list = byWorkspace.get(entry.workspaceId) ?? [];
      list.push(entry);
      byWorkspace.set(entry.workspaceId, list);
    }
    return byWorkspace;
  }

  async function settleDue(all: boolean): Promise<void> {
    const nowMs = Date.now();
    for (const [workspaceId, entries] of due(nowMs, all)) {
      for (let i = 0; i < entries.length; i += TRACES_AT_ONCE) await settleChunk(workspaceId, entries.slice(i, i + TRACES_AT_ONCE));
    }
    for (const [key, untilMs] of resting) if (untilMs <= nowMs) resting.delete(key);
    for (const recheck of rechecks.values()) {
      if (recheck.atMs > nowMs) continue;
      recheck.atMs = Number.POSITIVE_INFINITY;
      void add(recheck.workspaceId, recheck.traceId);
    }
  }

  async function settleChunk(workspaceId: string, entries: readonly Pending[]): Promise<void> {
    for (const entry of entries) pending.delete(`${workspaceId}:${entry.traceId}`);
    const startedMs = Date.now();
    try {
      const traceIds = entries.map((entry) => entry.traceId);
      const { incomplete, long } = await exclusively(() =>
        settleTraces(telemetry, workspaceId, traceIds, nextVersion(), (agentIds) => onAgents(workspaceId, agentIds), samplingOf(workspaceId)),
      );
      const restMs = (Date.now() - startedMs) * REST_TIMES;
      for (const traceId of long) resting.set(`${workspaceId}:${traceId}`, Date.now() + restMs);
      const missing = new Set(incomplete);
      for (const { traceId, waiters } of entries) {
        if (missing.has(traceId)) scheduleRecheck(workspaceId, traceId);
        else rechecks.delete(`${workspaceId}:${traceId}`);
        for (const done of waiters) done();
      }
    } catch (error) {
      log.warn({ err: error, workspaceId, traces: entries.length }, 'traces could not be settled; trying again');
      for (const entry of entries) putBack(entry);
      await delay(1_000, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  }

  function putBack(entry: Pending): void {
    const key = `${entry.workspaceId}:${entry.traceId}`;
    const newer = pending.get(key);
    if (newer === undefined) pending.set(key, entry);
    else newer.waiters.push(...entry.waiters);
  }

  function scheduleRecheck(workspaceId: string, traceId: string): void {
    const key = `${workspaceId}:${traceId}`;
    const attempt = rechecks.get(key)?.attempt ?? 0;
    const afterMs = RECHECK_AFTER_MS[attempt];
    rechecks.delete(key);
    if (afterMs === undefined || rechecks.size >= RECHECKS_MAX) return;
    rechecks.set(key, { workspaceId, traceId, atMs: Date.now() + afterMs, attempt: attempt + 1 });
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      await settleDue(false);
      await delay(TICK_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
    await settleDue(true);
  }
  const running = run();

  return {
    settle: async (frames) => {
      const open: Promise<void>[] = [];
      for (const { workspaceId, traces } of frames) {
        for (const { traceId, complete } of traces) {
          const seen = memory.noteSeen(traceId);
          if (seen || !complete) open.push(add(workspaceId, traceId));
        }
      }
      await Promise.all(open);
    },
    remember: (traceIds) => {
      for (const traceId of traceIds) memory.noteSeen(traceId);
    },
    close: async () => {
      stop.abort();
      await running;
    },
  };
}
