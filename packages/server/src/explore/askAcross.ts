import type { WorkspaceId } from '@sightglass/contract/ids';
import type { QuerySpec } from '@sightglass/contract/querySpec';
import { ok, type Result } from '../result.ts';
import { compileQuery } from './compileQuery.ts';
import type { TelemetryReader } from './reader.ts';
import { type QueryRow, readRow, type StoredRow } from './runQuery.ts';
import type { TimeRange } from './timeRange.ts';

/**
 * One question to spans on behalf of several workspaces, answered for each by itself: `limit` is that of each. A workspace of which
 * nothing was found is not in the answer. `reader`: of these workspaces (`createSharedReader`).
 */
export async function askAcross(
  reader: Pick<TelemetryReader, 'query'>,
  spec: Omit<QuerySpec, 'from' | 'to' | 'interval'>,
  range: TimeRange,
  isSampled: boolean,
): Promise<Result<Map<WorkspaceId, QueryRow[]>>> {
  const compiled = compileQuery(spec, range, isSampled, undefined, { acrossWorkspaces: true });
  if (!compiled.ok) return compiled;
  const stored = await reader.query<StoredRow & { w: WorkspaceId }>(compiled.value);
  if (!stored.ok) return stored;
  const answers = new Map<WorkspaceId, QueryRow[]>();
  for (const row of stored.value) {
    const answer = answers.get(row.w);
    if (answer === undefined) answers.set(row.w, [readRow(row, compiled.value)]);
    else answer.push(readRow(row, compiled.value));
  }
  return ok(answers);
}
