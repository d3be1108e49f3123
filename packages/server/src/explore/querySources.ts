/** Where questions read from: one entry for each source of the catalogue. */
import type { QuerySource } from '@sightglass/contract/querySpec';
import { EVENT_FIELDS } from './eventFields.ts';
import { eventsIn } from './eventSource.ts';
import { logsIn, logsWithContextIn } from './logSource.ts';
import { HEALTH_FIELDS } from './healthFields.ts';
import { healthIn } from './healthSource.ts';
import { isOfContext, LOG_FIELDS } from './logFields.ts';
import { METRIC_POINT_FIELDS } from './metricPointFields.ts';
import { metricPointsIn } from './metricPointSource.ts';
import type { QueryField } from './queryField.ts';
import { SPAN_FIELDS } from './spanFields.ts';
import { spansIn, spansWithRagIn } from './spanSource.ts';
import type { MeasureDefinition } from './measures/measure.ts';

export interface QuestionShape {
  /** SQL over the fields of a row. */
  conditions: readonly string[];
  /** Whether rows are told apart by `{buckets:Array(Int64)}`. */
  overTime: boolean;
  /** Columns beyond those of the table that the measures read. */
  needs: ReadonlySet<MeasureDefinition['needs']>;
}

export interface QuerySourceDefinition {
  fields: ReadonlyMap<string, QueryField>;
  /** The moment of a row, a DateTime64(9). */
  time: string;
  /**
   * A subquery of the rows in `[{from:Int64}, {to:Int64})`, Unix nanoseconds, with the columns that the fields and
   * measures read. `asked` names the fields of the question, so that what costs a join is made only where it is asked for.
   * The conditions are applied to the answer in any case; a source that can use them earlier does.
   */
  rows(asked: ReadonlySet<string>, question: QuestionShape): string;
}

export const QUERY_SOURCES: Readonly<Record<QuerySource, QuerySourceDefinition>> = {
  spans: { fields: SPAN_FIELDS, time: 'start_time', rows: (_asked, { needs }) => (needs.has('rag') ? spansWithRagIn() : spansIn()) },
  logs: { fields: LOG_FIELDS, time: 'time', rows: (asked) => ([...asked].some(isOfContext) ? logsWithContextIn() : logsIn()) },
  metric_points: { fields: METRIC_POINT_FIELDS, time: 'time', rows: (_asked, { conditions, overTime }) => metricPointsIn(conditions, overTime) },
  events: { fields: EVENT_FIELDS, time: 'timestamp', rows: (asked) => eventsIn(asked) },
  agent_health: { fields: HEALTH_FIELDS, time: 'at', rows: (asked) => healthIn(asked) },
};
