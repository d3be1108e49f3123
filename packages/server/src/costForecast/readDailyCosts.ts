import { parseUsd } from '@sightglass/contract/money';
import type { TelemetryReader } from '../explore/reader.ts';
import { askCatalogue, type QueryRow } from '../explore/runQuery.ts';
import type { TimeRange } from '../explore/timeRange.ts';
import { ok, type Result } from '../result.ts';

/** What costs are split by; `workspace`: not at all. */
export type CostScope = 'workspace' | 'agent_id' | 'model';

/** One workspace, agent or model; null: the calls that name none. */
export interface DailyCosts {
  name: string | null;
  /** Exact, one for each day of the range, oldest first. */
  costsPico: bigint[];
  unpricedCalls: number[];
}

export interface DailyCostsQuestion {
  scope: CostScope;
  range: TimeRange;
  timeZone: string;
  /** At most so many series, those that cost most over the whole range. */
  seriesMax: number;
}

/** Cost and unpriced calls of each calendar day, through the measures that all other pages ask. The costliest first. */
export async function readDailyCosts(
  reader: TelemetryReader,
  { scope, range, timeZone, seriesMax }: DailyCostsQuestion,
): Promise<Result<DailyCosts[]>> {
  const spec = {
    source: 'spans' as const,
    measures: ['cost_usd', 'unpriced_calls'],
    group_by: scope === 'workspace' ? [] : [scope],
    filters: [],
    interval: '1d',
    time_zone: timeZone,
    limit: seriesMax,
  };
  const answer = await askCatalogue(reader, spec, range);
  if (!answer.ok) return answer;
  const byName = new Map<string | null, DailyCosts>();
  for (const row of answer.value.rows) {
    const name = nameOf(row, scope);
    const series = byName.get(name) ?? { name, costsPico: [], unpricedCalls: [] };
    series.costsPico.push(parseUsd(String(row.cost_usd ?? '0')) ?? 0n);
    series.unpricedCalls.push(Number(row.unpriced_calls ?? 0));
    byName.set(name, series);
  }
  return ok([...byName.values()]);
}

function nameOf(row: QueryRow, scope: CostScope): string | null {
  const name = scope === 'workspace' ? null : row[scope];
  return name === null || name === undefined ? null : String(name);
}
