/**
 * Prices stored calls again. First everything is read and summed up, before and after; then, unless it is a dry run, it is written,
 * some thousand calls at a time. What changes goes on after a restart where it was, and may be done again: it ends in the same state.
 * Calls that arrive meanwhile have the prices of now already; those acknowledged before and not stored yet are waited for.
 */
import type { Actor } from '../../access/caller.ts';
import { setTimeout as delay } from 'node:timers/promises';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { QueryFilter } from '@sightglass/contract/querySpec';
import type { RecomputeJob, RecomputeResult } from '@sightglass/contract/routes/pricing';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { Logger } from 'pino';
import type { Page } from '../../control/page.ts';
import type { PriceBook } from '../../cost/priceBook.ts';
import { compileSpanFilters } from '../../explore/compileQuery.ts';
import type { TimeRange } from '../../explore/timeRange.ts';
import { createId } from '../../prefixedId.ts';
import { repeat } from '../../repeat.ts';
import { fail, ok, type Result } from '../../result.ts';
import type { TelemetryConnection } from '../../telemetry/connect.ts';
import { applyWindow } from './applyCosts.ts';
import { createCostSums } from './costSums.ts';
import { type JobRow, type JobStore, shownJob } from './jobStore.ts';
import { repriceCall } from './repriceCall.ts';
import { type CallScope, type CallWindow, readCalls, windowsOf } from './storedCalls.ts';

/** After this long the asker gets a job to look after instead of the answer. */
const ANSWER_WITHIN_MS = 20_000;
const LOOK_FOR_ABANDONED_MS = 10_000;
const TRIES = 5;
const PAUSE_FIRST_MS = 500;
/** Dry runs that are remembered for who asks after them. */
const DRY_RUNS_KEPT = 50;
const DRY_RUNS_AT_ONCE = 2;

export interface RecomputeRequest {
  range: TimeRange;
  filters: readonly QueryFilter[];
  dryRun: boolean;
  includeReported: boolean;
}

export interface Recomputes {
  /** Answers the job, done or still running. */
  run(workspaceId: WorkspaceId, by: Actor, request: RecomputeRequest): Promise<Result<RecomputeJob>>;
  find(workspaceId: WorkspaceId, jobId: string): Promise<Result<RecomputeJob>>;
  list(workspaceId: WorkspaceId, page: { limit: number; cursor?: string | undefined }): Promise<Result<Page<RecomputeJob>>>;
  /** What has been written stays; ends after the calls in hand. */
  cancel(workspaceId: WorkspaceId, by: Actor, jobId: string): Promise<Result<RecomputeJob>>;
  /** Leaves what is running to the next start, or to another instance. */
  close(): Promise<void>;
}

export interface RecomputeDependencies {
  telemetry: TelemetryConnection;
  jobs: JobStore;
  /** True when no other process can work on the jobs that lie here. */
  isAlone: boolean;
  bookOf(workspaceId: string): PriceBook;
  /** Resolves when everything acknowledged so far is stored. */
  allStored(): Promise<void>;
  /** Runs `work` while nobody else writes stored spans again. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  nowMs(): number;
  log: Logger;
  answerWithinMs?: number;
}

export async function startRecomputes(deps: RecomputeDependencies): Promise<Recomputes> {
  const { telemetry, jobs, bookOf, allStored, exclusively, nowMs, log, answerWithinMs = ANSWER_WITHIN_MS } = deps;
  const stop = new AbortController();
  const running = new Set<Promise<void>>();
  const dryRuns = new Map<string, { workspaceId: string; job: RecomputeJob }>();

  async function insist<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt === TRIES || stop.signal.aborted) throw error;
        log.warn({ err: error }, 'a part of a recompute failed; trying again');
        await delay(PAUSE_FIRST_MS * 2 ** (attempt - 1), undefined, { signal: stop.signal }).catch(() => undefined);
      }
    }
  }

  async function preview(scope: CallScope, windows: readonly CallWindow[], includeReported: boolean, onPart: (calls: number) => Promise<void>) {
    const sums = createCostSums();
    const book = bookOf(scope.workspaceId);
    for (const window of windows) {
      stop.signal.throwIfAborted();
      for (const call of await insist(() => readCalls(telemetry, scope, window))) sums.add(call, repriceCall(call, book, includeReported));
      await onPart(window.calls);
    }
    return sums;
  }

  async function work(row: JobRow): Promise<void> {
    try {
      if ((await carryOut(row)) && (await jobs.end(row.id, 'done'))) log.info({ job: row.id, workspaceId: row.workspaceId }, 'costs were recomputed');
    } catch (error) {
      if (stop.signal.aborted) return;
      log.error({ err: error, job: row.id }, 'a recompute failed');
      await jobs.end(row.id, 'failed', 'The store did not take all of it. What was written is right; run it again for the rest.');
    }
  }

  /** False when it was cancelled. */
  async function carryOut(row: JobRow): Promise<boolean> {
    const scope = scopeOf(row);
    const includeReported = row.input.include_reported;
    await insist(allStored);
    if (row.result === null) {
      const windows = await insist(() => windowsOf(telemetry, scope));
      const sums = await preview(scope, windows, includeReported, async () => {
        const counts = { done: 0, remaining: callsOf(windows) };
        if (!(await jobs.keep(row.id, { progressNs: scope.fromNs, ...counts }))) throw new Cancelled();
      }).catch((error: unknown) => {
        if (error instanceof Cancelled) return undefined;
        throw error;
      });
      if (sums === undefined) return false;
      await jobs.keepResult(row.id, sums.result(false));
    }
    const left = { ...scope, fromNs: BigInt(row.progressNs) };
    const windows = await insist(() => windowsOf(telemetry, left));
    let done = row.done;
    let remaining = callsOf(windows);
    const book = bookOf(scope.workspaceId);
    for (const window of windows) {
      stop.signal.throwIfAborted();
      await insist(() => exclusively(() => applyWindow(telemetry, scope, window, { book, includeReported, nowMs })));
      done += window.calls;
      remaining -= window.calls;
      const progressNs = window.shard === window.shards - 1 ? window.toNs : window.fromNs;
      if (!(await jobs.keep(row.id, { progressNs, done, remaining }))) return false;
    }
    return true;
  }

  function begin(work: Promise<void>): Promise<void> {
    const settled: Promise<void> = work.finally(() => running.delete(settled));
    running.add(settled);
    return settled;
  }

  /** Whichever is first. The work goes on. */
  async function atMostFor(work: Promise<void>): Promise<void> {
    const ended = new AbortController();
    const timer = delay(answerWithinMs, undefined, { signal: ended.signal, ref: false }).catch(() => undefined);
    await Promise.race([work, timer]);
    ended.abort();
  }

  async function apply(workspaceId: WorkspaceId, by: Actor, request: RecomputeRequest): Promise<Result<RecomputeJob>> {
    const begun = await jobs.begin(workspaceId, by, request);
    if (!begun.ok) return begun;
    await atMostFor(begin(work(begun.value)));
    return found(await jobs.find(workspaceId, begun.value.id));
  }

  async function dryRun(workspaceId: WorkspaceId, by: Actor, request: RecomputeRequest, scope: CallScope): Promise<Result<RecomputeJob>> {
    const underWay = [...dryRuns.values()].filter((each) => each.workspaceId === workspaceId && each.job.state === 'running');
    if (underWay.length >= DRY_RUNS_AT_ONCE) return fail('conflict', `${DRY_RUNS_AT_ONCE} previews of this workspace are still running.`);
    const job: RecomputeJob = {
      job_id: createId('recompute'),
      state: 'running',
      dry_run: true,
      from: formatTimestamp(scope.fromNs),
      to: formatTimestamp(scope.toNs),
      done: 0,
      remaining: 0,
      created_at: new Date(nowMs()).toISOString(),
      created_by: by.id,
      finished_at: null,
      error: null,
      result: null,
    };
    dryRuns.set(job.job_id, { workspaceId, job });
    for (const id of dryRuns.keys()) if (dryRuns.size > DRY_RUNS_KEPT) dryRuns.delete(id);
    const look = async (): Promise<RecomputeResult> => {
      const windows = await windowsOf(telemetry, scope);
      job.remaining = callsOf(windows);
      const sums = await preview(scope, windows, request.includeReported, async (calls) => {
        job.done += calls;
        job.remaining -= calls;
      });
      return sums.result(true);
    };
    const looking = look().then(
      (result) => void Object.assign(job, { state: 'done', remaining: 0, result, finished_at: new Date(nowMs()).toISOString() }),
      (error: unknown) => {
        log.error({ err: error, job: job.job_id }, 'the preview of a recompute failed');
        Object.assign(job, { state: 'failed', error: 'The store did not answer. Try again.', finished_at: new Date(nowMs()).toISOString() });
      },
    );
    await atMostFor(begin(looking));
    return ok({ ...job });
  }

  async function takeUpAbandoned(): Promise<void> {
    const row = await jobs.takeAbandoned();
    if (row !== undefined) void begin(work(row));
  }

  if (deps.isAlone) await jobs.letGoOfAll();
  await takeUpAbandoned();
  const stopLooking = repeat(LOOK_FOR_ABANDONED_MS, takeUpAbandoned, (error) => log.warn({ err: error }, 'recomputes: jobs could not be read'));

  return {
    run: async (workspaceId, by, request) => {
      const filters = compileSpanFilters(request.filters);
      if (!filters.ok) return filters;
      if (!request.dryRun) return apply(workspaceId, by, request);
      return dryRun(workspaceId, by, request, { workspaceId, ...request.range, ...filters.value });
    },
    find: async (workspaceId, jobId) => {
      const dry = dryRuns.get(jobId);
      return dry?.workspaceId === workspaceId ? ok({ ...dry.job }) : found(await jobs.find(workspaceId, jobId));
    },
    list: (workspaceId, page) => jobs.list(workspaceId, page),
    cancel: async (workspaceId, by, jobId) => {
      const row = await jobs.find(workspaceId, jobId);
      if (row === undefined) return found(undefined);
      const cancelled = await jobs.cancel(workspaceId, by, jobId);
      return cancelled.ok ? found(await jobs.find(workspaceId, jobId)) : cancelled;
    },
    close: async () => {
      stop.abort();
      await stopLooking();
      await Promise.allSettled(running);
    },
  };
}

class Cancelled extends Error {}

const found = (row: JobRow | undefined): Result<RecomputeJob> =>
  row === undefined ? fail('not-found', 'There is no such recompute in this workspace.') : ok(shownJob(row));

const callsOf = (windows: readonly CallWindow[]) => windows.reduce((sum, { calls }) => sum + calls, 0);

function scopeOf({ workspaceId, fromNs, toNs, input }: JobRow): CallScope {
  const filters = compileSpanFilters(input.filters);
  if (!filters.ok) throw new Error(`The filters of a recompute are not understood any more: ${filters.error.detail}`);
  return { workspaceId, fromNs: BigInt(fromNs), toNs: BigInt(toNs), ...filters.value };
}
