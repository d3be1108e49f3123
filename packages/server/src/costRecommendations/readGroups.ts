/** How much is spent, and on which pairs of agent and model. */
import type { TelemetryReader } from '../explore/reader.ts';
import { spansIn } from '../explore/spanSource.ts';
import { IS_UNPRICED } from '../explore/spanSql.ts';
import type { TimeRange } from '../explore/timeRange.ts';
import { ok, type Result } from '../result.ts';
import type { CallFigures, CallGroup, GroupNames } from './callGroup.ts';
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
  withModel,
} from './callSql.ts';
import { SAMPLED_CALLS_MAX } from './readSamples.ts';
import { effectiveSample } from './successRate.ts';

const ANSWERED = `status IN ('success', 'error', 'timeout')`;
const ESTIMATED = `cost_source = 'estimated'`;

export interface CallTotals {
  calls: number;
  unpricedCalls: number;
  estimatedCalls: number;
  spentPicoUsd: bigint;
  groups: number;
}

/** Over all calls with a model. */
export async function readTotals(reader: TelemetryReader, range: TimeRange): Promise<Result<CallTotals>> {
  const rows = await reader.query<{ calls: number; unpriced: number; estimated: number; spent: string; groups: number }>({
    sql: `SELECT sum(weight) AS calls, sumIf(weight, ${IS_UNPRICED}) AS unpriced, sumIf(weight, ${ESTIMATED}) AS estimated, toString(sum(${COST})) AS spent, uniqExact(${NAMES}) AS groups
FROM ${withModel(spansIn())}`,
    params: rangeParams(range),
  });
  if (!rows.ok) return rows;
  const [row] = rows.value;
  return ok({
    calls: Number(row?.calls ?? 0),
    unpricedCalls: Number(row?.unpriced ?? 0),
    estimatedCalls: Number(row?.estimated ?? 0),
    spentPicoUsd: picoUsd(row?.spent),
    groups: Number(row?.groups ?? 0),
  });
}

interface GroupRow extends NameRow {
  of_all: number;
  calls: number;
  estimated: number;
  spent: string;
  answered: number;
  answered_squares: number;
  succeeded: number;
  untroubled: number;
  failed_paid: number;
  failed_spent: string;
  with_tools: number;
  with_input: number;
  with_tokens: number;
  input_tokens_sum: number;
  output_tokens_sum: number;
  cache_read_sum: number;
  telling_cache: number;
  telling_input: number;
  input_median: number;
  output_median: number;
  limited: number;
  cut_off: number;
  limit_median: number;
  limited_p99: number;
  sample_from: string;
  traces: string[];
  failed_traces: string[];
}

export interface GroupsRead {
  /** The costliest first. */
  groups: CallGroup[];
  /** The same calls by model alone. */
  models: (CallFigures & Omit<GroupNames, 'agentId'>)[];
}

/** The groups that cost most, and what can be said of their models over all of them. `count`: how many groups there are. */
export async function readGroups(reader: TelemetryReader, range: TimeRange, count: number): Promise<Result<GroupsRead>> {
  const foremost =
    count <= GROUPS_MAX
      ? '1'
      : `(${NAMES}) IN (SELECT ${NAMES} FROM ${withModel(spansIn())} GROUP BY ${NAMES} ORDER BY sum(${COST}) DESC, ${NAMES} LIMIT ${GROUPS_MAX})`;
  const limited = '(isNotNull(max_tokens) AND isNotNull(output_tokens))';
  const told = '(isNotNull(input_tokens) AND isNotNull(output_tokens))';
  const median = (column: string, condition: string, level = 0.5) => `quantileExactWeightedIf(${level})(ifNull(${column}, 0), weight, ${condition})`;
  const rows = await reader.query<GroupRow>({
    sql: `SELECT grouping(agent_id) AS of_all, ${NAMES},
  sum(weight) AS calls, sumIf(weight, ${ESTIMATED}) AS estimated, toString(sum(${COST})) AS spent,
  sumIf(weight, ${ANSWERED}) AS answered, sumIf(toUInt64(weight) * weight, ${ANSWERED}) AS answered_squares,
  sumIf(weight, status = 'success') AS succeeded, sumIf(weight, status = 'success' AND NOT in_failed_trace) AS untroubled,
  sumIf(weight, ${PAID_FAILURE}) AS failed_paid, toString(sumIf(${COST}, ${PAID_FAILURE})) AS failed_spent,
  sumIf(weight, notEmpty(tool_definition_parts)) AS with_tools, sumIf(weight, notEmpty(input_parts)) AS with_input,
  sumIf(weight, ${told}) AS with_tokens, sumIf(ifNull(input_tokens, 0) * weight, ${told}) AS input_tokens_sum,
  sumIf(ifNull(output_tokens, 0) * weight, ${told}) AS output_tokens_sum,
  sumIf(ifNull(cache_read_tokens, 0) * weight, ${told}) AS cache_read_sum, sumIf(weight, isNotNull(cache_read_tokens)) AS telling_cache,
  sumIf(weight, isNotNull(input_tokens)) AS telling_input,
  ${median('input_tokens', 'isNotNull(input_tokens)')} AS input_median, ${median('output_tokens', told)} AS output_median,
  sumIf(weight, ${limited}) AS limited, sumIf(weight, ${limited} AND finish_reason = 'length') AS cut_off,
  ${median('max_tokens', limited)} AS limit_median, ${median('output_tokens', limited, 0.99)} AS limited_p99,
  toString(-groupArraySortedIf(${SAMPLED_CALLS_MAX})(-${START_NS}, status = 'success')[-1]) AS sample_from,
  ${costliestTraces(`status = 'success'`)} AS traces, ${costliestTraces(PAID_FAILURE)} AS failed_traces
FROM (
  SELECT *, trace_id IN (SELECT trace_id FROM ${spansIn()} WHERE error_origin = 1) AS in_failed_trace FROM ${withModel(spansIn())}
  WHERE ${foremost})
GROUP BY GROUPING SETS ((${NAMES}), (provider, model, kind))
ORDER BY sum(${COST}) DESC, ${NAMES}`,
    params: rangeParams(range),
  });
  if (!rows.ok) return rows;
  const of = (all: boolean) => rows.value.filter(({ of_all }) => (Number(of_all) === 1) === all);
  return ok({
    groups: of(false).map(groupOf),
    models: of(true).map((row) => ({ provider: row.provider, model: row.model, kind: row.kind, ...figuresOf(row) })),
  });
}

function figuresOf(row: GroupRow): CallFigures {
  const answered = { weight: Number(row.answered), weightSquares: Number(row.answered_squares) };
  return {
    calls: Number(row.calls),
    answered: effectiveSample({ ...answered, weightOfSuccesses: Number(row.succeeded) }),
    untroubled: effectiveSample({ ...answered, weightOfSuccesses: Number(row.untroubled) }),
    callsWithTools: Number(row.with_tools),
    inputTokensMedian: Number(row.telling_input) === 0 ? null : Number(row.input_median),
  };
}

function groupOf(row: GroupRow): CallGroup {
  const limitedCalls = Number(row.limited);
  return {
    ...namesOf(row),
    ...figuresOf(row),
    estimatedCalls: Number(row.estimated),
    spentPicoUsd: picoUsd(row.spent),
    failedPaidCalls: Number(row.failed_paid),
    failedPicoUsd: picoUsd(row.failed_spent),
    callsWithInput: Number(row.with_input),
    callsWithTokens: Number(row.with_tokens),
    inputTokens: Number(row.input_tokens_sum),
    outputTokens: Number(row.output_tokens_sum),
    cacheReadTokens: Number(row.cache_read_sum),
    callsTellingCache: Number(row.telling_cache),
    outputTokensMedian: Number(row.with_tokens) === 0 ? null : Number(row.output_median),
    limited:
      limitedCalls === 0
        ? null
        : { calls: limitedCalls, cutOff: Number(row.cut_off), limitMedian: Number(row.limit_median), outputTokensP99: Number(row.limited_p99) },
    sampleFromNs: BigInt(row.sample_from),
    traceIds: distinct(row.traces),
    failedTraceIds: distinct(row.failed_traces),
  };
}
