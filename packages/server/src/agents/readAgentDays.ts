/** One line for each agent and day, newest first: the daily metrics, through the measure catalogue. */
import { createHash } from 'node:crypto';
import type { QueryFilter } from '@sightglass/contract/querySpec';
import type { AgentDay, AgentDaysQuery } from '@sightglass/contract/routes/agentMetrics';
import { z } from 'zod';
import { openCursor, sealCursor } from '../explore/opaqueCursor.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { askCatalogue } from '../explore/runQuery.ts';
import { parseTimeRange, type TimeRange } from '../explore/timeRange.ts';
import { type CalendarDate, dateIn, isoDate, plusDays, startOfDate } from '../explore/timeZone.ts';
import { refuseCursor } from '../refuseCursor.ts';
import { ok, type Result } from '../result.ts';
import { countIn, FIGURES, type Figures, figuresOf, readModels } from './agentFigures.ts';

const NS_PER_MS = 1_000_000n;
/** As many agents times days as one answer of the catalogue holds. */
const CELLS_AT_ONCE = 40_000;
const DAYS_AT_ONCE_MAX = 1_000;

const DateText = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine((date) => !Number.isNaN(Date.parse(date)));
/** The first day of the range (`now-24h` must mean the same on every page), the day of the last line of a page, and the hash of its agent. */
const CursorSchema = z.tuple([z.literal('days'), DateText, DateText, z.string().regex(/^[0-9a-f]{32}$/)]);

/** Ids may be longer than a cursor. */
const hashOf = (agentId: string) => createHash('md5').update(agentId).digest('hex');

export interface AgentDaysQuestion {
  query: AgentDaysQuery;
  /** IANA name: its calendar cuts the days. */
  timeZone: string;
  nowNs: bigint;
}

type Line = Omit<AgentDay, 'models'> & { time: string };

/** Days whole, also the first and the last of the range. Within a day agents are in the order of their ids. */
export async function readAgentDays(
  reader: TelemetryReader,
  { query, timeZone, nowNs }: AgentDaysQuestion,
): Promise<Result<{ items: AgentDay[]; next_cursor: string | null }>> {
  const asked = daysOf(query, timeZone, nowNs);
  if (!asked.ok) return asked;
  const { first, last, after } = asked.value;
  const filters = agentFilters(query.agent_id);
  const rangeOf = (from: CalendarDate, to: CalendarDate): TimeRange => ({
    fromNs: startNs(timeZone, from),
    toNs: startNs(timeZone, plusDays(to, 1)),
  });
  const agents = await countAgents(reader, filters, rangeOf(first, last));
  if (!agents.ok) return agents;
  const daysAtOnce = Math.min(DAYS_AT_ONCE_MAX, Math.max(1, Math.floor(CELLS_AT_ONCE / Math.max(1, agents.value))));
  const lines: Line[] = [];
  // One more line than the page holds tells whether there is another page.
  for (let to = last; agents.value > 0 && !isBefore(to, first) && lines.length <= query.limit; to = plusDays(to, -daysAtOnce)) {
    const earliest = plusDays(to, 1 - daysAtOnce);
    const range = rangeOf(isBefore(earliest, first) ? first : earliest, to);
    const some = await readLines(reader, { filters, range, timeZone, agentsMax: agents.value });
    if (!some.ok) return some;
    lines.push(...behind(some.value, after));
  }
  const page = lines.slice(0, query.limit);
  const [newest, oldest] = [page[0], page.at(-1)];
  if (newest === undefined || oldest === undefined) return ok({ items: [], next_cursor: null });
  const agentIds = [...new Set(page.map(({ agent_id }) => agent_id))];
  const models = await readModels(reader, { agentIds, range: rangeOf(dateOfText(oldest.date), dateOfText(newest.date)), interval: '1d', timeZone });
  if (!models.ok) return models;
  const items = page.map(({ time, ...line }) => ({ ...line, models: models.value(line.agent_id, time) }));
  const isLast = lines.length <= query.limit;
  return ok({ items, next_cursor: isLast ? null : sealCursor(['days', isoDate(first), oldest.date, hashOf(oldest.agent_id)]) });
}

/** The days that the range touches, and behind which line of the last one to go on. */
function daysOf(
  query: AgentDaysQuery,
  timeZone: string,
  nowNs: bigint,
): Result<{ first: CalendarDate; last: CalendarDate; after: { date: string; hash: string } | undefined }> {
  if (query.cursor !== undefined) {
    const cursor = openCursor(query.cursor, CursorSchema);
    if (cursor === undefined) return refuseCursor();
    const [, first, date, hash] = cursor;
    return ok({ first: dateOfText(first), last: dateOfText(date), after: { date, hash } });
  }
  const range = parseTimeRange(query, nowNs, 'query');
  if (!range.ok) return range;
  const dateOf = (ns: bigint) => dateIn(timeZone, Number(ns / NS_PER_MS));
  return ok({ first: dateOf(range.value.fromNs), last: dateOf(range.value.toNs - 1n), after: undefined });
}

const agentFilters = (agentIds: string | undefined): QueryFilter[] => [
  agentIds === undefined
    ? { field: 'agent_id', op: 'exists' }
    : { field: 'agent_id', op: 'in', value: agentIds.split(',').map((agentId) => agentId.trim()) },
];

async function countAgents(reader: TelemetryReader, filters: QueryFilter[], range: TimeRange): Promise<Result<number>> {
  const spec = { source: 'spans' as const, measures: ['active_agents'], group_by: [], filters, time_zone: 'UTC', limit: 1 };
  const answer = await askCatalogue(reader, spec, range);
  return answer.ok ? ok(countIn(answer.value.rows[0] ?? {}, 'active_agents')) : answer;
}

interface LinesQuestion {
  filters: QueryFilter[];
  range: TimeRange;
  timeZone: string;
  agentsMax: number;
}

/** Lines of days on which something of the agent was traced, newest first. */
async function readLines(reader: TelemetryReader, { filters, range, timeZone, agentsMax }: LinesQuestion): Promise<Result<Line[]>> {
  const spec = {
    source: 'spans' as const,
    measures: [...FIGURES, 'spans'],
    group_by: ['agent_id'],
    filters,
    interval: '1d',
    time_zone: timeZone,
    limit: agentsMax,
  };
  const answer = await askCatalogue(reader, spec, range);
  if (!answer.ok) return answer;
  const lines = answer.value.rows
    .filter((row) => countIn(row, 'spans') > 0)
    .map((row): Line => {
      const time = String(row.time);
      const figures: Figures = figuresOf(row);
      return { agent_id: String(row.agent_id), date: isoDate(dateIn(timeZone, Date.parse(time))), time, ...figures };
    });
  return ok(lines.sort((a, b) => (a.date === b.date ? compareText(a.agent_id, b.agent_id) : compareText(b.date, a.date))));
}

/** What comes behind a line; all of it when that is not there. */
function behind(lines: Line[], after: { date: string; hash: string } | undefined): Line[] {
  if (after === undefined) return lines;
  return lines.slice(lines.findIndex(({ date, agent_id }) => date === after.date && hashOf(agent_id) === after.hash) + 1);
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const startNs = (timeZone: string, date: CalendarDate) => BigInt(startOfDate(timeZone, date)) * NS_PER_MS;
const isBefore = (a: CalendarDate, b: CalendarDate) => isoDate(a) < isoDate(b);

function dateOfText(text: string): CalendarDate {
  const [year = 1970, month = 1, day = 1] = text.split('-').map(Number);
  return { year, month, day };
}
