/** What telemetry records of every kind have: a moment, and perhaps a place in a trace. */
export interface TelemetryRecord {
  timestamp: string;
  trace_id: string | null;
  span_id: string | null;
}

export interface RecordPage<R extends TelemetryRecord> {
  items: R[];
  next_cursor: string | null;
}

/** Reads a page of records, newest first. `parameters` are filters and the range, by the names of the API. */
export type ReadRecords<R extends TelemetryRecord> = (
  parameters: Readonly<Record<string, string>>,
  limit: number,
  cursor: string | undefined,
  signal: AbortSignal,
) => Promise<RecordPage<R>>;
