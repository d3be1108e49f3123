/**
 * What the rules ask the store. Calls are grouped where they lie; what comes back is bounded by the limits below,
 * however many calls there are, and the engine by those of the reader.
 */
import { parseUsd } from '@sightglass/contract/money';
import type { QueryParams, TelemetryReader } from '../explore/reader.ts';
import { spansIn, spansWithRepeatsIn } from '../explore/spanSource.ts';
import { FAILED, HAS_USAGE, IS_UNPRICED, MODEL } from '../explore/spanSql.ts';
import type { TimeRange } from '../explore/timeRange.ts';
import { ok, type Result } from '../result.ts';
import type { CallFigures, CallGroup, GroupNames, RepeatedCalls, SampledCall } from './callGroup.ts';
import { groupKey } from './callGroup.ts';
import { effectiveSample } from './successRate.ts';

/** Pairs of agent and model that are judged, the costliest first: more would not be read. */
export const GROUPS_MAX = 300;
/** Of these so many are looked at call by call, each by its latest calls: together at most 42 MB of hashes. */
export const SAMPLED_GROUPS_MAX = 20;
export const SAMPLED_CALLS_MAX = 300;
/** A call with more messages and tools is sampled without them. */
const PARTS_MAX = 200;
/** The costliest calls whose traces come back: the rules choose a few of them. */
const TRACES_MAX = 20;
/** Hashes in one question: the embedded engine reads 200 kB of text. */
const HASHES_AT_ONCE = 4_000;
/** Parts whose length is not asked for count as not stored. */
const HASHES_MAX = 20_000;

const COST = 'ifNull(cost_usd, toDecimal128(0, 12)) * weight';
const ANSWERED = `status IN ('success', 'error', 'timeout')`;
const PAID_FAILURE = `(${FAILED} AND cost_usd > 0)`;
const ESTIMATED = `cost_source = 'estimated'`;
const NAMES = 'agent_id, provider, model, kind';
const START_NS = 'toUnixTimestamp64Nano(start_time)';
/** Of the costliest calls; a trace comes as often as it has such calls. */
const costliestTraces = (condition: string) =>
  `arrayMap(found -> found.2, groupArraySortedIf(${TRACES_MAX})((-toFloat64(ifNull(cost_usd, 0)), lower(hex(trace_id))), ${condition}))`;
const withModel = (source: string) => `(SELECT *, ${MODEL} AS model FROM ${source} WHERE ${HAS_USAGE} AND model != '')`;

export interface CallTotals {
  calls: number;
  unpricedCalls: number;
  estimatedCalls: number;
  spentPicoUsd: bigint;
  groups: number;
}

const rangeParams = ({ fromNs, toNs }: TimeRange): QueryParams => ({ from: fromNs, to: toNs });

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

interface NameRow {
  agent_id: string;
  provider: string;
  model: string;
  kind: GroupNames['kind'];
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

interface SampleRow extends NameRow {
  start_ns: string;
  service_tier: string;
  input: number | null;
  output: number | null;
  cache_read: number | null;
  cache_write: number | null;
  cache_write_1h: number | null;
  reasoning: number | null;
  audio_in: number | null;
  audio_out: number | null;
  image_in: number | null;
  total: number | null;
  parts: string[];
}

/** The latest successful calls of the costliest groups, by `groupKey`, in order of start. */
export async function readSamples(
  reader: TelemetryReader,
  groups: readonly CallGroup[],
  range: TimeRange,
): Promise<Result<Map<string, SampledCall[]>>> {
  const sampled = groups.filter(({ spentPicoUsd }) => spentPicoUsd > 0n).slice(0, SAMPLED_GROUPS_MAX);
  const samples = new Map<string, SampledCall[]>();
  if (sampled.length === 0) return ok(samples);
  const params: Record<string, string | bigint> = { from: range.fromNs, to: range.toNs };
  const conditions = sampled.map(({ agentId, provider, model, kind, sampleFromNs }, i) => {
    Object.assign(params, {
      [`agent${i}`]: agentId,
      [`provider${i}`]: provider,
      [`model${i}`]: model,
      [`kind${i}`]: kind,
      [`from${i}`]: sampleFromNs,
    });
    return `(agent_id = {agent${i}:String} AND provider = {provider${i}:String} AND model = {model${i}:String} AND kind = {kind${i}:String} AND ns >= {from${i}:Int64})`;
  });
  const rows = await reader.query<SampleRow>({
    sql: `SELECT ${NAMES}, toString(ns) AS start_ns, service_tier, input_tokens AS input, output_tokens AS output, cache_read_tokens AS cache_read,
  cache_write_tokens AS cache_write, cache_write_1h_tokens AS cache_write_1h, reasoning_tokens AS reasoning, audio_input_tokens AS audio_in,
  audio_output_tokens AS audio_out, image_input_tokens AS image_in, total_tokens AS total,
  arrayMap(part -> lower(hex(part)), if(length(sent) > ${PARTS_MAX}, [], sent)) AS parts
FROM (SELECT *, ${START_NS} AS ns, arrayConcat(tool_definition_parts, input_parts) AS sent FROM ${withModel(spansIn())})
WHERE status = 'success' AND (${conditions.join(' OR ')})
ORDER BY ns DESC, span_id LIMIT ${SAMPLED_CALLS_MAX} BY ${NAMES}`,
    params,
  });
  if (!rows.ok) return rows;
  // The newest come first, because the limit keeps the first ones.
  for (const row of rows.value.reverse()) {
    const key = groupKey(namesOf(row));
    const calls = samples.get(key) ?? [];
    calls.push(sampledCallOf(row));
    samples.set(key, calls);
  }
  return ok(samples);
}

function sampledCallOf(row: SampleRow): SampledCall {
  const count = (sent: number | null) => (sent === null ? null : Number(sent));
  return {
    startNs: BigInt(row.start_ns),
    serviceTier: row.service_tier === '' ? null : row.service_tier,
    parts: row.parts,
    usage: {
      inputTokens: count(row.input),
      outputTokens: count(row.output),
      cacheReadTokens: count(row.cache_read),
      cacheWriteTokens: count(row.cache_write),
      cacheWrite1hTokens: count(row.cache_write_1h),
      reasoningTokens: count(row.reasoning),
      audioInputTokens: count(row.audio_in),
      audioOutputTokens: count(row.audio_out),
      imageInputTokens: count(row.image_in),
      totalTokens: count(row.total),
      reported: {},
      rule: '',
      estimated: false,
    },
  };
}

/** Lengths of stored parts by hash, as they are stored: of encrypted ones that of the ciphertext, which grows with the text. */
export async function readPartLengths(reader: TelemetryReader, hashes: ReadonlySet<string>, range: TimeRange): Promise<Result<Map<string, number>>> {
  const lengths = new Map<string, number>();
  const asked = [...hashes].slice(0, HASHES_MAX);
  for (let i = 0; i < asked.length; i += HASHES_AT_ONCE) {
    const rows = await reader.query<{ hash: string; length: number }>({
      sql: `SELECT lower(hex(hash)) AS hash, max(length(content)) AS length FROM payloads
WHERE day >= toDate(fromUnixTimestamp64Nano({from:Int64}, 'UTC')) AND day <= toDate(fromUnixTimestamp64Nano({to:Int64}, 'UTC'))
  AND payloads.hash IN (SELECT toFixedString(unhex(arrayJoin({hashes:Array(String)})), 16))
GROUP BY payloads.hash`,
      params: { ...rangeParams(range), hashes: asked.slice(i, i + HASHES_AT_ONCE) },
    });
    if (!rows.ok) return rows;
    for (const { hash, length } of rows.value) lengths.set(hash, Number(length));
  }
  return ok(lengths);
}

const namesOf = ({ agent_id, provider, model, kind }: NameRow): GroupNames => ({ agentId: agent_id, provider, model, kind });
const distinct = (traceIds: readonly string[]): string[] => [...new Set(traceIds)];
/** A sum as the store writes it; what it cannot be is nothing. */
const picoUsd = (text: string | undefined): bigint => parseUsd(text ?? '0') ?? 0n;
