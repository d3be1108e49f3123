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
  called: string;
  calls: string;
  input: string | null;
  output: string | null;
  with_usage: string;
  agents: string[];
  first_ns: string;
  last_ns: string;
}

export async function findUnpriced(reader: TelemetryReader, book: PriceBook, range: TimeRange, limit: number): Promise<Result<UnpricedModel[]>> {
  const calls = reader.isSampled ? 'sum(weight)' : 'count()';
  const rows = await reader.query<Row>({
    sql: `SELECT provider, ${MODEL} AS called, toString(${calls}) AS calls, toString(sum(input_tokens)) AS input, toString(sum(output_tokens)) AS output,
  toString(countIf(isNotNull(input_tokens) AND (isNotNull(output_tokens) OR kind = 'embedding') OR kind = 'embedding' AND isNotNull(total_tokens))) AS with_usage,
  arraySort(groupUniqArrayIf(${AGENTS_SHOWN})(agent_id, agent_id != '')) AS agents,
  toString(toUnixTimestamp64Nano(min(start_time))) AS first_ns, toString(toUnixTimestamp64Nano(max(start_time))) AS last_ns
FROM ${spansIn()} WHERE ${IS_UNPRICED}
GROUP BY provider, called ORDER BY ${calls} DESC, provider, called LIMIT {limit:UInt32}`,
    params: { from: range.fromNs, to: range.toNs, limit },
  });
  if (!rows.ok) return rows;
  return ok(rows.value.map((row) => unpricedModel(row, book)));
}

function unpricedModel(row: Row, book: PriceBook): UnpricedModel {
  const lastNs = BigInt(row.last_ns);
  const provider = row.provider === '' ? null : row.provider;
  const price = row.called === '' ? undefined : book.find({ provider, model: row.called, atNs: lastNs });
  return {
    provider,
    model: row.called === '' ? null : row.called,
    calls: Number(row.calls),
    input_tokens: row.input === null ? null : Number(row.input),
    output_tokens: row.output === null ? null : Number(row.output),
    agents: row.agents,
    first_call_at: formatTimestamp(BigInt(row.first_ns)),
    last_call_at: formatTimestamp(lastNs),
    reason: row.called === '' ? 'no-model' : price === undefined ? 'no-price' : row.with_usage === '0' ? 'no-usage' : 'stale',
  };
}
