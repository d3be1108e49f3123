import type { AgentEvent } from '@sightglass/contract/event';
import type { RecordPage } from '../records/record.ts';
import { requestJson } from './request.ts';

/** A page of the agent event log, newest first. `parameters` are filters and the range, by the names of the API. */
export function readEvents(
  parameters: Readonly<Record<string, string>>,
  limit: number,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<RecordPage<AgentEvent>> {
  return requestJson<RecordPage<AgentEvent>>('/api/obs/events', { query: { ...parameters, limit, cursor }, signal });
}
