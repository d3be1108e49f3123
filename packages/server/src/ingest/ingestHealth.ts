/** What became of everything that a workspace sent, by the way it came. */
import type { IngestHealth } from '@sightglass/contract/routes/ingest';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { TelemetryReader } from '../explore/reader.ts';
import type { TimeRange } from '../explore/timeRange.ts';
import { ok, type Result } from '../result.ts';

/** A request that was refused as a whole, so that its items are in no account. */
export interface RefusedRequest {
  source: string;
  atMs: number;
  message: string;
  count: number;
}

interface Account {
  counts: Omit<IngestHealth, 'last_at' | 'last_error'>;
  lastAtMs: number;
  lastErrorAtMs: number;
  lastError: string | null;
}

function accountOf(accounts: Map<string, Account>, source: string): Account {
  const known = accounts.get(source);
  if (known !== undefined) return known;
  const counts = { source, received: 0, stored: 0, rejected: 0, duplicate: 0, sampled: 0, quarantined: 0, refused_requests: 0, signals: {} };
  const fresh = { counts, lastAtMs: 0, lastErrorAtMs: 0, lastError: null };
  accounts.set(source, fresh);
  return fresh;
}

function addRow(account: Account, row: AccountRow): void {
  const { counts } = account;
  const received = Number(row.received);
  counts.received += received;
  counts.stored += Number(row.stored);
  counts.rejected += Number(row.rejected);
  counts.duplicate += Number(row.duplicate);
  counts.sampled += Number(row.sampled);
  counts.quarantined += Number(row.quarantined);
  counts.signals[row.signal] = (counts.signals[row.signal] ?? 0) + received;
  account.lastAtMs = Math.max(account.lastAtMs, Number(row.at));
  noteError(account, row.error, Number(row.error_at));
}

function addRefusal(account: Account, { atMs, message, count }: RefusedRequest): void {
  account.counts.refused_requests += count;
  account.lastAtMs = Math.max(account.lastAtMs, atMs);
  noteError(account, message, atMs);
}

function noteError(account: Account, error: string, atMs: number): void {
  if (error === '' || atMs < account.lastErrorAtMs) return;
  account.lastError = error;
  account.lastErrorAtMs = atMs;
}

function shown({ counts, lastAtMs, lastError }: Account): IngestHealth {
  return { ...counts, last_error: lastError, last_at: lastAtMs === 0 ? null : formatTimestamp(BigInt(lastAtMs) * NS_PER_MS) };
}
