/** Runs: what agents did from start to finish, and how days of them went. */
import { ALL_TOKENS, ENDED, FAILED, HAS_USAGE, IS_CALL, IS_RUN, isCallOf, MODEL } from '../../explore/spanSql.ts';
import { firstText } from '../../explore/attributeSql.ts';
import { DURATION_MS, SPANS, spansWhere, TRACE_ID } from './spanColumns.ts';
import { column, type View, type ViewColumn, text } from './view.ts';

const SENT_NODES = `attributes_json['sightglass.run.execution_nodes']`;

/** What the spans of each run add up to, and the names of the steps right below the run's own span in their order. */
const TOTALS = `(SELECT trace_id AS total_trace, run_id AS total_run,
    countIf(${isCallOf('llm')}) AS llm_calls, countIf(${isCallOf('tool')}) AS tool_calls, sum(error_origin) AS errors,
    sumOrNullIf(input_tokens, ${HAS_USAGE}) AS input_sum, sumOrNullIf(output_tokens, ${HAS_USAGE}) AS output_sum,
    sumOrNullIf(${ALL_TOKENS}, ${HAS_USAGE}) AS token_sum, sumOrNullIf(cost_usd, ${HAS_USAGE}) AS cost_sum,
    anyIf(${firstText('sightglass.rag.query_hash')}, kind = 'retriever' AND ${firstText('sightglass.rag.query_hash')} != '') AS query_hash
  FROM ${SPANS} GROUP BY trace_id, run_id)`;
const STEPS = `(SELECT trace_id AS step_trace, parent_span_id AS step_parent, arrayMap(step -> step.3, arraySort(groupArray((start_time, span_id, toString(name))))) AS steps
  FROM ${SPANS} GROUP BY trace_id, parent_span_id)`;

/** The whole text of an input or output that is one part; the preview of a conversation. '' without one. */
const content = (side: 'input' | 'output') => `if(${side}_text != '', ${side}_text, ${side}_preview)`;
const joinContent = (side: 'input' | 'output') => `LEFT ANY JOIN (SELECT hash AS ${side}_hash, content AS ${side}_text FROM payloads
    WHERE hash IN (SELECT arrayJoin(${side}_parts) FROM spans WHERE ${IS_RUN})) AS ${side}s ON ${side}_hash = if(length(${side}_parts) = 1, ${side}_parts[1], toFixedString('', 16))`;

/** The spans that stand for runs with all that is said of them. */
const RUNS = `(SELECT r.* FROM ${spansWhere(IS_RUN)} AS r) AS runs
  LEFT ANY JOIN ${TOTALS} AS totals ON total_trace = trace_id AND total_run = run_id`;
const RUNS_WITH_HISTORY = `${RUNS}
  LEFT ANY JOIN ${STEPS} AS step_names ON step_trace = trace_id AND step_parent = span_id
  ${joinContent('input')}
  ${joinContent('output')}`;

const HISTORY: ViewColumn[] = [
  text('input_context', content('input'), 'of a conversation a preview'),
  column(
    'execution_nodes',
    `multiIf(${SENT_NODES} != '', ${SENT_NODES}, empty(steps), NULL, toJSONString(steps))`,
    'JSON text of a list: as sent, else the names of the steps of the run in their order',
  ),
  text('output_summary', content('output'), 'of a conversation a preview'),
];

const agentTraceHistory: View = {
  name: 'agent_trace_history',
  row: 'a run',
  columns: [text('agent_id'), text('flow_id'), TRACE_ID, column('timestamp', 'start_time'), ...HISTORY],
  from: RUNS_WITH_HISTORY,
};

const obsRuns: View = {
  name: 'obs_runs',
  row: 'a run, as `/api/obs/runs` lists it',
  columns: [
    text('run_id'),
    text('agent_id'),
    TRACE_ID,
    text('flow_id'),
    text('session_id'),
    text('user_id'),
    text('department'),
    column('status', 'toString(status)'),
    column('started_at', 'start_time'),
    column('finished_at', `if(${ENDED}, addNanoseconds(start_time, duration_ns), NULL)`, 'NULL while it runs'),
    column('duration_ms', `if(${ENDED}, duration_ns / 1e6, NULL)`),
    column('llm_calls', 'llm_calls'),
    column('tool_calls', 'tool_calls'),
    column('errors', 'errors', 'failures, each counted once where it began'),
    column('input_tokens', 'input_sum'),
    column('output_tokens', 'output_sum'),
    column('cost_usd', 'cost_sum', 'dollars; NULL when nothing of it is priced'),
    ...HISTORY,
  ],
  from: RUNS_WITH_HISTORY,
};

const queryLog: View = {
  name: 'query_log',
  row: 'a run, as a question that somebody asked',
  columns: [
    column('timestamp', 'start_time'),
    TRACE_ID,
    text('session_id'),
    text('user_email'),
    text('department'),
    text('category', 'query_category'),
    text('query_hash', 'query_hash', 'of its search, where it tells one'),
    column('elapsed_ms', DURATION_MS),
    column('tokens', 'token_sum', 'of all its calls'),
  ],
  from: RUNS,
};

const LATENCIES = `quantilesExactInclusiveIf(0.5, 0.95, 0.99)(duration_ns / 1e6, ${IS_CALL} AND ${ENDED})`;
const latency = (percent: number, i: number) =>
  column(`latency_ms_p${percent}`, `if(countIf(${IS_CALL} AND ${ENDED}) = 0, NULL, ${LATENCIES}[${i}])`, 'of its calls');
const weigh = (condition: string) => `sumIf(weight, ${condition})`;

const obsAgentDailyMetrics: View = {
  name: 'obs_agent_daily_metrics',
  row: 'an agent on a day of UTC',
  columns: [
    column('agent_id', 'toString(agent_id)'),
    column('date', 'toDate(start_time)'),
    column('runs', weigh(IS_RUN)),
    column('success', weigh(`${IS_RUN} AND status = 'success'`)),
    column('failed', weigh(`${IS_RUN} AND ${FAILED}`)),
    column('input_tokens', `ifNull(sumIf(input_tokens * weight, ${HAS_USAGE}), 0)`),
    column('output_tokens', `ifNull(sumIf(output_tokens * weight, ${HAS_USAGE}), 0)`),
    column('cost_usd', `ifNull(sumIf(cost_usd * weight, ${HAS_USAGE}), toDecimal128(0, 12))`, 'dollars'),
    latency(50, 1),
    latency(95, 2),
    latency(99, 3),
    column('models', `arraySort(groupUniqArrayIf(${MODEL}, ${HAS_USAGE} AND ${MODEL} != ''))`, 'an array'),
  ],
  from: `${spansWhere(`agent_id != ''`)} GROUP BY agent_id, toDate(start_time)`,
};

export const RUN_VIEWS: readonly View[] = [agentTraceHistory, obsRuns, queryLog, obsAgentDailyMetrics];
