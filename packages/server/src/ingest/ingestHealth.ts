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

interface AccountRow {
  source: string;
  signal: string;
  received: string;
  stored: string;
  rejected: string;
  duplicate: string;
  sampled: string;
  quarantined: string;
  error: string;
  error_at: string;
  at: string;
}

const NS_PER_MS = 1_000_000n;

export async function readIngestHealth(
  reader: TelemetryReader,
  range: TimeRange,
  refused: readonly RefusedRequest[],
): Promise<Result<IngestHealth[]>> {
  const rows = await reader.query<AccountRow>({
    sql: `SELECT source, signal, toString(sum(a.received)) AS received, toString(sum(a.stored)) AS stored, toString(sum(a.rejected)) AS rejected,
  toString(sum(a.duplicate)) AS duplicate, toString(sum(a.sampled)) AS sampled, toString(sum(a.quarantined)) AS quarantined,
  argMaxIf(a.error, a.last_at, a.error != '') AS error, toString(toUnixTimestamp64Milli(maxIf(a.last_at, a.error != ''))) AS error_at,
  toString(toUnixTimestamp64Milli(max(a.last_at))) AS at
FROM ingest_accounts AS a
WHERE minute >= toStartOfMinute(fromUnixTimestamp64Nano({from:Int64}, 'UTC')) AND minute < fromUnixTimestamp64Nano({to:Int64}, 'UTC')
GROUP BY source, signal`,
    params: { from: range.fromNs, to: range.toNs },
  });
  if (!rows.ok) return rows;
  const bySource = new Map<string, Account>();
  for (const row of rows.value) addRow(accountOf(bySource, row.source), row);
  for (const refusal of refused) addRefusal(accountOf(bySource, refusal.source), refusal);
  return ok([...bySource.values()].map(shown).sort((a, b) => b.received - a.received || a.source.localeCompare(b.source)));
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
