/** Models that were called and have no price: what is missing from the book, or from the calls. */
import type { UnpricedModel } from '@sightglass/contract/routes/pricing';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { PriceBook } from '../cost/priceBook.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { spansIn } from '../explore/spanSource.ts';
import { IS_UNPRICED, MODEL } from '../explore/spanSql.ts';
import type { TimeRange } from '../explore/timeRange.ts';
import { ok, type Result } from '../result.ts';

const AGENTS_SHOWN = 10;

interface Row {
  provider: string;
  model: string;
  calls: string;
  input_tokens: string | null;
  output_tokens: string | null;
  with_usage: string;
  agents: string[];
  first_ns: string;
  last_ns: string;
}

export async function findUnpriced(reader: TelemetryReader, book: PriceBook, range: TimeRange, limit: number): Promise<Result<UnpricedModel[]>> {
  const calls = reader.isSampled ? 'sum(weight)' : 'count()';
  const rows = await reader.query<Row>({
    sql: `SELECT provider, ${MODEL} AS model, toString(${calls}) AS calls, toString(sum(input_tokens)) AS input_tokens, toString(sum(output_tokens)) AS output_tokens,
  toString(countIf(isNotNull(input_tokens) AND (isNotNull(output_tokens) OR kind = 'embedding') OR kind = 'embedding' AND isNotNull(total_tokens))) AS with_usage,
  arraySort(groupUniqArrayIf(${AGENTS_SHOWN})(agent_id, agent_id != '')) AS agents,
  toString(toUnixTimestamp64Nano(min(start_time))) AS first_ns, toString(toUnixTimestamp64Nano(max(start_time))) AS last_ns
FROM ${spansIn()} WHERE ${IS_UNPRICED}
GROUP BY provider, model ORDER BY ${calls} DESC, provider, model LIMIT {limit:UInt32}`,
    params: { from: range.fromNs, to: range.toNs, limit },
  });
  if (!rows.ok) return rows;
  return ok(rows.value.map((row) => unpricedModel(row, book)));
}

function unpricedModel(row: Row, book: PriceBook): UnpricedModel {
  const lastNs = BigInt(row.last_ns);
  const provider = row.provider === '' ? null : row.provider;
  const price = row.model === '' ? undefined : book.find({ provider, model: row.model, atNs: lastNs });
  return {
    provider,
    model: row.model === '' ? null : row.model,
    calls: Number(row.calls),
    input_tokens: row.input_tokens === null ? null : Number(row.input_tokens),
    output_tokens: row.output_tokens === null ? null : Number(row.output_tokens),
    agents: row.agents,
    first_call_at: formatTimestamp(BigInt(row.first_ns)),
    last_call_at: formatTimestamp(lastNs),
    reason: row.model === '' ? 'no-model' : price === undefined ? 'no-price' : row.with_usage === '0' ? 'no-usage' : 'stale',
  };
}
