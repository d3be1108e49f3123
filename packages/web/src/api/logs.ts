import type { Log } from '@sightglass/contract/log';
import type { RecordPage } from '../records/record.ts';
import { requestJson } from './request.ts';

/** A page of logs, newest first. `parameters` are filters and the range, by the names of the API. */
export function readLogs(
  parameters: Readonly<Record<string, string>>,
  limit: number,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<RecordPage<Log>> {
  return requestJson<RecordPage<Log>>('/api/obs/logs', { query: { ...parameters, limit, cursor }, signal });
}
