/**
 * A question (QuerySpec) → one SELECT with bound parameters. Pure. Measures and dimensions are looked up in
 * the catalogue, everything else that the asker wrote is a bound value, so no text of theirs is ever SQL.
 * The workspace is not part of it: the reader adds it. `isSampled`: rows may stand for several. `windows`: what was computed before
 * and answers a part of the range; only for questions that `asksOfWindows` allows. `shape`: of questions that only the program asks.
 */
import type { FieldError } from '@sightglass/contract/errors';
import type { QueryColumn, QueryFilter, QuerySpec } from '@sightglass/contract/querySpec';
import { fail, ok, type Result } from '../result.ts';
import { bucketStarts, BUCKETS_MAX, parseInterval } from './buckets.ts';
import { compileFilter } from './filters.ts';
import { type MeasureDefinition, WINDOW_END_NS } from './measures/measure.ts';
import { MEASURES } from './measures/catalogue.ts';
import { nearestName } from './nearestName.ts';
import type { QueryParams } from './reader.ts';
import { ATTRIBUTE_PREFIX, attributeField, attributeKey, type QueryField } from './queryField.ts';
import { QUERY_SOURCES, type QuerySourceDefinition } from './querySources.ts';
import type { AskedWindows } from './rollups/findWindows.ts';
import { rolledRows } from './rollups/rolledRows.ts';
import { ROLLED_MEASURES } from './rollups/rollupColumns.ts';
import type { TimeRange } from './timeRange.ts';
import { isTimeZone } from './timeZone.ts';

/** With an interval every group has every bucket; together they stay below this. */
const CELLS_MAX = 50_000;

export interface CompiledQuery {
  sql: string;
  params: QueryParams;
  /** In the order of the answer: `time`, then what is grouped by, then the measures. */
  columns: QueryColumn[];
  /** Names under which the rows come back, one for each column: what was asked for is never an alias. */
  aliases: string[];
  /** Starts of the buckets that rows may fall into; null without an interval. */
  buckets: bigint[] | null;
  groups: number;
  measures: MeasureDefinition[];
}

type QueryQuestion = Omit<QuerySpec, 'from' | 'to'>;

export interface QueryShape {
  /** The answer of each workspace by itself, named by `w`; `limit` is that of each. Only of spans whose measures need no join. */
  acrossWorkspaces?: boolean;
  /**
   * Windows that may overlap, in place of an interval: each begins at one of `startsNs` (ascending) and is `lengthNs` long. The range
   * must hold them all. Only of sources without state between rows: spans, logs, events.
   */
  sliding?: { startsNs: bigint[]; lengthNs: bigint };
}

/** Wrong names and values are collected, each with a JSON pointer and the nearest name that exists. */
export function compileQuery(
  spec: QueryQuestion,
  range: TimeRange,
  isSampled = false,
  windows?: AskedWindows,
  { acrossWorkspaces = false, sliding }: QueryShape = {},
): Result<CompiledQuery> {
  const source = QUERY_SOURCES[spec.source];
  const errors: FieldError[] = [];
  const params: Record<string, string | bigint | readonly string[] | readonly bigint[]> = { from: range.fromNs, to: range.toNs };
  const measures = spec.measures.flatMap((name, i) => {
    const measure = findMeasure(name, spec.source, `/measures/${i}`, errors);
    if (measure === undefined) return [];
    const rolled = windows === undefined ? undefined : ROLLED_MEASURES.get(name)?.definition;
    const endOfWindow = sliding !== undefined ? END_OF_SLIDING : spec.interval === undefined ? '{to:Int64}' : END_OF_BUCKET;
    return [rolled ?? inWindow(isSampled ? weighted(measure) : measure, endOfWindow)];
  });
  const groups = spec.group_by.flatMap((name, i) => findGroup(name, source, `/group_by/${i}`, `g${i}key`, params, errors) ?? []);
  const conditions = [...namesOfMetrics(measures), ...compileConditions(spec.filters, source, params, errors)];
  findRepeats(spec.measures, '/measures', errors);
  findRepeats(spec.group_by, '/group_by', errors);
  const buckets = sliding?.startsNs ?? findBuckets(spec, range, errors);
  if (buckets !== null) params.buckets = buckets;
  if (sliding !== undefined) params.windowNs = sliding.lengthNs;
  const order = findOrder(spec, groups, measures, errors);
  if (errors.length > 0) return fail('invalid-request', 'The question names something that does not exist or does not fit.', errors);

  const groupAliases = [...(acrossWorkspaces ? ['w'] : []), ...groups.map((_, i) => `g${i}`)];
  const needs = new Set(measures.map((measure) => measure.needs));
  const asked = new Set([...spec.group_by, ...spec.filters.map(({ field }) => field)]);
  const where = conditions.length === 0 ? '' : `\n  WHERE ${conditions.join('\n    AND ')}`;
  const rolled =
    windows === undefined
      ? undefined
      : rolledRows(windows, { groups, conditions, columns: columnsOfMeasures(spec.measures), overTime: buckets !== null });
  Object.assign(params, rolled?.params);
  const timeNs = rolled === undefined ? `toUnixTimestamp64Nano(${source.time})` : 'at_ns';
  const ofRow = [
    '*',
    ...(acrossWorkspaces ? ['workspace_id AS w'] : []),
    ...groups.map(({ groupBy }, i) => `${groupBy} AS g${i}`),
    ...(sliding === undefined ? [] : [`${windowsOf(timeNs)} AS bucket`]),
  ];
  const rows =
    rolled?.sql ?? `(\n  SELECT ${ofRow.join(', ')}\n  FROM ${source.rows(asked, { conditions, overTime: buckets !== null, needs })}${where})`;
  const limit = buckets === null ? spec.limit : Math.max(1, Math.min(spec.limit, Math.floor(CELLS_MAX / buckets.length)));
  const rank = `ORDER BY ${[...order, ...groupAliases.map((alias) => `${alias} ASC NULLS LAST`)].join(', ')} LIMIT ${limit}${acrossWorkspaces ? ' BY w' : ''}`;

  const select = [
    ...(buckets === null
      ? []
      : [sliding === undefined ? `roundDown(${timeNs}, {buckets:Array(Int64)}) AS bucket` : 'bucket', 'toString(bucket) AS buckettext']),
    ...(acrossWorkspaces ? ['w'] : []),
    ...groups.flatMap(({ show }, i) => (show === undefined ? [`g${i}`] : [`g${i}`, `${show(`g${i}`)} AS g${i}text`])),
    ...measures.map(({ sql }, i) => `${sql} AS m${i}`),
  ].join(',\n  ');
  const keys = [...(buckets === null ? [] : ['bucket']), ...groupAliases];
  // The groups of a chart over time are the foremost of the whole range, not of each bucket.
  const foremost =
    buckets === null || groupAliases.length === 0
      ? ''
      : `\nWHERE (${groupAliases.map(notNull).join(', ')}) IN (\n  SELECT ${groupAliases.map(notNull).join(', ')} FROM (SELECT ${groupAliases.join(', ')} FROM ${rows} GROUP BY ${groupAliases.join(', ')} ${rank}))`;
  const grouped = keys.length === 0 ? '' : `\nGROUP BY ${keys.join(', ')}`;
  const ranked = buckets === null && groupAliases.length > 0 ? `\n${rank}` : '';
  const sql = `SELECT\n  ${select}\nFROM ${rows}${foremost}${grouped}${ranked}`;
  return ok({ sql, params, ...columnsOf(spec, buckets !== null, groups, measures), buckets, groups: groups.length, measures });
}

/** The filters of a question about spans alone, as conditions over a row with their values. */
export function compileSpanFilters(filters: readonly QueryFilter[]): Result<{ conditions: string[]; params: QueryParams }> {
  const params: FieldParams = {};
  const errors: FieldError[] = [];
  const conditions = compileConditions(filters, QUERY_SOURCES.spans, params, errors);
  if (errors.length > 0) return fail('invalid-request', 'A filter names something that does not exist or does not fit.', errors);
  return ok({ conditions, params });
}

function compileConditions(filters: readonly QueryFilter[], source: QuerySourceDefinition, params: FieldParams, errors: FieldError[]): string[] {
  return filters.flatMap((filter, i) => {
    const field = findField(filter.field, source, `/filters/${i}/field`, `f${i}key`, params, errors);
    if (field === undefined) return [];
    const compiled = compileFilter(field, filter, `f${i}`);
    if (!compiled.ok) {
      errors.push({ pointer: `/filters/${i}/${compiled.at}`, message: compiled.message });
      return [];
    }
    Object.assign(params, compiled.params);
    return [compiled.sql];
  });
}

/** Points of other metrics need not be read when every measure says which ones it is made of. The names are our own. */
function namesOfMetrics(measures: readonly MeasureDefinition[]): string[] {
  if (measures.length === 0 || measures.some(({ metrics }) => metrics === undefined)) return [];
  const names = new Set(measures.flatMap(({ metrics }) => metrics ?? []));
  return [`metric_name IN (${[...names].map((name) => `'${name}'`).join(', ')})`];
}

const NEXT_BUCKET = 'arrayFirst(start -> start > bucket, {buckets:Array(Int64)})';
const END_OF_BUCKET = `if(${NEXT_BUCKET} = 0, {to:Int64}, ${NEXT_BUCKET})`;

const END_OF_SLIDING = '(bucket + {windowNs:Int64})';
/** The windows that a row falls into, one row for each. */
const windowsOf = (timeNs: string) =>
  `arrayJoin(arrayFilter(begins -> begins <= ${timeNs} AND ${timeNs} < begins + {windowNs:Int64}, {buckets:Array(Int64)}))`;

function inWindow(measure: MeasureDefinition, endOfWindow: string): MeasureDefinition {
  if (!measure.sql.includes(WINDOW_END_NS)) return measure;
  return { ...measure, sql: measure.sql.replaceAll(WINDOW_END_NS, endOfWindow) };
}

function weighted(measure: MeasureDefinition): MeasureDefinition {
  const { weightedSql, weightedOrderSql } = measure;
  if (weightedSql === undefined) return measure;
  return { ...measure, sql: weightedSql, ...(weightedOrderSql === undefined ? {} : { orderSql: weightedOrderSql }) };
}

const columnsOfMeasures = (names: readonly string[]) => [...new Set(names.flatMap((name) => ROLLED_MEASURES.get(name)?.columns ?? []))];

/** NULL is in no set; a group of rows without the dimension is a group like any other. */
const notNull = (alias: string) => `isNull(${alias}), ifNull(toString(${alias}), '')`;

function columnsOf(spec: QueryQuestion, overTime: boolean, groups: readonly QueryField[], measures: readonly MeasureDefinition[]) {
  const columns: QueryColumn[] = [];
  const aliases: string[] = [];
  if (overTime) {
    columns.push({ name: 'time', type: 'time', unit: 'none' });
    aliases.push('buckettext');
  }
  for (const [i, field] of groups.entries()) {
    columns.push({ name: spec.group_by[i] ?? field.name, type: field.type === 'number' ? 'integer' : 'string', unit: 'none' });
    aliases.push(field.show === undefined ? `g${i}` : `g${i}text`);
  }
  for (const [i, { name, type, unit }] of measures.entries()) {
    columns.push({ name, type, unit });
    aliases.push(`m${i}`);
  }
  return { columns, aliases };
}

function findMeasure(name: string, source: QuerySpec['source'], pointer: string, errors: FieldError[]): MeasureDefinition | undefined {
  const measure = MEASURES.get(name);
  if (measure !== undefined && measure.source === source) return measure;
  const named = [...MEASURES.values()].filter((known) => known.source === source).map((known) => known.name);
  const message =
    measure === undefined ? `there is no measure ${quoted(name)}${suggestion(name, named)}` : `${name} is a measure of ${measure.source}`;
  errors.push({ pointer, message });
  return undefined;
}

type FieldParams = Record<string, string | bigint | readonly string[] | readonly bigint[]>;

function findField(
  name: string,
  { fields }: QuerySourceDefinition,
  pointer: string,
  parameter: string,
  params: FieldParams,
  errors: FieldError[],
): QueryField | undefined {
  const key = attributeKey(name);
  if (key !== undefined) {
    params[parameter] = key;
    return attributeField(name, parameter);
  }
  const field = fields.get(name);
  if (field === undefined)
    errors.push({ pointer, message: `there is no field ${quoted(name)}${suggestion(name, [...fields.keys(), ATTRIBUTE_PREFIX])}` });
  return field;
}

function findGroup(
  name: string,
  source: QuerySourceDefinition,
  pointer: string,
  parameter: string,
  params: FieldParams,
  errors: FieldError[],
): QueryField | undefined {
  const field = findField(name, source, pointer, parameter, params, errors);
  if (field === undefined || field.groupBy !== undefined) return field;
  errors.push({ pointer, message: `${name} is a quantity: filter by it, or ask for it as a measure` });
  return undefined;
}

function findRepeats(names: readonly string[], pointer: string, errors: FieldError[]): void {
  for (const [i, name] of names.entries()) {
    if (names.indexOf(name) !== i) errors.push({ pointer: `${pointer}/${i}`, message: `${quoted(name)} is named twice` });
  }
}

function findBuckets(spec: QueryQuestion, range: TimeRange, errors: FieldError[]): bigint[] | null {
  if (!isTimeZone(spec.time_zone))
    errors.push({ pointer: '/time_zone', message: `${quoted(spec.time_zone)} is no IANA time zone, such as Europe/Vienna` });
  if (spec.interval === undefined || errors.some(({ pointer }) => pointer === '/time_zone')) return null;
  const interval = parseInterval(spec.interval);
  const starts = interval === undefined ? undefined : bucketStarts(range, interval, spec.time_zone);
  if (starts !== undefined) return starts;
  errors.push({ pointer: '/interval', message: `makes more than ${BUCKETS_MAX} points of this range: take a longer one` });
  return null;
}

/** SQL terms to rank groups by; ties and the rest are settled by the groups themselves, so that pages are stable. */
function findOrder(spec: QueryQuestion, groups: readonly QueryField[], measures: readonly MeasureDefinition[], errors: FieldError[]): string[] {
  const [first] = measures;
  if (spec.order_by === undefined) return first === undefined ? [] : [`${first.orderSql ?? first.sql} DESC NULLS LAST`];
  const { field, direction } = spec.order_by;
  const sqlDirection = direction === 'asc' ? 'ASC' : 'DESC';
  const measure = measures.find(({ name }) => name === field);
  if (measure !== undefined) return [`${measure.orderSql ?? measure.sql} ${sqlDirection} NULLS LAST`];
  const group = groups.findIndex(({ name }) => name === field);
  if (group >= 0) return [`g${group} ${sqlDirection} NULLS LAST`];
  if (field === 'time' && spec.interval !== undefined) return first === undefined ? [] : [`${first.orderSql ?? first.sql} DESC NULLS LAST`];
  errors.push({
    pointer: '/order_by/field',
    message: `must be one of the measures or groups asked for${suggestion(field, [...spec.measures, ...spec.group_by])}`,
  });
  return [];
}

function suggestion(asked: string, known: Iterable<string>): string {
  const nearest = nearestName(asked, known);
  return nearest === undefined ? '' : `; did you mean ${nearest}?`;
}

/** What the asker wrote, cut short: it comes back in the answer. */
const quoted = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
