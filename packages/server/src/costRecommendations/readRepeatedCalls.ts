/** Calls that did what another call did: after a failure, or for nothing. */
import type { TelemetryReader } from '../explore/reader.ts';
import { spansIn, spansWithRepeatsIn } from '../explore/spanSource.ts';
import { HAS_USAGE } from '../explore/spanSql.ts';
import type { TimeRange } from '../explore/timeRange.ts';
import { ok, type Result } from '../result.ts';
import { groupKey, type RepeatedCalls } from './callGroup.ts';
import {
  COST,
  costliestTraces,
  distinct,
  GROUPS_MAX,
  type NameRow,
  NAMES,
  namesOf,
  PAID_FAILURE,
  picoUsd,
  rangeParams,
  START_NS,
  TRACES_MAX,
  withModel,
} from './callSql.ts';

interface RepeatedRow extends NameRow {
  calls: number;
  spent: string;
  inputs: number;
  traces: string[];
}

/** Failed calls with a cost that a call of the same agent and kind with the same input, by whatever model, followed in the same trace. */
export function readRetriedCalls(reader: TelemetryReader, range: TimeRange): Promise<Result<Map<string, RepeatedCalls>>> {
  return readRepeated(
    reader,
    range,
    `SELECT ${NAMES}, sum(weight) AS calls, toString(sum(${COST})) AS spent, 0 AS inputs, ${costliestTraces('1')} AS traces
FROM (
  SELECT ${NAMES}, trace_id, status, cost_usd, weight, start_time,
    max(${START_NS}) OVER (PARTITION BY trace_id, agent_id, kind, sipHash128(input_parts)) AS last_ns
  FROM ${withModel(spansIn())}
  WHERE notEmpty(input_parts) AND trace_id IN (SELECT trace_id FROM ${spansWithRepeatsIn()} WHERE ${HAS_USAGE} AND ${PAID_FAILURE}))
WHERE ${PAID_FAILURE} AND ${START_NS} < last_ns
GROUP BY ${NAMES} ORDER BY sum(${COST}) DESC, ${NAMES} LIMIT ${GROUPS_MAX}`,
  );
}

/**
 * Successful, priced calls that another one equals in all that is known of what was asked. Of each input the costliest call is
 * not counted: someone had to ask once.
 */
export function readDuplicateCalls(reader: TelemetryReader, range: TimeRange): Promise<Result<Map<string, RepeatedCalls>>> {
  // One key of 16 bytes for each call: a million distinct ones are grouped in a tenth of the memory that their parts would take.
  const asked = `sipHash128(${NAMES}, input_parts, tool_definition_parts, toString(tuple(temperature, max_tokens, input_tokens)))`;
  const names = ['agent_id', 'provider', 'model', 'kind'].map((name) => `any(${name}) AS ${name}`).join(', ');
  return readRepeated(
    reader,
    range,
    `SELECT ${NAMES}, sum(repeats) AS calls, toString(sum(repeated_cost)) AS spent, count() AS inputs,
  arrayMap(found -> found.2, groupArraySorted(${TRACES_MAX})((-toFloat64(repeated_cost), lower(hex(trace))))) AS traces
FROM (
  SELECT ${names}, sum(weight) - max(weight) AS repeats, sum(cost) - max(cost) AS repeated_cost, max(trace_id) AS trace
  FROM (
    SELECT ${NAMES}, weight, trace_id, ${COST} AS cost, ${asked} AS asked FROM ${withModel(spansIn())}
    WHERE status = 'success' AND cost_usd > 0 AND notEmpty(input_parts))
  GROUP BY asked HAVING count() > 1)
GROUP BY ${NAMES} ORDER BY sum(repeated_cost) DESC, ${NAMES} LIMIT ${GROUPS_MAX}`,
  );
}

async function readRepeated(reader: TelemetryReader, range: TimeRange, sql: string): Promise<Result<Map<string, RepeatedCalls>>> {
  const rows = await reader.query<RepeatedRow>({ sql, params: rangeParams(range) });
  if (!rows.ok) return rows;
  const found = rows.value.map((row): RepeatedCalls => {
    const { calls, spent, inputs, traces } = row;
    return { ...namesOf(row), calls: Number(calls), picoUsd: picoUsd(spent), inputs: Number(inputs), traceIds: distinct(traces) };
  });
  return ok(new Map(found.map((each) => [groupKey(each), each])));
}
