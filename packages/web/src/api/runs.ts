import type { RunDetail } from '@sightglass/contract/run';
import type { SessionWithRuns } from '@sightglass/contract/session';
import type { UserDetail } from '@sightglass/contract/user';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { requestJson } from './request.ts';

/** One run; of several traces that name it the one that is told, else the newest. */
export const runQuery = (runId: string, traceId: string | undefined) =>
  queryOptions({
    queryKey: ['run', runId, traceId],
    queryFn: ({ signal }) => requestJson<RunDetail>(`/api/obs/runs/${encodeURIComponent(runId)}`, { query: { trace_id: traceId }, signal }),
  });

/** A session from its beginning, with this many of its runs. */
export const sessionQuery = (sessionId: string, runs: number) =>
  queryOptions({
    queryKey: ['session', sessionId, runs],
    queryFn: ({ signal }) => requestJson<SessionWithRuns>(`/api/obs/sessions/${encodeURIComponent(sessionId)}`, { query: { limit: runs }, signal }),
    placeholderData: keepPreviousData,
  });

/** A user over a range. */
export const userQuery = (userId: string, { from, to }: { from: string; to: string }) =>
  queryOptions({
    queryKey: ['user', userId, from, to],
    queryFn: ({ signal }) => requestJson<UserDetail>(`/api/obs/users/${encodeURIComponent(userId)}`, { query: { from, to }, signal }),
    placeholderData: keepPreviousData,
  });
