/**
 * Keeps the embedded engine's memory of insert tokens true when an insert fails half-way, on a full disk for example: what
 * a crash does to it (see `deduplicationLogs.ts`) a failure does as well, and the next try would be taken for a repeat.
 */
import { dropTokensOfTable, lostTokens } from './deduplicationLogs.ts';

interface Engine {
  rows<Row>(sql: string): Promise<Row[]>;
  run(sql: string): Promise<void>;
}

export interface InsertTokens {
  /** Runs an insert, when nothing is left to be mended of one that failed. Rejects when that cannot be done now. */
  guard<T>(insert: () => Promise<T>): Promise<T>;
}

export function createInsertTokens(engine: Engine): InsertTokens {
  let doubtful = false;
  /** Closed for mending and not open again. */
  const closedTables = new Set<string>();
  let mending: Promise<void> | undefined;

  async function mend(): Promise<void> {
    const tables = await engine.rows<{ name: string; folder: string }>(
      `SELECT name, data_paths[1] AS folder FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'`,
    );
    doubtful = false;
    try {
      for (const { name, folder } of tables) {
        if (lostTokens(folder).length === 0) continue;
        closedTables.add(name);
        // An insert that is under way ends before it: only then is the log what it will be.
        await engine.run(`DETACH TABLE ${name} SYNC`);
        dropTokensOfTable(folder);
      }
    } catch (error) {
      doubtful = true;
      throw error;
    } finally {
      for (const name of closedTables) await open(name);
    }
  }

  async function open(name: string): Promise<void> {
    await engine.run(`ATTACH TABLE IF NOT EXISTS ${name}`);
    closedTables.delete(name);
  }

  return {
    guard: async (insert) => {
      if (doubtful || closedTables.size > 0) mending ??= mend();
      try {
        await mending;
      } finally {
        mending = undefined;
      }
      try {
        return await insert();
      } catch (error) {
        doubtful = true;
        throw error;
      }
    },
  };
}
