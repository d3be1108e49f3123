import { spansInRanges } from '../spanSource.ts';
import type { QueryField } from '../queryField.ts';
import type { QueryParams } from '../reader.ts';
import type { AskedWindows } from './findWindows.ts';
import { GRAINS, type RollupColumn } from './rollupColumns.ts';

/**
 * Rows out of which the measures are put together: those of the windows, and one for each group and bucket of what only the spans
 * tell. They carry the groups as `g0`, `g1` …, the columns, and `at_ns`, a moment of the bucket that they belong to.
 */
export function rolledRows(
  plan: AskedWindows,
  {
    groups,
    conditions,
    columns,
    overTime,
  }: { groups: readonly QueryField[]; conditions: readonly string[]; columns: readonly RollupColumn[]; overTime: boolean },
): { sql: string; params: QueryParams } {
  const grouped = groups.map(({ groupBy }, i) => `${groupBy} AS g${i}`);
  const aliases = groups.map((_, i) => `g${i}`);
  const and = conditions.map((condition) => `\n    AND ${condition}`).join('');
  const bucket = overTime ? 'roundDown(toUnixTimestamp64Nano(start_time), {buckets:Array(Int64)})' : 'toInt64(0)';
  const parts = [
    `SELECT ${[...grouped, 'toInt64(toUnixTimestamp(start)) * 1000000000 AS at_ns', ...columns.map(({ name }) => name)].join(', ')}
  FROM span_rollups
  WHERE grain IN {grains:Array(String)} AND generation IN {generations:Array(UInt64)} AND start >= toDateTime({windowsFrom:Int64}, 'UTC') AND start < toDateTime({windowsTo:Int64}, 'UTC')${and}`,
  ];
  const spans = spansInRanges(plan.rest);
  if (plan.rest.length > 0) {
    parts.push(`SELECT ${[...grouped, `${bucket} AS at_ns`, ...columns.map(({ name, ofSpans }) => `${ofSpans} AS ${name}`)].join(', ')}
  FROM ${spans.sql}
  WHERE 1${and}
  GROUP BY ${[...aliases, 'at_ns'].join(', ')}`);
  }
  return {
    sql: `(\n  ${parts.join('\n  UNION ALL\n  ')})`,
    params: {
      ...spans.params,
      grains: Object.values(GRAINS[plan.detail]),
      generations: plan.generations,
      windowsFrom: plan.fromNs / 1_000_000_000n,
      windowsTo: plan.toNs / 1_000_000_000n,
    },
  };
}
