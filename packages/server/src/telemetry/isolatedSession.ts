/**
 * A session of the engine with settings of its own, for SQL that people write. It is made for one piece of work and thrown away:
 * `readonly = 1` is never undone on a session, and after an error the embedded engine may send what was left of an answer before
 * the next one.
 */
import type { createClient } from '@clickhouse/client';
import type { SettingsMap } from '@clickhouse/client';

/** By name. A record is a setting of the kind map, such as `additional_table_filters`. */
export type SessionSettings = Readonly<Record<string, string | number | Readonly<Record<string, string>>>>;

export interface TelemetryAnswer {
  columns: readonly { name: string; type: string }[];
  /** In the order of the columns; decimals and 64-bit integers are strings, NaN and infinity are null. */
  rows: unknown[][];
}

/** Runs one statement, without FORMAT, in the session. Throws the engine's error. */
export type AskIsolated = (sql: string) => Promise<TelemetryAnswer>;

type Client = ReturnType<typeof createClient>;

const literal = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const mapText = (map: Readonly<Record<string, string>>) =>
  `{${Object.entries(map)
    .map(([key, value]) => `${literal(key)}: ${literal(value)}`)
    .join(', ')}}`;

/** For a session that is held open: the client's own way writes texts out without their backslashes. */
export function setStatement(settings: SessionSettings): string {
  const assignments = Object.entries(settings).map(([name, value]) => {
    if (!/^\w+$/.test(name)) throw new Error('A setting is named in letters, digits and _');
    if (typeof value === 'number') return `${name} = ${value}`;
    return `${name} = ${typeof value === 'string' ? literal(value) : mapText(value)}`;
  });
  return `SET ${assignments.join(', ')}`;
}

/** For a server, which takes settings with each query. */
export function querySettings(settings: SessionSettings): Record<string, string | number | SettingsMap> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, typeof value === 'object' ? mapText(value) : value]));
}

export async function answerOf(client: Client, sql: string, settings: Record<string, string | number | SettingsMap> = {}): Promise<TelemetryAnswer> {
  const result = await client.query({ query: sql, format: 'JSONCompact', clickhouse_settings: settings });
  const { meta, data } = await result.json<unknown[]>();
  return { columns: meta ?? [], rows: data };
}
