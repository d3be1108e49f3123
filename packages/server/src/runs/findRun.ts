/** Where the run lies that an id from outside names. */
import type { TelemetryReader } from '../explore/reader.ts';
import { spansIn, spansOfTraces } from '../explore/spanSource.ts';
import { IS_RUN } from '../explore/spanSql.ts';
import { type TimeRange, UNIT_NS } from '../explore/timeRange.ts';
import { fail, ok, type Result } from '../result.ts';
import { readTraceBounds } from '../traces/findTraces.ts';
import type { SpanKey } from './findRuns.ts';

/** A missing run and another workspace's are the same. */
export const noSuchRun = (runId: string) => fail('not-found', `There is no run ${runId.slice(0, 100)} in this workspace.`);

const TRACE_ID = /^[0-9a-f]{32}$/;
/** How far back a run of which only the sender's id is known is looked for, one step after the other. */
const STEPS_BACK_NS = [UNIT_NS.d, 7n * UNIT_NS.d, 31n * UNIT_NS.d, 40_000n * UNIT_NS.d];
/** Senders' clocks may run ahead. */
const AHEAD_NS = 2n * UNIT_NS.d;

/** Of several traces that name the run the newest, unless one is asked for. */
export async function findRun(reader: TelemetryReader, runId: string, traceId: string | undefined, nowNs: bigint): Promise<Result<SpanKey>> {
  if (runId === '') return noSuchRun(runId);
  const told = traceId?.toLowerCase() ?? traceOfRunId(runId);
  if (told !== undefined) {
    const found = TRACE_ID.test(told) ? await findInTrace(reader, runId, told) : noSuchRun(runId);
    if (found.ok || found.error.code !== 'not-found' || traceId !== undefined) return found;
  }
  let toNs = nowNs + AHEAD_NS;
  for (const lengthNs of STEPS_BACK_NS) {
    const fromNs = nowNs - lengthNs;
    const found = await findInRange(reader, runId, { fromNs, toNs });
    if (found.ok || found.error.code !== 'not-found') return found;
    toNs = fromNs;
  }
  return noSuchRun(runId);
}

/** A run id that is made of its trace says where to look. */
function traceOfRunId(runId: string): string | undefined {
  return /^([0-9a-f]{32})(?::[0-9a-f]{16})?$/.exec(runId)?.[1];
}

async function findInTrace(reader: TelemetryReader, runId: string, traceId: string): Promise<Result<SpanKey>> {
  const bounds = await readTraceBounds(reader, [traceId]);
  if (!bounds.ok) return bounds;
  const found = bounds.value.get(traceId);
  if (found === undefined) return noSuchRun(runId);
  const { source, params } = spansOfTraces([found]);
  return first(
    runId,
    await reader.query<RunPlace>({
      sql: `${SELECT_PLACE} FROM ${source} WHERE ${IS_RUN} AND run_id = {runId:String} ${NEWEST}`,
      params: { ...params, runId },
    }),
  );
}

/** The time of the store's earliest rows is later than what the last step reaches. */
const EARLIEST_NS = BigInt(Date.UTC(1900, 0, 1)) * 1_000_000n;

async function findInRange(reader: TelemetryReader, runId: string, { fromNs, toNs }: TimeRange): Promise<Result<SpanKey>> {
  return first(
    runId,
    await reader.query<RunPlace>({
      sql: `${SELECT_PLACE} FROM ${spansIn()} WHERE ${IS_RUN} AND run_id = {runId:String} ${NEWEST}`,
      params: { runId, from: fromNs < EARLIEST_NS ? EARLIEST_NS : fromNs, to: toNs },
    }),
  );
}

interface RunPlace {
  trace: string;
  span: string;
}
const SELECT_PLACE = 'SELECT lower(hex(trace_id)) AS trace, lower(hex(span_id)) AS span';
const NEWEST = 'ORDER BY start_time DESC, trace_id, span_id LIMIT 1';

function first(runId: string, rows: Result<RunPlace[]>): Result<SpanKey> {
  if (!rows.ok) return rows;
  const [place] = rows.value;
  return place === undefined ? noSuchRun(runId) : ok({ traceId: place.trace, spanId: place.span });
}
