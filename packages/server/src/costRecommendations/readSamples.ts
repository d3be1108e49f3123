/** The latest calls of the costliest pairs one by one, and the lengths of what they sent. */
import type { TelemetryReader } from '../explore/reader.ts';
import { spansIn } from '../explore/spanSource.ts';
import { type TimeRange, UNIT_NS } from '../explore/timeRange.ts';
import { ok, type Result } from '../result.ts';
import { type CallGroup, groupKey, type SampledCall } from './callGroup.ts';
import { type NameRow, NAMES, namesOf, START_NS, withModel } from './callSql.ts';

/** So many pairs are looked at call by call, each by its latest calls: together at most 42 MB of hashes. */
export const SAMPLED_GROUPS_MAX = 20;
export const SAMPLED_CALLS_MAX = 300;
/** A call with more messages and tools is sampled without them. */
const PARTS_MAX = 200;
/** Hashes in one question: the embedded engine reads 200 kB of text. */
const HASHES_AT_ONCE = 3_500;
/** Parts whose length is not asked for count as not stored. */
const HASHES_MAX = 20_000;

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

/**
 * Lengths of the parts of sampled calls by hash, as they are stored: of encrypted ones that of the ciphertext, which grows with
 * the text. A part is looked up at one day on which it was sent, by the key of the table; when even that is too
 * expensive, nothing is known of any.
 */
export async function readPartLengths(reader: TelemetryReader, calls: Iterable<SampledCall>): Promise<Result<Map<string, number>>> {
  const dayByHash = new Map<string, bigint>();
  for (const { startNs, parts } of calls) for (const part of parts) if (!dayByHash.has(part)) dayByHash.set(part, startNs / UNIT_NS.d);
  const lengths = new Map<string, number>();
  const asked = [...dayByHash].slice(0, HASHES_MAX);
  for (let i = 0; i < asked.length; i += HASHES_AT_ONCE) {
    const some = asked.slice(i, i + HASHES_AT_ONCE);
    const rows = await reader.query<{ hex_hash: string; length: number }>({
      sql: `SELECT lower(hex(hash)) AS hex_hash, max(length(content)) AS length FROM payloads
WHERE (day, hash) IN (
  SELECT toDate(toUInt16(part.1)), toFixedString(unhex(part.2), 16)
  FROM (SELECT arrayJoin(arrayZip({days:Array(UInt32)}, {hashes:Array(String)})) AS part))
GROUP BY hash`,
      params: { days: some.map(([, day]) => day), hashes: some.map(([hash]) => hash) },
    });
    if (!rows.ok) return rows.error.code === 'query-too-expensive' ? ok(new Map()) : rows;
    for (const { hex_hash, length } of rows.value) lengths.set(hex_hash, Number(length));
  }
  return ok(lengths);
}
