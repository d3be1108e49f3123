import type { TelemetryReader } from '../explore/reader.ts';
import type { QueryRow } from '../explore/runQuery.ts';
import type { TimeRange } from '../explore/timeRange.ts';
import type { Result } from '../result.ts';
import { GAUGE_MEASURES, PROCESS_FIELDS } from './gauges.ts';
import { askWindow } from './recentWindow.ts';

/** One row a process, those with the most memory first. */
export const readGauges = (reader: TelemetryReader, range: TimeRange): Promise<Result<QueryRow[]>> =>
  askWindow(reader, range, {
    source: 'metric_points',
    measures: [...GAUGE_MEASURES],
    group_by: PROCESS_FIELDS,
  });
