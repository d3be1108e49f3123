/** Stored calls as a recompute reads them: what pricing needs, and what they cost now. */
import { parseUsd } from '@sightglass/contract/money';
import type { CostSource } from '@sightglass/contract/spanKinds';
import { USAGE_KINDS } from '@sightglass/contract/spanKinds';
import type { PriceableSpan } from '../../cost/priceSpan.ts';
import type { QueryParams } from '../../explore/reader.ts';
import { MODEL } from '../../explore/spanSql.ts';
import type { SpanCost } from '../../telemetry/storedSpan.ts';
import type { TelemetryConnection } from '../../telemetry/connect.ts';

/** Which calls: of one workspace, that start in a range (Unix nanoseconds, `toNs` excluded) and meet conditions over a row of `spans`. */
export interface CallScope {
  workspaceId: string;
  fromNs: bigint;
  toNs: bigint;
  conditions: readonly string[];
  params: QueryParams;
}

/** A part of a scope that is read at once. `shard` of `shards`: of the calls of a crowded moment those of some traces. */
export interface CallWindow {
  fromNs: bigint;
  toNs: bigint;
  shard: number;
  shards: number;
  /** How many calls it has, roughly: repeats count. */
  calls: number;
}

export interface StoredCall {
  traceId: string;
  spanId: string;
  version: bigint;
  span: PriceableSpan;
  cost: SpanCost;
  agentId: string;
  provider: string;
  model: string;
  /** How many calls it stands for. */
  weight: number;
  /** What repeats another call is priced like it and counted nowhere. */
  isCounted: boolean;
}

const CALLS_AT_ONCE = 5_000;
const NS_PER_MINUTE = 60_000_000_000n;
const NS_PER_HOUR = 60n * NS_PER_MINUTE;
/** Ranges up to this long are cut by the minute, longer ones by the hour, so that the list of parts stays short. */
const MINUTES_RANGE_NS = 7n * 24n * NS_PER_HOUR;

const KINDS = USAGE_KINDS.map((kind) => `'${kind}'`).join(', ');

function whereOf({ conditions }: CallScope): string {
  return [
    'workspace_id = {workspace:String}',
    `start_time >= fromUnixTimestamp64Nano({fromNs:Int64}, 'UTC')`,
    `start_time < fromUnixTimestamp64Nano({toNs:Int64}, 'UTC')`,
    `kind IN (${KINDS})`,
    ...conditions,
  ].join(' AND ');
}

/** The scope in parts of some thousand calls each, in order of time. */
export async function windowsOf(telemetry: Pick<TelemetryConnection, 'rows'>, scope: CallScope): Promise<CallWindow[]> {
  const bucketNs = scope.toNs - scope.fromNs <= MINUTES_RANGE_NS ? NS_PER_MINUTE : NS_PER_HOUR;
  const rows = await telemetry.rows<{ bucket: string; calls: string }>(
    `SELECT toString(intDiv(toUnixTimestamp64Nano(start_time), ${bucketNs}) AS number) AS bucket, toString(count()) AS calls
FROM spans WHERE ${whereOf(scope)} GROUP BY number ORDER BY number`,
    { ...scope.params, workspace: scope.workspaceId, fromNs: scope.fromNs, toNs: scope.toNs },
  );
  const windows: CallWindow[] = [];
  for (const { bucket, calls: counted } of rows) {
    const startNs = BigInt(bucket) * bucketNs;
    const fromNs = startNs < scope.fromNs ? scope.fromNs : startNs;
    const endNs = startNs + bucketNs;
    const toNs = endNs > scope.toNs ? scope.toNs : endNs;
    const calls = Number(counted);
    const last = windows.at(-1);
    if (last !== undefined && last.shards === 1 && last.calls + calls <= CALLS_AT_ONCE) {
      last.toNs = toNs;
      last.calls += calls;
      continue;
    }
    const shards = Math.ceil(calls / CALLS_AT_ONCE);
    for (let shard = 0; shard < shards; shard++) windows.push({ fromNs, toNs, shard, shards, calls: Math.round(calls / shards) });
  }
  return windows;
}

interface Row {
  trace: string;
  span: string;
  start_ns: string;
  version: string;
  kind: PriceableSpan['kind'];
  provider: string;
  request_model: string;
  response_model: string;
  model: string;
  service_tier: string;
  agent_id: string;
  cost: string | null;
  cost_source: CostSource | '';
  price_id: string;
  usage_estimated: number;
  weight: number;
  superseded: number;
  tokens: (string | null)[];
}

const TOKENS = [
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'cache_write_1h_tokens',
  'reasoning_tokens',
  'audio_input_tokens',
  'audio_output_tokens',
  'image_input_tokens',
  'total_tokens',
];

export async function readCalls(telemetry: Pick<TelemetryConnection, 'rows'>, scope: CallScope, window: CallWindow): Promise<StoredCall[]> {
  const shard = window.shards === 1 ? '' : ` AND cityHash64(trace_id) % ${window.shards} = ${window.shard}`;
  const rows = await telemetry.rows<Row>(
    `SELECT lower(hex(trace_id)) AS trace, lower(hex(span_id)) AS span, toString(toUnixTimestamp64Nano(start_time)) AS start_ns, toString(version) AS version,
  kind, provider, request_model, response_model, ${MODEL} AS model, service_tier, agent_id, toString(cost_usd) AS cost, cost_source, price_id, usage_estimated, weight, superseded,
  [${TOKENS.map((name) => `toString(${name})`).join(', ')}] AS tokens
FROM spans FINAL WHERE ${whereOf(scope)}${shard}
SETTINGS do_not_merge_across_partitions_select_final = 1`,
    { ...scope.params, workspace: scope.workspaceId, fromNs: window.fromNs, toNs: window.toNs },
  );
  return rows.map(callOf);
}

const textOrNull = (text: string) => (text === '' ? null : text);

function callOf(row: Row): StoredCall {
  const [input, output, cacheRead, cacheWrite, cacheWrite1h, reasoning, audioInput, audioOutput, imageInput, total] = row.tokens.map((count) =>
    count === null ? null : Number(count),
  );
  const isTold = row.tokens.some((count) => count !== null);
  const costPicoUsd = row.cost === null ? null : (parseUsd(row.cost) ?? null);
  return {
    traceId: row.trace,
    spanId: row.span,
    version: BigInt(row.version),
    agentId: row.agent_id,
    provider: row.provider,
    model: row.model,
    weight: row.weight,
    isCounted: row.superseded === 0 && row.weight > 0,
    cost: { costPicoUsd, costSource: row.cost_source === '' ? null : row.cost_source, priceId: textOrNull(row.price_id) },
    span: {
      kind: row.kind,
      provider: textOrNull(row.provider),
      requestModel: textOrNull(row.request_model),
      responseModel: textOrNull(row.response_model),
      serviceTier: textOrNull(row.service_tier),
      startNs: BigInt(row.start_ns),
      reportedCostPicoUsd: row.cost_source === 'reported' ? costPicoUsd : null,
      usage: isTold
        ? {
            inputTokens: input ?? null,
            outputTokens: output ?? null,
            cacheReadTokens: cacheRead ?? null,
            cacheWriteTokens: cacheWrite ?? null,
            cacheWrite1hTokens: cacheWrite1h ?? null,
            reasoningTokens: reasoning ?? null,
            audioInputTokens: audioInput ?? null,
            audioOutputTokens: audioOutput ?? null,
            imageInputTokens: imageInput ?? null,
            totalTokens: total ?? null,
            reported: {},
            rule: '',
            estimated: row.usage_estimated === 1,
          }
        : null,
    },
  };
}
