/** Rows written into the store field by field, for tests of what reads them. */
import { createHash } from 'node:crypto';
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { TelemetryConnection } from '../connect.ts';
import { spansTable } from '../tables/spans.ts';

/** A row of `spans`; ids in hex, times as Unix nanoseconds or RFC 3339, parts as lists of hex hashes. */
export type SpanFields = { workspace_id: string; trace_id: string; span_id: string; start_time: bigint | string } & Record<string, unknown>;

export const testWorkspace = (name: string) => `wsp_${name}` as WorkspaceId;

/** 32 hex digits that are the same for the same number. */
export const traceIdOf = (n: number) => createHash('md5').update(`trace ${n}`).digest('hex');
/** 16 hex digits that are the same for the same number. */
export const spanIdOf = (n: number) => createHash('md5').update(`span ${n}`).digest('hex').slice(0, 16);

export const nsOf = (time: string) => BigInt(Date.parse(time)) * 1_000_000n;

/** One insert; fields that are left out have the column's default. */
export async function insertSpans(telemetry: TelemetryConnection, rows: readonly SpanFields[]): Promise<void> {
  const used = spansTable.columns.filter(({ name }) => rows.some((row) => row[name] !== undefined));
  const schema = used.map(({ name, store }) => `${name} ${jsonType(store)}`).join(', ');
  const values = used.map(({ name, store }) => fromJson(name, store));
  const data = rows.map((row) => JSON.stringify(Object.fromEntries(used.map(({ name }) => [name, toJson(name, row[name])])))).join('\n');
  await telemetry.run(
    `INSERT INTO spans (${used.map(({ name }) => name).join(', ')}) SELECT ${values.join(', ')} FROM format(JSONEachRow, '${schema.replaceAll("'", "\\'")}', {data:String})`,
    { data },
  );
}

function jsonType(store: string): string {
  if (store.startsWith('FixedString') || store.startsWith('DateTime64')) return 'String';
  if (store.startsWith('Array(FixedString')) return 'Array(String)';
  return store.replaceAll(/LowCardinality\((\w+)\)/g, '$1');
}

function fromJson(name: string, store: string): string {
  if (store.startsWith('FixedString')) return `toFixedString(unhex(${name}), ${/\d+/.exec(store)?.[0]})`;
  if (store.startsWith('Array(FixedString')) return `arrayMap(part -> toFixedString(unhex(part), 16), ${name})`;
  if (store.startsWith('DateTime64(9')) return `fromUnixTimestamp64Nano(toInt64(${name}), 'UTC')`;
  return name;
}

function toJson(name: string, value: unknown): unknown {
  if (name === 'start_time' || name === 'received_at') return typeof value === 'string' ? nsOf(value).toString() : String(value);
  return typeof value === 'bigint' ? value.toString() : value;
}

/** Stores contents and answers their hashes (hex), to be put into `input_parts` and the like. */
export async function insertPayloads(
  telemetry: TelemetryConnection,
  workspaceId: string,
  day: string,
  contents: readonly string[],
): Promise<string[]> {
  const hashes = contents.map((content) => createHash('sha256').update(content).digest('hex').slice(0, 32));
  await telemetry.run(
    `INSERT INTO payloads SELECT {workspaceId:String}, toDate({day:String}), toFixedString(unhex(part.1), 16), part.2
     FROM (SELECT arrayJoin(arrayZip({hashes:Array(String)}, {contents:Array(String)})) AS part)`,
    { workspaceId, day, hashes, contents },
  );
  return hashes;
}
