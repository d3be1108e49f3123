/**
 * What an hour of spans is boiled down to: for each group of dimensions the parts of which the measures of whole windows are put
 * together. Made from the measures' own declarations (`explore/measures/rollup.ts`); the columns of the table must agree, which a test says.
 */
import type { MeasureDefinition } from '../measures/measure.ts';
import { SPAN_MEASURES } from '../measures/spanMeasures.ts';

/** Fields of a question that an hour still tells; a question about any other is answered by the spans themselves. */
export const ROLLUP_DIMENSIONS = [
  'agent_id',
  'kind',
  'provider',
  'request_model',
  'response_model',
  'service_name',
  'tool_name',
  'endpoint',
  'method',
  'status_code',
  'department',
  'environment',
  'trace_type',
] as const;
/** Names of `spanFields.ts` whose SQL reads nothing but these. */
export const ROLLUP_FIELDS: ReadonlySet<string> = new Set([...ROLLUP_DIMENSIONS, 'model']);

/**
 * The dimensions of most questions. Windows are kept a second time with these alone, in far fewer rows: departments, endpoints and
 * tools multiply what agents and models make.
 */
export const NARROW_DIMENSIONS = ['agent_id', 'kind', 'provider', 'request_model', 'response_model', 'environment'] as const;
export const NARROW_FIELDS: ReadonlySet<string> = new Set([...NARROW_DIMENSIONS, 'model']);
/** `grain` of the rows of a window, by how many dimensions tell them apart. */
export const GRAINS = { all: { hour: 'hour', day: 'day' }, narrow: { hour: 'narrow_hour', day: 'narrow_day' } } as const;

/**
 * Percentiles of rolled up windows come from sketches in which a value keeps 7 bits of its fraction (bfloat16) and loses the rest: what
 * is answered is a value that was there, less at most 2^-7 of it. It is the one mergeable sketch of the engine that takes weights.
 */
export const PERCENTILE_ERROR = 1 / 128;
const LEVELS = [0.5, 0.95, 0.99] as const;
const SKETCH = 'quantilesBFloat16Weighted';
const SKETCH_LEVELS = LEVELS.join(', ');

export interface RollupColumn {
  name: string;
  store: string;
  /** The aggregate over rows of `spans`. */
  ofSpans: string;
  /** The aggregate over rows of smaller windows. */
  ofWindows: string;
}

/** A measure as it is put together from columns. */
export interface RolledMeasure {
  columns: readonly RollupColumn[];
  definition: MeasureDefinition;
}

const columns = new Map<string, RollupColumn>();

function sumColumn(name: string, store: string, sql: string): RollupColumn {
  const same = [...columns.values()].find((column) => column.ofSpans === sql);
  if (same !== undefined) return same;
  const column = { name: `sum_${name}`, store, ofSpans: sql, ofWindows: `sum(sum_${name})` };
  columns.set(column.name, column);
  return column;
}

function keep(column: RollupColumn): RollupColumn {
  const known = columns.get(column.name);
  if (known === undefined) columns.set(column.name, column);
  return known ?? column;
}

function rolled(measure: MeasureDefinition): RolledMeasure | undefined {
  const { name, rollup, type } = measure;
  const { weightedSql: _weightedSql, weightedOrderSql: _weightedOrderSql, orderSql: _orderSql, ...words } = measure;
  switch (rollup.kind) {
    case 'sum': {
      const isMoney = type === 'decimal';
      const column = sumColumn(
        name,
        isMoney ? 'Decimal(38, 12)' : 'UInt64',
        (isMoney ? measure.weightedOrderSql : undefined) ?? measure.weightedSql ?? measure.sql,
      );
      const sum = isMoney ? `ifNull(sum(${column.name}), toDecimal128(0, 12))` : `sum(${column.name})`;
      return { columns: [column], definition: { ...words, sql: isMoney ? `toString(${sum})` : sum, ...(isMoney ? { orderSql: sum } : {}) } };
    }
    case 'max': {
      const column = keep({ name: `max_${name}`, store: 'Nullable(Float64)', ofSpans: measure.sql, ofWindows: `max(max_${name})` });
      return { columns: [column], definition: { ...words, sql: `max(${column.name})` } };
    }
    case 'ratio': {
      const [of, by] = (
        [
          ['of', rollup.of],
          ['by', rollup.by],
        ] as const
      ).map(([part, sum]) => {
        const sql = sum.weightedSql ?? sum.sql;
        const known = [...columns.values()].find((column) => column.ofSpans === sql);
        return known ?? sumColumn(`${name}_${part}`, 'Float64', `toFloat64(ifNull(${sql}, 0))`);
      });
      if (of === undefined || by === undefined) return undefined;
      return { columns: [of, by], definition: { ...words, sql: `sum(${of.name}) / nullIf(sum(${by.name}), 0)` } };
    }
    case 'quantile': {
      const level = LEVELS.indexOf(rollup.level as (typeof LEVELS)[number]);
      if (level < 0) return undefined;
      const sketch = `sketch_${name.replace(/_p\d+$/, '')}`;
      const column = keep({
        name: sketch,
        store: `AggregateFunction(${SKETCH}(${SKETCH_LEVELS}), Float64, UInt16)`,
        ofSpans: `${SKETCH}StateIf(${SKETCH_LEVELS})(${rollup.value}, weight, ${rollup.condition})`,
        ofWindows: `${SKETCH}MergeState(${SKETCH_LEVELS})(${sketch})`,
      });
      return { columns: [column], definition: { ...words, sql: `${SKETCH}Merge(${SKETCH_LEVELS})(${sketch})[${level + 1}]` } };
    }
    case 'distinct': {
      // Whatever is a dimension is still there to be counted; of others only the rows know.
      if (rollup.column !== 'agent_id' || rollup.condition !== `agent_id != ''`) return undefined;
      const column = keep({
        name: 'agents',
        store: 'AggregateFunction(uniqExact, String)',
        ofSpans: `uniqExactStateIf(toString(agent_id), ${rollup.condition})`,
        ofWindows: 'uniqExactMergeState(agents)',
      });
      return { columns: [column], definition: { ...words, sql: `uniqExactMerge(agents)` } };
    }
    case 'min':
    case 'none':
      return undefined;
  }
}

/** By name. A measure that is not here is answered by the spans themselves. */
export const ROLLED_MEASURES: ReadonlyMap<string, RolledMeasure> = new Map(
  SPAN_MEASURES.flatMap((measure) => {
    const found = rolled(measure);
    return found === undefined ? [] : [[measure.name, found] as const];
  }),
);
/** In the order in which the measures name them. */
export const ROLLUP_COLUMNS: readonly RollupColumn[] = [...columns.values()];
