/**
 * The one place that knows which telemetry engine is behind: ClickHouse inside the process (chDB) or a
 * ClickHouse server by URL. Everything else sees the same client and the same SQL.
 *
 * Settings of a query go into its SQL text. `clickhouse_settings` must not be used: on the embedded
 * engine they become session-wide and stick.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createClient } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';
import { dropTokensWithoutParts } from './deduplicationLogs.ts';
import { createEngineLane } from './engineLane.ts';
import { createEngineWrites } from './engineWrites.ts';
import { inlineParams } from './inlineParams.ts';
import { answerOf, type AskIsolated, querySettings, type SessionSettings, setStatement } from './isolatedSession.ts';

export interface TelemetryConnection {
  /** `embedded` inside the process, `server` by URL. */
  readonly engine: 'embedded' | 'server';
  /** Runs a SELECT with bound parameters (`{name:Type}`) and answers its rows. Decimals are strings. */
  rows<Row>(sql: string, params?: Record<string, unknown>): Promise<Row[]>;
  /** Runs DDL or an INSERT … SELECT. */
  run(sql: string, params?: Record<string, unknown>): Promise<void>;
  /** Inserts Native blocks, all at once, exactly once per `token`, however often it is called with the same one. */
  insertNative(table: string, native: Uint8Array | readonly Uint8Array[], token: string): Promise<void>;
  /**
   * Another number after every write of this process; undefined while one is under way, and always on a server, where
   * other processes write, too. What was read between two equal marks is what the store holds.
   */
  writeMark(): number | undefined;
  /**
   * Does the work in a session of its own that has these settings and is thrown away. The embedded engine has one such session
   * at a time, so that what people ask never takes all threads; do not call it inside the work.
   */
  isolated<T>(settings: SessionSettings, work: (ask: AskIsolated) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * An insert must not be split into blocks: the deduplication token is checked block by block. Nor are its rows collapsed
 * first, which took a third of its time: FINAL does that for the few that are sent twice, until a merge has.
 */
const WHOLE_INSERT =
  'max_partitions_per_insert_block = 0, max_insert_threads = 1, max_threads = 1, max_insert_block_size = 4000000, min_insert_block_size_rows = 4000000, min_insert_block_size_bytes = 1073741824, optimize_on_insert = 0';

/** Opens the engine in `dataDir/telemetry`, or connects to `clickhouseUrl` when it is set. */
export function connectTelemetry(options: { dataDir: string; clickhouseUrl?: string | undefined }): TelemetryConnection {
  return options.clickhouseUrl === undefined ? connectEmbedded(options.dataDir) : connectServer(options.clickhouseUrl);
}

type Client = ReturnType<typeof createClient>;

const blocksOf = (native: Uint8Array | readonly Uint8Array[]) => (native instanceof Uint8Array ? [native] : native);

/** Without joining them in memory first: megabytes outside the heap make the runtime collect all of it, and everybody waits. */
async function writeBlocks(path: string, blocks: readonly Uint8Array[]): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    for (let i = 0; i < blocks.length; i += BLOCKS_A_WRITE) {
      const some = blocks.slice(i, i + BLOCKS_A_WRITE);
      const { bytesWritten } = await handle.writev(some);
      if (bytesWritten !== some.reduce((sum, block) => sum + block.length, 0)) throw new Error(`${path} took ${bytesWritten} bytes only`);
    }
  } finally {
    await handle.close();
  }
}

/** The kernel takes up to 1024 pieces at once (IOV_MAX). */
const BLOCKS_A_WRITE = 512;

async function rowsOf<Row>(client: Client, sql: string, params: Record<string, unknown>): Promise<Row[]> {
  const result = await client.query({ query: sql, query_params: params, format: 'JSONEachRow' });
  return (await result.json()) as Row[];
}

/**
 * Queries of one connection run one after the other. A second one for reading lets a short question pass a
 * long one; each takes a thread of Node's pool of four while it runs, and the journal's files need theirs.
 */
const READ_CONNECTIONS = 2;

function openChdb(path: string): Client {
  // The same interface at run time; the two packages carry their own copies of its types.
  const connection = createChdbConnection({ path }) as unknown as NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;
  return createClient({ connection });
}

function connectEmbedded(dataDir: string): TelemetryConnection {
  const path = join(dataDir, 'telemetry');
  const handover = join(dataDir, 'handover');
  mkdirSync(path, { recursive: true });
  // What a killed process was about to insert lies in the journal, too.
  rmSync(handover, { recursive: true, force: true });
  mkdirSync(handover, { recursive: true });
  dropTokensWithoutParts(path);
  const main = createEngineLane(() => openChdb(path));
  const readers = Array.from({ length: READ_CONNECTIONS }, () => ({ lane: createEngineLane(() => openChdb(path)), taken: 0 }));
  const waitingFor = ({ lane, taken }: (typeof readers)[number]) => lane.waiting() + taken;

  function read<Row>(sql: string): Promise<Row[]> {
    const { lane } = readers.reduce((freest, candidate) => (waitingFor(candidate) < waitingFor(freest) ? candidate : freest));
    return lane.run((client) => rowsOf(client, sql, {}));
  }

  /** Counted as work of the last reader, so that others go to the first while it is under way. */
  let isolatedWork: Promise<unknown> = Promise.resolve();
  async function isolated<T>(settings: SessionSettings, work: (ask: AskIsolated) => Promise<T>): Promise<T> {
    const slot = readers.at(-1);
    const session = openChdb(path);
    if (slot !== undefined) slot.taken += 1;
    try {
      await session.command({ query: setStatement(settings) });
      return await work((sql) => answerOf(session, sql));
    } finally {
      if (slot !== undefined) slot.taken -= 1;
      await session.close();
    }
  }

  let writesBegun = 0;
  let writesUnderWay = 0;
  async function writing<T>(work: () => Promise<T>): Promise<T> {
    writesBegun += 1;
    writesUnderWay += 1;
    try {
      return await work();
    } finally {
      writesUnderWay -= 1;
    }
  }

  const command = (query: string, params: Record<string, unknown> = {}) =>
    main.run(async (client) => void (await client.command({ query, query_params: params })));
  const writes = createEngineWrites({ rows: (sql) => main.run((client) => rowsOf(client, sql, {})), run: (sql) => command(sql) });

  // chDB takes binary input from files only; the file need not survive anything, the journal does.
  async function insertByFile(table: string, native: Uint8Array | readonly Uint8Array[], token: string): Promise<void> {
    const file = join(handover, `${randomUUID()}.native`);
    try {
      await writeBlocks(file, blocksOf(native));
      // By name, as a server does it: a segment written before a column was added still fits.
      const described = await main.run((client) => rowsOf<{ name: string }>(client, 'DESCRIBE TABLE file({file:String}, Native)', { file }));
      const columns = described.map(({ name }) => `\`${name}\``).join(', ');
      const insert = () =>
        command(
          `INSERT INTO ${table} (${columns}) SETTINGS insert_deduplication_token = {token:String}, ${WHOLE_INSERT} SELECT ${columns} FROM file({file:String}, Native)`,
          { token, file },
        );
      await writes.guard(insert);
    } finally {
      await rm(file, { force: true });
    }
  }

  return {
    engine: 'embedded',
    writeMark: () => (writesUnderWay === 0 ? writesBegun : undefined),
    rows: (sql, params = {}) => {
      const inlined = inlineParams(sql, params);
      return inlined === undefined ? main.run((client) => rowsOf(client, sql, params)) : read(inlined);
    },
    run: (sql, params = {}) => writing(() => writes.guard(() => command(sql, params))),
    insertNative: (table, native, token) => writing(() => insertByFile(table, native, token)),
    isolated: (settings, work) => {
      const done = isolatedWork.then(() => isolated(settings, work));
      isolatedWork = done.catch(() => undefined);
      return done;
    },
    close: async () => {
      await isolatedWork;
      for (const { lane } of readers) await lane.close();
      await main.close();
    },
  };
}

function connectServer(url: string): TelemetryConnection {
  const client = createClient({ url, request_timeout: 60_000, max_open_connections: 16 });
  return {
    engine: 'server',
    writeMark: () => undefined,
    rows: (sql, params = {}) => rowsOf(client, sql, params),
    run: async (sql, params = {}) => void (await client.command({ query: sql, query_params: params })),
    insertNative: async (table, native, token) => {
      const { stream } = await client.exec({
        query: `INSERT INTO ${table} SETTINGS insert_deduplication_token = {token:String}, ${WHOLE_INSERT} FORMAT Native`,
        query_params: { token },
        values: Readable.from(blocksOf(native), { objectMode: false }),
      });
      // An answer that is not read keeps its socket, and there are only as many as may be open at once.
      for await (const _ of stream) continue;
    },
    isolated: (settings, work) => work((sql) => answerOf(client, sql, querySettings(settings))),
    close: () => client.close(),
  };
}
