/**
 * Writes of the embedded engine, each believed only when the disk has taken it. On a disk that is full or broken the
 * engine says more than is true (seen with 26.7):
 *
 * - A `write` that fails is counted and passed over: the insert is answered with success, and its part is cut off.
 * - An insert that fails when its part is to get its name leaves its token (see `deduplicationLogs.ts`), in memory as well:
 *   tried again, it is taken for a repeat.
 *
 * After either the tables concerned are closed, parts that came since the last good write are removed, tokens without
 * parts are dropped, and the tables are opened again. Whoever wanted the write is told that it failed, and tries again.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { dropTokensOfTable, lostTokens, partsOf } from './deduplicationLogs.ts';

/** The engine's own connection: queries run one after the other. */
interface Engine {
  rows<Row>(sql: string): Promise<Row[]>;
  run(sql: string): Promise<void>;
}

export interface EngineWrites {
  /** Runs a write, when nothing is left to be mended of one that failed. Rejects also when the disk did not take all of it. */
  guard<T>(write: () => Promise<T>): Promise<T>;
}

/** What there was after a write that the disk has taken. */
interface State {
  /** Writes of files that failed since the engine was opened. */
  failedWrites: number;
  /** Last block of each table and partition. */
  lastBlocks: ReadonlyMap<string, number>;
}

const STATE_SQL = `SELECT '' AS table, '' AS partition, toUInt32(value) AS n FROM system.events WHERE event = 'WriteBufferFromFileDescriptorWriteFailed'
UNION ALL SELECT table, partition_id, toUInt32(max(max_block_number)) FROM system.parts WHERE database = currentDatabase() GROUP BY table, partition_id`;

const TABLES_SQL = `SELECT name, data_paths[1] AS folder FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'`;

export function createEngineWrites(engine: Engine): EngineWrites {
  let good: State | undefined;
  let doubtful = false;
  /** Closed for mending and not open again. */
  const closedTables = new Set<string>();
  let mending: Promise<void> | undefined;

  async function look(): Promise<State> {
    const rows = await engine.rows<{ table: string; partition: string; n: number }>(STATE_SQL);
    return {
      failedWrites: rows.find(({ table }) => table === '')?.n ?? 0,
      lastBlocks: new Map(rows.map(({ table, partition, n }) => [`${table} ${partition}`, n])),
    };
  }

  async function mend(before: State): Promise<void> {
    const partsAreSuspect = (await look()).failedWrites !== before.failedWrites;
    const suspectsOf = (table: string, folder: string) =>
      partsAreSuspect
        ? partsOf(folder).filter(
            ({ partition, firstBlock }) => firstBlock > (before.lastBlocks.get(`${table} ${partition}`) ?? Number.NEGATIVE_INFINITY),
          )
        : [];
    try {
      for (const { name, folder } of await engine.rows<{ name: string; folder: string }>(TABLES_SQL)) {
        if (suspectsOf(name, folder).length === 0 && lostTokens(folder).length === 0) continue;
        closedTables.add(name);
        // A write that is under way ends before it: only then is the folder what it will be.
        await engine.run(`DETACH TABLE ${name} SYNC`);
        for (const part of suspectsOf(name, folder)) rmSync(join(folder, part.name), { recursive: true, force: true });
        dropTokensOfTable(folder);
      }
    } finally {
      for (const name of closedTables) await open(name);
    }
    good = await look();
    doubtful = false;
  }

  async function open(name: string): Promise<void> {
    await engine.run(`ATTACH TABLE IF NOT EXISTS ${name}`);
    closedTables.delete(name);
  }

  async function mended(before: State): Promise<void> {
    mending ??= mend(before);
    try {
      await mending;
    } finally {
      mending = undefined;
    }
  }

  return {
    guard: async (write) => {
      good ??= await look();
      if (doubtful || closedTables.size > 0) await mended(good);
      const before = good;
      let state: State;
      let written: Awaited<ReturnType<typeof write>>;
      try {
        written = await write();
        state = await look();
      } catch (error) {
        doubtful = true;
        throw error;
      }
      if (state.failedWrites !== before.failedWrites) {
        doubtful = true;
        throw new Error('the disk did not take all that was written; it is tried again');
      }
      good = state;
      return written;
    },
  };
}
