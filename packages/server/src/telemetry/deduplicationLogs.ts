/**
 * What the embedded engine remembers of insert tokens, made true again after a crash. A table's log gets the token of a
 * part *before* the part has its name: a process that is killed between the two leaves a token without rows, the replay
 * of the insert under that token is taken for a repeat, and the rows are lost. (`MergeTreeSink::commitPart` of ClickHouse;
 * seen with 26.7 by a kill at the `rename`.) To be called while no engine has the table open: it keeps the log in memory.
 *
 * A log is text, one record a line: operation (1 = added, 2 = dropped) · name of the part · token of the block.
 */
import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const LOGS = 'deduplication_logs';
const LOG_NAME = /^deduplication_log_(\d+)\.txt$/;
const ADDED = '1';
const DROPPED = '2';
/** `<partition>_<first block>_<last block>_<level>`, with the version of a mutation. */
const PART_NAME = /^([^_]+)_(\d+)_(\d+)_\d+(?:_\d+)?$/;

interface Part {
  name: string;
  partition: string;
  firstBlock: number;
  lastBlock: number;
}

/** Drops the tokens whose parts are not there, in all tables of an engine's directory. Answers how many that were. */
export function dropTokensWithoutParts(engineDirectory: string): number {
  const store = join(engineDirectory, 'store');
  let dropped = 0;
  for (const shelf of foldersOf(store)) {
    for (const table of foldersOf(join(store, shelf))) dropped += dropTokensOfTable(join(store, shelf, table));
  }
  return dropped;
}

/** The same for the directory of one table. */
export function dropTokensOfTable(tableDirectory: string): number {
  const lost = lostTokens(tableDirectory);
  const last = logsOf(tableDirectory).at(-1);
  if (lost.length > 0 && last !== undefined) appendSynced(last, lost.map(([token, part]) => `${DROPPED}\t${part}\t${token}\n`).join(''));
  return lost.length;
}

/** The tokens of a table whose parts are not there, with the names that these would have had. */
export function lostTokens(tableDirectory: string): [token: string, part: string][] {
  const partOf = new Map<string, string>();
  for (const record of logsOf(tableDirectory).flatMap(recordsOf)) {
    if (record.operation === ADDED) partOf.set(record.token, record.part);
    else partOf.delete(record.token);
  }
  const present = partsOf(tableDirectory);
  return [...partOf].filter(([, name]) => {
    const part = partNamed(name);
    return part !== undefined && !present.some((other) => holds(other, part));
  });
}

/** The parts that have their names, those among them that are merged away and not removed yet. */
export const partsOf = (tableDirectory: string): Part[] => foldersOf(tableDirectory).flatMap((name) => partNamed(name) ?? []);

/** Oldest first. */
function logsOf(tableDirectory: string): string[] {
  const logs = join(tableDirectory, LOGS);
  if (!existsSync(logs)) return [];
  const numbers = readdirSync(logs).flatMap((name) => LOG_NAME.exec(name)?.[1] ?? []);
  return numbers.sort((a, b) => Number(a) - Number(b)).map((number) => join(logs, `deduplication_log_${number}.txt`));
}

/** A line that was cut off is no record. */
function recordsOf(path: string): { operation: string; part: string; token: string }[] {
  const lines = readFileSync(path, 'latin1').split('\n').slice(0, -1);
  return lines.flatMap((line) => {
    const [operation, part, token] = line.split('\t');
    return operation === undefined || part === undefined || token === undefined ? [] : [{ operation, part, token }];
  });
}

function partNamed(name: string): Part | undefined {
  const [, partition, firstBlock, lastBlock] = PART_NAME.exec(name) ?? [];
  return partition === undefined ? undefined : { name, partition, firstBlock: Number(firstBlock), lastBlock: Number(lastBlock) };
}

/** A part that was merged lives on in one that has its blocks. */
const holds = (whole: Part, part: Part) =>
  whole.partition === part.partition && whole.firstBlock <= part.firstBlock && whole.lastBlock >= part.lastBlock;

function foldersOf(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []));
}

function appendSynced(path: string, text: string): void {
  const file = openSync(path, 'a');
  try {
    appendFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
