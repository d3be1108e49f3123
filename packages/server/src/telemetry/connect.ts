/**
 * The one place that knows which telemetry engine is behind: ClickHouse inside the process (chDB) or a
 * ClickHouse server by URL. Everything else sees the same client and the same SQL.
 *
 * Settings of a query go into its SQL text. `clickhouse_settings` must not be used: on the embedded
 * engine they become session-wide and stick.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';

export interface TelemetryConnection {
  /** Runs a SELECT with bound parameters (`{name:Type}`) and answers its rows. Decimals and 64-bit integers are strings. */
  rows<Row>(sql: string, params?: Record<string, unknown>): Promise<Row[]>;
  /** Runs DDL or an INSERT … SELECT. */
  run(sql: string, params?: Record<string, unknown>): Promise<void>;
  /** Inserts Native blocks exactly once per `token`, however often it is called with the same one. */
  insertNative(table: string, columns: readonly string[], native: Uint8Array, token: string): Promise<void>;
  close(): Promise<void>;
  embedded: boolean;
}
