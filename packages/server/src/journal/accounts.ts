/** The accounts of a segment's frames, added up to the rows that are stored with them. Pure. */
import type { AccountRow } from '../telemetry/encodeAccounts.ts';
import { type Frame, storedOf } from './frame.ts';

const MS_PER_MINUTE = 60_000;

/** What became of a frame that the store would not take. */
export type Quarantined = ReadonlyMap<Frame, string>;

/** One row a workspace, source, signal, minute of receipt and error. `quarantined` tells why, by frame. */
export function accountRows(frames: readonly Frame[], quarantined: Quarantined = new Map()): AccountRow[] {
  const rows = new Map<string, AccountRow>();
  for (const frame of frames) {
    const { workspaceId, source, receivedAtMs, account } = frame;
    const reason = quarantined.get(frame);
    const minuteMs = Math.floor(receivedAtMs / MS_PER_MINUTE) * MS_PER_MINUTE;
    const error = reason ?? account.error;
    const key = JSON.stringify([workspaceId, source, account.signal, minuteMs, error]);
    const row = rows.get(key) ?? {
      workspaceId,
      minuteMs,
      source,
      signal: account.signal,
      error,
      received: 0,
      stored: 0,
      rejected: 0,
      duplicate: 0,
      sampled: 0,
      quarantined: 0,
      lastAtMs: 0,
    };
    row.received += account.received;
    row.rejected += account.rejected;
    row.duplicate += account.duplicate;
    row.sampled += account.sampled;
    if (reason === undefined) row.stored += storedOf(account);
    else row.quarantined += storedOf(account);
    row.lastAtMs = Math.max(row.lastAtMs, receivedAtMs);
    rows.set(key, row);
  }
  return [...rows.values()];
}
