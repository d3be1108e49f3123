import type { Log } from '@sightglass/contract/log';
import type { TelemetryReader } from '../explore/reader.ts';
import { spansOfTraces } from '../explore/spanSource.ts';
import { ok, type Result } from '../result.ts';
import { readTraceBounds } from '../traces/findTraces.ts';
import type { FoundLog } from './findLogs.ts';
import { withContext } from '../explore/logContext.ts';
import { LOG_COLUMNS, type LogRow, logOf } from './logRow.ts';

const ZERO_TRACE_ID = '0'.repeat(32);

/** The logs themselves, in the order in which they were found; one that has been deleted since is left out. */
export async function readLogs(reader: TelemetryReader, found: readonly FoundLog[]): Promise<Result<Log[]>> {
  if (found.length === 0) return ok([]);
  const traceIds = [...new Set(found.map(({ traceId }) => traceId))].filter((id) => id !== ZERO_TRACE_ID);
  const bounds = await readTraceBounds(reader, traceIds);
  if (!bounds.ok) return bounds;
  const { source, params } = spansOfTraces([...bounds.value.values()]);
  const times = found.map(({ timeNs }) => timeNs);
  const rows = await reader.query<LogRow>({
    sql: `SELECT ${LOG_COLUMNS}
FROM ${withContext(SOME_LOGS, source)}`,
    params: {
      ...params,
      oldestNs: times.reduce((a, b) => (a < b ? a : b)),
      newestNs: times.reduce((a, b) => (a > b ? a : b)),
      logIds: found.map(({ logId }) => logId),
    },
  });
  if (!rows.ok) return rows;
  const byId = new Map(rows.value.map((row) => [row.id, row]));
  return ok(
    found.flatMap(({ logId }) => {
      const row = byId.get(logId);
      return row === undefined ? [] : [logOf(row, reader.open)];
    }),
  );
}

const SOME_LOGS = `(SELECT * FROM logs FINAL
WHERE time >= fromUnixTimestamp64Nano({oldestNs:Int64}, 'UTC') AND time <= fromUnixTimestamp64Nano({newestNs:Int64}, 'UTC')
  AND log_id IN (SELECT toFixedString(unhex(arrayJoin({logIds:Array(String)})), 16)))`;
