/**
 * Whether SQL that a person wrote may run: one SELECT over the documented views and the tables of what was sent. The engine itself
 * reads it and prints it in its own form, without comments and with every quote in one style; that form is what is looked at and what
 * is run. Then what the engine made of it is checked against lists of what is known to be harmless, and only then it is compiled.
 */
import { fail, ok, type Result } from '../result.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import type { AskIsolated } from '../telemetry/isolatedSession.ts';
import { storeErrorCode } from '../telemetry/storeErrors.ts';
import { ALLOWED_TABLES } from './allowedNames.ts';
import { compileErrorWords, syntaxErrorWords } from './engineWords.ts';
import { readPlainly } from './plainTables.ts';
import { readQueryTree } from './queryTree.ts';
import { PARTS_MAX, SQL_CHARS_MAX, TABLES_MAX } from './sqlLimits.ts';
import { checkSession } from './sqlSession.ts';
import { placeOf, tokensOf } from './sqlText.ts';
import { refusalOf, tablesOf } from './treeRules.ts';
import { writtenOut } from './writtenOut.ts';

export interface SqlColumn {
  name: string;
  /** As ClickHouse has it, e.g. `Nullable(Decimal(38, 12))`. */
  type: string;
}

declare const checked: unique symbol;
/** SQL that `checkSql` let pass, as the engine prints it. */
export interface CheckedSql {
  readonly sql: string;
  /** Of its answer. */
  readonly columns: readonly SqlColumn[];
  readonly [checked]: true;
}

class Refused extends Error {}

/** What was let pass, by its text: a rule asks it at each evaluation. A statement does not change its meaning while the program runs. */
const REMEMBERED_MAX = 2_000;
const remembered = new WeakMap<object, Map<string, CheckedSql>>();

/** `not-compilable` with what is wrong, and where, for the field `/query`. Throws when the store cannot be reached. */
export async function checkSql(telemetry: Pick<TelemetryConnection, 'isolated'>, sql: string): Promise<Result<CheckedSql>> {
  const known = remembered.get(telemetry) ?? new Map<string, CheckedSql>();
  remembered.set(telemetry, known);
  const before = known.get(sql);
  if (before !== undefined) return ok(before);
  try {
    const value = await telemetry.isolated(checkSession(), (ask) => check(sql, ask));
    if (known.size >= REMEMBERED_MAX) known.clear();
    known.set(sql, value);
    return ok(value);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return fail('not-compilable', `The SQL cannot be used: ${error.message}.`, [{ pointer: '/query', message: error.message }]);
  }
}

async function check(sql: string, ask: AskIsolated): Promise<CheckedSql> {
  if (sql.trim() === '') throw new Refused('a SELECT is needed');
  if (sql.length > SQL_CHARS_MAX) throw new Refused(`it is longer than ${SQL_CHARS_MAX} characters`);
  // oxlint-disable-next-line no-control-regex
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(sql)) throw new Refused('it holds a control character');
  const canonical = await canonicalOf(sql, ask);
  if (!/^\(*(?:SELECT|WITH) /.test(canonical)) throw new Refused('only SELECT is supported');
  refuseWords(sql, canonical);
  const tree = readQueryTree(await explain(ask, 'run_passes = 0', canonical, () => 'only SELECT is supported'));
  if (tree === undefined) throw new Refused('it cannot be understood');
  const refusal = refusalOf(tree);
  if (refusal !== undefined) {
    const { message, about, instead } = refusal;
    throw new Refused(`${message}${about === undefined ? '' : placeOf(sql, about)}${instead === undefined ? '' : `; ${instead}`}`);
  }
  const { parts, tables } = writtenOut(tree, { parts: PARTS_MAX, tables: TABLES_MAX });
  if (parts > PARTS_MAX) throw new Refused(`it has more than ${PARTS_MAX} parts once every name is written out`);
  if (tables > TABLES_MAX) throw new Refused(`it reads more than ${TABLES_MAX} tables once every WITH query is written out`);
  const runnable = await readPlainly(canonical, tree, tablesOf(tree), ask);
  await refuseForeignTables(ask, runnable);
  const described = await engineSays(ask(`DESCRIBE TABLE (${runnable})`), compileErrorWords);
  const columns = described.rows.map(([name, type]) => ({ name: String(name), type: String(type) }));
  return { sql: runnable, columns } as unknown as CheckedSql;
}

/** Error codes of ClickHouse: TOO_DEEP_AST, TOO_BIG_AST, TOO_DEEP_RECURSION. */
const TOO_DEEP: ReadonlySet<number> = new Set([167, 168, 306]);

async function canonicalOf(sql: string, ask: AskIsolated): Promise<string> {
  const hex = Buffer.from(sql).toString('hex');
  const words = (code: number, message: string) => (TOO_DEEP.has(code) ? 'it is nested too deep' : syntaxErrorWords(sql, message));
  const { rows } = await engineSays(ask(`SELECT formatQuerySingleLine(unhex('${hex}'))`), words);
  return String(rows[0]?.[0]);
}

/** Words of the engine's own form that mean something nobody needs. They are refused in the tree as well. */
const REFUSED_WORDS = new Set(['SETTINGS', 'FORMAT', 'OUTFILE', 'PREWHERE', 'SAMPLE', 'STREAM', 'RECURSIVE', 'MATERIALIZED', 'APPLY', 'INTERPOLATE']);
/** In a quoted name these could be taken for something else where the engine prints its tree. */
const UNCLEAR_IN_NAMES = /[\\`"',:.\p{C}\p{Zl}\p{Zp}]/u;

function refuseWords(sql: string, canonical: string): void {
  const tokens = tokensOf(canonical);
  for (const [i, { kind, text }] of tokens.entries()) {
    if (kind === 'quoted name' && UNCLEAR_IN_NAMES.test(text))
      throw new Refused('a name holds a sign that names cannot have: \\ ` " \' , : . or a control character');
    if (kind === 'sign' && (text === '{' || text === ';'))
      throw new Refused(text === ';' ? 'one statement only' : `parameters such as {x:Type} cannot be used${placeOf(sql, '{')}`);
    if (kind === 'word' && REFUSED_WORDS.has(text)) throw new Refused(`${text} cannot be used${placeOf(sql, text)}`);
    if (text === 'system' && kind !== 'string' && tokens[i + 1]?.text === '.')
      throw new Refused(`tables of the engine cannot be read${placeOf(sql, 'system')}`);
  }
}

/** After names are resolved: whatever the engine takes a name for, only tables that may be read are among them. */
async function refuseForeignTables(ask: AskIsolated, canonical: string): Promise<void> {
  for (const line of await explain(ask, 'run_passes = 1', canonical, compileErrorWords)) {
    const kind = /^\s*(TABLE\w*) id: /.exec(line)?.[1];
    if (kind === undefined) continue;
    const name = /table_name: ([^,]*)/.exec(line)?.[1] ?? '';
    const table = name.split('.').at(-1) ?? '';
    if (name !== 'system.one' && (kind !== 'TABLE' || !ALLOWED_TABLES.includes(table))) throw new Refused(`the table ${table} cannot be read`);
  }
}

async function explain(ask: AskIsolated, settings: string, canonical: string, words: (code: number, message: string) => string): Promise<string[]> {
  const { rows } = await engineSays(ask(`EXPLAIN QUERY TREE ${settings} ${canonical}`), words);
  return rows.map(([line]) => String(line));
}

/** The engine's refusal as ours. What is no refusal (it is down, it is full) is thrown as it is. */
async function engineSays<T>(answer: Promise<T>, words: (code: number, message: string) => string): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const code = storeErrorCode(error);
    if (Number.isNaN(code)) throw error;
    throw new Refused(words(code, error instanceof Error ? error.message : ''));
  }
}
