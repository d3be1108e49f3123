import type { Anomaly } from '@sightglass/contract/anomaly';
import { ANOMALY_AGENTS_MAX, ANOMALY_MEASURES, type AnomalyListQuery, type AnomalyPage } from '@sightglass/contract/routes/anomalies';
import { z } from 'zod';
import type { MeasureDefinition } from '../explore/measures/measure.ts';
import { MomentText, openCursor, sealCursor } from '../explore/opaqueCursor.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { askCatalogue } from '../explore/runQuery.ts';
import { parseTimeRange, type TimeRange } from '../explore/timeRange.ts';
import { fail, ok, type Result } from '../result.ts';
import { HOUR_MS } from './hoursOfWeek.ts';
import { anomaliesOf, type FullHours, fullHours, type JudgedSeries, judgeSeries, readRange } from './judgeRange.ts';
import { findMeasure, tellsAgents } from './readHourlySeries.ts';

export interface AnomalyClock {
  /** IANA name: the workspace's. */
  timeZone: string;
  nowNs: bigint;
}

/** What agents are looked at is decided by who called most in the last two weeks. */
const BUSY_DAYS = 14;

/** What was unusual in a range, a page of it: newest or gravest first. */
export async function findAnomalies(reader: TelemetryReader, query: AnomalyListQuery, clock: AnomalyClock): Promise<Result<AnomalyPage>> {
  const place = placeOf(query, clock.nowNs);
  if (!place.ok) return place;
  const measures = measuresOf(query);
  if (!measures.ok) return measures;
  const hours = fullHours(place.value.range, clock.nowNs);
  if (!hours.ok) return hours;
  const { sensitivity, agent_id: agentId } = query;
  const series: JudgedSeries[] = [];
  const question = { measures: measures.value, range: hours.value, timeZone: clock.timeZone };
  const agents = agentId === undefined ? await busyAgents(reader, measures.value, hours.value) : ok([agentId]);
  if (!agents.ok) return agents;
  for (const scope of agentId === undefined ? [null, agents.value] : [agents.value]) {
    const read = await readRange(reader, { ...question, agents: scope });
    if (!read.ok) return read;
    for (const each of read.value) series.push(await judgeSeries(each, sensitivity));
  }
  const found = series.flatMap(anomaliesOf).sort(query.sort === 'gravest' ? gravestFirst : newestFirst);
  const page = found.slice(place.value.offset, place.value.offset + query.limit);
  const next = place.value.offset + page.length;
  const { fromNs, toNs } = place.value.range;
  return ok({
    items: page,
    next_cursor: next < found.length ? sealCursor([String(fromNs), String(toNs), query.sort, next]) : null,
    sensitivity,
    looked_at: series.map(({ measure: { name, title, unit }, agentId: agent_id, judged }) => ({
      measure: name,
      title,
      unit,
      agent_id,
      judged_hours: judged.filter((each) => each !== null).length,
    })),
  });
}

/** Hours that are over do not change but for what comes late, so a page begins at a number within a range that is pinned down. */
const CursorSchema = z.tuple([MomentText, MomentText, z.enum(['newest', 'gravest']), z.number().int().min(0).max(1_000_000)]);

function placeOf(query: AnomalyListQuery, nowNs: bigint): Result<{ range: TimeRange; offset: number }> {
  if (query.cursor !== undefined) {
    const opened = openCursor(query.cursor, CursorSchema);
    if (opened === undefined || opened[2] !== query.sort) {
      return fail('invalid-request', 'The cursor is not one of this list.', [
        { pointer: '?cursor', message: 'must be next_cursor of the page before' },
      ]);
    }
    return ok({ range: { fromNs: BigInt(opened[0]), toNs: BigInt(opened[1]) }, offset: opened[3] });
  }
  const range = parseTimeRange(query, nowNs, 'query');
  return range.ok ? ok({ range: range.value, offset: 0 }) : range;
}

function measuresOf({ measure, agent_id: agentId }: AnomalyListQuery): Result<MeasureDefinition[]> {
  const found: MeasureDefinition[] = [];
  for (const name of measure === undefined ? ANOMALY_MEASURES : [measure]) {
    const each = findMeasure(name, agentId);
    if (!each.ok) return each;
    found.push(each.value);
  }
  return ok(found);
}

async function busyAgents(reader: TelemetryReader, measures: readonly MeasureDefinition[], { toMs }: FullHours): Promise<Result<string[]>> {
  const [first] = measures;
  if (first === undefined || !tellsAgents(first.source)) return ok([]);
  const spec = {
    source: 'spans' as const,
    measures: ['calls'],
    group_by: ['agent_id'],
    filters: [{ field: 'agent_id', op: 'exists' as const, value: true }],
    time_zone: 'UTC',
    limit: ANOMALY_AGENTS_MAX,
  };
  const toNs = BigInt(toMs) * 1_000_000n;
  const answer = await askCatalogue(reader, spec, { fromNs: toNs - BigInt(BUSY_DAYS * 24 * HOUR_MS) * 1_000_000n, toNs });
  return answer.ok ? ok(answer.value.rows.map(({ agent_id: agentId }) => String(agentId))) : answer;
}

const nameOf = ({ measure, agent_id: agentId }: Anomaly) => `${agentId ?? ''} ${measure}`;
const byName = (a: Anomaly, b: Anomaly) => (nameOf(a) < nameOf(b) ? -1 : 1);
const graver = (a: Anomaly, b: Anomaly) => Math.abs(b.score) - Math.abs(a.score);
/** What ended last, or still goes on, first. */
const newer = (a: Anomaly, b: Anomaly) => (a.to < b.to ? 1 : a.to > b.to ? -1 : 0);
const newestFirst = (a: Anomaly, b: Anomaly) => newer(a, b) || graver(a, b) || byName(a, b);
const gravestFirst = (a: Anomaly, b: Anomaly) => graver(a, b) || newer(a, b) || byName(a, b);
