import { setImmediate } from 'node:timers/promises';
import { readDayStates } from '../explore/finishedDays.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { type CalendarDate, plusDays } from '../explore/timeZone.ts';
import { ok, type Result } from '../result.ts';
import type { CostHistory, KnownHistories, SeriesHistory } from './knownHistories.ts';
import { learnSeries, sinceFirstCost } from './learnSeries.ts';
import { daysRange, lengthOfMonth } from './monthCalendar.ts';
import { pastAccuracy } from './pastAccuracy.ts';
import { dollarsOf } from './projectMonth.ts';
import { type CostScope, type DailyCosts, readDailyCosts } from './readDailyCosts.ts';

/** 18 weeks: three whole months and some weeks before them to learn from. */
export const HISTORY_DAYS = 126;
/** Agents, and models, that are projected. */
export const SERIES_MAX = 100;

/** What the 126 days before today teach. */
export async function readCostHistory(
  reader: TelemetryReader,
  timeZone: string,
  today: CalendarDate,
  known: KnownHistories,
): Promise<Result<CostHistory>> {
  const firstDate = plusDays(today, -HISTORY_DAYS);
  const range = daysRange(timeZone, firstDate, HISTORY_DAYS);
  const markBefore = reader.writeMark();
  const states = await readDayStates(reader, [range]);
  if (!states.ok) return states;
  const { version = '', quiet = false } = states.value[0] ?? {};
  const key = `${reader.rowsKey} ${timeZone} ${range.fromNs}`;
  const remembered = known.find(key, version);
  if (remembered !== undefined) return ok(remembered);
  const read = (scope: CostScope) => readDailyCosts(reader, { scope, range, timeZone, seriesMax: SERIES_MAX });
  const [workspace, agents, models] = await Promise.all([read('workspace'), read('agent_id'), read('model')]);
  if (!workspace.ok) return workspace;
  if (!agents.ok) return agents;
  if (!models.ok) return models;
  const undisturbed = quiet || (markBefore !== undefined && reader.writeMark() === markBefore);
  const whole = workspace.value[0] ?? { name: null, costsPico: [], unpricedCalls: [] };
  const history = {
    workspace: historyOf(whole, today),
    agents: await historiesOf(agents.value, today),
    models: await historiesOf(models.value, today),
    accuracy: accuracyOf(whole, firstDate),
  };
  if (undisturbed) known.keep(key, version, history);
  return ok(history);
}

/** Learning takes some milliseconds a series: others get their turn in between. */
async function historiesOf(series: readonly DailyCosts[], today: CalendarDate): Promise<SeriesHistory[]> {
  const histories: SeriesHistory[] = [];
  for (const each of series) {
    await setImmediate();
    histories.push(historyOf(each, today));
  }
  return histories;
}

/** Today and no day before it: what a workspace, agent or model is that was first seen today. */
export function historyOf({ name, costsPico, unpricedCalls }: DailyCosts, today: CalendarDate): SeriesHistory {
  const monthStart = Math.max(0, costsPico.length - (today.day - 1));
  const previousStart = Math.max(0, monthStart - lengthOfMonth(plusDays(today, -today.day)));
  return {
    name,
    learned: learnSeries(sinceFirstCost(costsPico).map(dollarsOf)),
    monthPico: costsPico.slice(monthStart),
    previousMonthPico: costsPico.slice(previousStart, monthStart).reduce((sum, cost) => sum + cost, 0n),
    unpricedCalls: unpricedCalls.slice(monthStart).reduce((sum, calls) => sum + calls, 0),
  };
}

function accuracyOf({ costsPico }: DailyCosts, firstDate: CalendarDate): CostHistory['accuracy'] {
  const costs = sinceFirstCost(costsPico);
  return pastAccuracy(costs, plusDays(firstDate, costsPico.length - costs.length));
}
