import { TextColumn, UInt32Column, UInt64Column } from './columns.ts';
import { encodeRows } from './encodeTable.ts';
import { ingestAccountsTable } from './tables/ingestAccounts.ts';

/** What became of the items that came one way in one minute. */
export interface AccountRow {
  workspaceId: string;
  /** Unix milliseconds of its beginning. */
  minuteMs: number;
  source: string;
  signal: string;
  error: string;
  received: number;
  stored: number;
  rejected: number;
  duplicate: number;
  sampled: number;
  quarantined: number;
  /** When the last of them came, Unix milliseconds. */
  lastAtMs: number;
}

const columns = {
  workspace_id: new TextColumn(),
  minute: new UInt32Column(),
  source: new TextColumn(),
  signal: new TextColumn(),
  error: new TextColumn(),
  received: new UInt64Column(),
  stored: new UInt64Column(),
  rejected: new UInt64Column(),
  duplicate: new UInt64Column(),
  sampled: new UInt64Column(),
  quarantined: new UInt64Column(),
  last_at: new UInt64Column(),
};

/** One Native block of `ingest_accounts`. */
export function encodeAccounts(rows: readonly AccountRow[]): Buffer {
  return encodeRows(ingestAccountsTable, columns, rows, (row) => {
    columns.workspace_id.add(row.workspaceId);
    columns.minute.add(row.minuteMs / 1000);
    columns.source.add(row.source);
    columns.signal.add(row.signal);
    columns.error.add(row.error);
    columns.received.add(BigInt(row.received));
    columns.stored.add(BigInt(row.stored));
    columns.rejected.add(BigInt(row.rejected));
    columns.duplicate.add(BigInt(row.duplicate));
    columns.sampled.add(BigInt(row.sampled));
    columns.quarantined.add(BigInt(row.quarantined));
    columns.last_at.add(BigInt(row.lastAtMs));
  });
}
