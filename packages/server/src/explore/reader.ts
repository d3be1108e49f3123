/**
 * The only way from a feature to the telemetry. A reader is bound to one workspace when it is made, and the
 * filter is not part of any query's text: the engine itself adds it to every table of every query, nested
 * ones included, so no query can forget it. It takes part in the choice of index ranges like a condition
 * written out (checked with EXPLAIN).
 */
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { OpenText } from '../encryption/envelope.ts';
import { fail, ok, type Result } from '../result.ts';
import type { TelemetryConnection } from '../telemetry/connect.ts';
import { storeErrorCode } from '../telemetry/storeErrors.ts';
import { agentHealthTable } from '../telemetry/tables/agentHealth.ts';
import { eventKeysTable, eventsTable, runEventsTable } from '../telemetry/tables/events.ts';
import { ingestAccountsTable } from '../telemetry/tables/ingestAccounts.ts';
import { logsTable } from '../telemetry/tables/logs.ts';
import { metricPointsTable } from '../telemetry/tables/metricPoints.ts';
import { observationPartsTable } from '../telemetry/tables/observationParts.ts';
import { heldPayloadsTable, payloadsTable } from '../telemetry/tables/payloads.ts';
import { spanArrivalsTable } from '../telemetry/tables/spanArrivals.ts';
import { spanCostsTable } from '../telemetry/tables/spanCosts.ts';
import { spanResolutionsTable } from '../telemetry/tables/spanResolutions.ts';
import { rollupWindowsTable, spanRollupsTable } from '../telemetry/tables/spanRollups.ts';
import { spansTable } from '../telemetry/tables/spans.ts';
import { traceBoundsTable } from '../telemetry/tables/traceBounds.ts';
import { hiddenAgentFilters, hiddenAgentsKey } from './hiddenAgentFilters.ts';

export type QueryParams = Readonly<Record<string, string | number | bigint | readonly string[] | readonly bigint[]>>;

/** A SELECT without SETTINGS, and the values of its `{name:Type}` placeholders. Values never stand in the text. */
export interface TelemetryQuery {
  sql: string;
  params: QueryParams;
}

export interface TelemetryReader {
  readonly workspaceId: WorkspaceId;
  /** What is remembered of rows goes by it: the readers of a workspace do not all see the same ones. */
  readonly rowsKey: string;
  /** Whether rows of the workspace are left out because agents are hidden. What stands beside the rows must be left out, too. */
  readonly hidesAgents: boolean;
  /**
   * The rows of the workspace. `query-too-expensive` when the query reaches its limit of time or memory;
   * throws when the engine is unreachable or the SQL is wrong, because that is no fault of the asker.
   */
  query<Row>(query: TelemetryQuery): Promise<Result<Row[]>>;
  /** What the store holds of a text that may be encrypted → the text. */
  readonly open: OpenText;
  /** Whether rows of this workspace may stand for several: then counts and sums must weigh them. */
  readonly isSampled: boolean;
  /** See `TelemetryConnection`. */
  writeMark(): number | undefined;
}

export interface ReadLimits {
  seconds: number;
  memoryBytes: number;
  threads: number;
}

/** Enough for a month of a busy workspace; small enough that a hostile question cannot take the process down. */
export const DEFAULT_READ_LIMITS: ReadLimits = { seconds: 20, memoryBytes: 2_000_000_000, threads: 4 };

export interface ReaderOptions {
  limits?: ReadLimits;
  open?: OpenText;
  isSampled?: boolean;
  /** Agents whose telemetry is not shown; see `Caller.hiddenAgents`. */
  hiddenAgents?: readonly string[];
}

const WORKSPACE_TABLES = [
  spansTable,
  payloadsTable,
  traceBoundsTable,
  spanArrivalsTable,
  logsTable,
  metricPointsTable,
  eventsTable,
  eventKeysTable,
  runEventsTable,
  ingestAccountsTable,
  observationPartsTable,
  spanRollupsTable,
  rollupWindowsTable,
  agentHealthTable,
];
/** Tables of the engine room: they hold rows of every workspace and no reader may see them. */
const HIDDEN_TABLES = ['schema_migrations', spanResolutionsTable.name, spanCostsTable.name, heldPayloadsTable.name];
/** Spans that sampling leaves out are held back for what is made of stored rows, and are shown to nobody. Applied after FINAL. */
const NOT_LEFT_OUT = 'weight > 0';

/** ClickHouse error codes that mean "over the limits": `src/Common/ErrorCodes.cpp` of ClickHouse. */
export const OVER_LIMIT_CODES: ReadonlySet<number> = new Set([
  158, // TOO_MANY_ROWS
  159, // TIMEOUT_EXCEEDED
  160, // TOO_SLOW
  191, // SET_SIZE_LIMIT_EXCEEDED
  241, // MEMORY_LIMIT_EXCEEDED
  307, // TOO_MANY_BYTES
  396, // TOO_MANY_ROWS_OR_BYTES
]);

export function createTelemetryReader(
  telemetry: Pick<TelemetryConnection, 'rows' | 'writeMark'>,
  workspaceId: WorkspaceId,
  { limits = DEFAULT_READ_LIMITS, open = (stored) => stored, isSampled = false, hiddenAgents = [] }: ReaderOptions = {},
): TelemetryReader {
  const settings = settingsSql([workspaceId], limits, hiddenAgentFilters(WORKSPACE_TABLES, workspaceId, hiddenAgents));
  const query = queryWithin(telemetry, settings, limits);
  return {
    workspaceId,
    rowsKey: `${workspaceId}${hiddenAgentsKey(hiddenAgents)}`,
    hidesAgents: hiddenAgents.length > 0,
    open,
    isSampled,
    writeMark: telemetry.writeMark,
    query,
  };
}

/**
 * The rows of several workspaces at once, for the program's own questions that tell them apart (`compileQuery`, `acrossWorkspaces`).
 * Nothing that a person or a key asks may go this way.
 */
export function createSharedReader(
  telemetry: Pick<TelemetryConnection, 'rows'>,
  workspaceIds: readonly WorkspaceId[],
  limits: ReadLimits = DEFAULT_READ_LIMITS,
): Pick<TelemetryReader, 'query'> {
  return { query: queryWithin(telemetry, settingsSql(workspaceIds, limits, new Map()), limits) };
}

function queryWithin(telemetry: Pick<TelemetryConnection, 'rows'>, settings: string, limits: ReadLimits): TelemetryReader['query'] {
  return async <Row>({ sql, params }: TelemetryQuery) => {
    try {
      return ok(await telemetry.rows<Row>(`${sql}\n${settings}`, params));
    } catch (error) {
      if (!OVER_LIMIT_CODES.has(storeErrorCode(error))) throw error;
      return fail('query-too-expensive', `The query needs more than ${limits.seconds} s or ${limits.memoryBytes / 1e6} MB. Narrow the time range.`);
    }
  };
}

/**
 * For every table, the condition under which its rows are read. The setting takes no parameters, so the ids of workspaces stand in
 * the text: they are ours, and are checked to be plain words.
 */
function tableFilters(workspaceIds: readonly WorkspaceId[], ofAgents: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  if (!workspaceIds.every((id) => /^[A-Za-z0-9_-]{1,64}$/.test(id))) throw new Error('A workspace id is letters, digits, _ and - only');
  const [only] = workspaceIds;
  const isTheirs =
    workspaceIds.length === 1 ? `workspace_id = '${only}'` : `workspace_id IN (${['', ...workspaceIds].map((id) => `'${id}'`).join(', ')})`;
  return Object.fromEntries([
    ...WORKSPACE_TABLES.map(({ name }) => {
      const conditions = [isTheirs, ...(name === spansTable.name ? [NOT_LEFT_OUT] : []), ofAgents.get(name)];
      return [name, conditions.filter((each) => each !== undefined).join(' AND ')];
    }),
    ...HIDDEN_TABLES.map((name) => [name, '0']),
  ]);
}

/** The filters for SQL that people write, which does not go through a reader; see `sqlGuard/sqlSession.ts`. */
export const workspaceFilters = (workspaceId: WorkspaceId, hiddenAgents: readonly string[]): Readonly<Record<string, string>> =>
  tableFilters([workspaceId], hiddenAgentFilters(WORKSPACE_TABLES, workspaceId, hiddenAgents));

/** Settings go into the SQL text (see `telemetry/connect.ts`). */
function settingsSql(workspaceIds: readonly WorkspaceId[], limits: ReadLimits, ofAgents: ReadonlyMap<string, string>): string {
  const filters = Object.entries(tableFilters(workspaceIds, ofAgents)).map(([name, condition]) => `'${name}': '${condition.replaceAll("'", "\\'")}'`);
  return [
    `SETTINGS additional_table_filters = {${filters.join(', ')}}`,
    // Partitions never share a key of `spans`, so each is made final by itself.
    'do_not_merge_across_partitions_select_final = 1',
    `max_execution_time = ${limits.seconds}`,
    `max_memory_usage = ${limits.memoryBytes}`,
    `max_threads = ${limits.threads}`,
  ].join(', ');
}
