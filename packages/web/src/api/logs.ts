import type { Log } from '@sightglass/contract/log';
import { requestJson } from './request.ts';

export interface LogPage {
  items: Log[];
  next_cursor: string | null;
}

/** A page of logs, newest first. `parameters` are filters and the range, by the names of the API. */
export function readLogs(
  parameters: Readonly<Record<string, string>>,
  limit: number,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<LogPage> {
  return requestJson<LogPage>('/api/obs/logs', { query: { ...parameters, limit, cursor }, signal });
}
