/** The views as a page of the docs: `docs/views.md` is what this prints. Its examples are run by a test. */
import { VIEWS } from './all.ts';
import type { View } from './view.ts';

const HEAD = `# Views for SQL

Read-only views with stable names, for rules of kind \`sql_query\` and for analysts. They are ClickHouse views over the tables of
the telemetry, and hold the rows of one workspace: who asks through Sightglass never sees another one's. This page is printed from
the views by \`node scripts/printMeasures.mjs\`.

- A field that was not sent is NULL. \`cost_usd\` is dollars, exact to 1e-12. Times are UTC to the nanosecond.
- A span that was sent twice, or written again when more of its trace came, is one row. What sampling left out is not there, and
  rows do not say how many they stand for: where traces or logs are [sampled](sampling.md), totals come from
  [measures](measures.md), which weigh. \`obs_agent_daily_metrics\` weighs.
- Bound the time: \`timestamp > now() - INTERVAL 1 HOUR\` reads that hour alone in \`request_metrics\`, \`llm_call_metrics\`,
  \`model_cost_logs\`, \`prompt_similarity_logs\`, \`trace_spans\`, \`event_logs\`, \`analytics_events\`, \`system_metrics\` and
  \`cache_metrics\`. The others put traces, runs or logs together from all their spans, so they read more than the time asked for.
- With encryption switched on, inputs, outputs and context are shown as they are stored.
- What a search took is what the client says. What it does not say is taken from the spans inside the retriever, else from
  those beside it under the same parent when it is the only retriever there, and is NULL where neither tells.

## Examples

Requests that failed in the last quarter of an hour:

\`\`\`sql
SELECT count() FROM request_metrics WHERE timestamp > now() - INTERVAL 15 MINUTE AND status_code >= 500
\`\`\`

What model calls cost in the last hour:

\`\`\`sql
SELECT sum(cost_usd) FROM llm_call_metrics WHERE timestamp > now() - INTERVAL 1 HOUR
\`\`\`

The slowest endpoints of the day:

\`\`\`sql
SELECT endpoint, count() AS requests, quantile(0.99)(response_time_ms) AS p99_ms
FROM request_metrics WHERE timestamp > now() - INTERVAL 1 DAY
GROUP BY endpoint ORDER BY p99_ms DESC LIMIT 10
\`\`\`

Departments by what they spent this month:

\`\`\`sql
SELECT department, sum(cost_usd) AS dollars FROM llm_call_metrics
WHERE timestamp >= toStartOfMonth(now()) GROUP BY department ORDER BY dollars DESC
\`\`\`

Failures of each provider, as a share:

\`\`\`sql
SELECT provider, model, countIf(NOT success) / count() AS failed, anyLast(error_message) AS for_instance
FROM llm_call_metrics WHERE timestamp > now() - INTERVAL 1 HOUR GROUP BY provider, model
\`\`\`

Searches that found little:

\`\`\`sql
SELECT query_hash, count() AS searches, avg(top_score) AS score, avg(total_ms) AS took_ms
FROM rag_metrics WHERE timestamp > now() - INTERVAL 1 DAY AND top_score < threshold_used GROUP BY query_hash
\`\`\`

Traces that another trace began, and failed:

\`\`\`sql
SELECT trace_id, parent_trace_id, error_message FROM distributed_traces
WHERE timestamp > now() - INTERVAL 1 DAY AND error AND parent_trace_id IS NOT NULL
\`\`\`

The spans that took most of a trace:

\`\`\`sql
SELECT span_name, sum(duration_ms) AS ms FROM trace_spans
WHERE trace_id = '0123456789abcdef0123456789abcdef' GROUP BY span_name ORDER BY ms DESC
\`\`\`

Errors that were logged, by logger:

\`\`\`sql
SELECT logger_name, count() FROM structured_logs
WHERE level IN ('ERROR', 'CRITICAL') AND timestamp > now() - INTERVAL 1 HOUR GROUP BY logger_name
\`\`\`

Memory of programs, from metrics:

\`\`\`sql
SELECT toStartOfHour(timestamp) AS hour, max(value) AS bytes FROM system_metrics
WHERE metric_type = 'memory' AND metric_name = 'process.memory.usage' AND timestamp > now() - INTERVAL 1 DAY GROUP BY hour
\`\`\`

A cache whose hits are few:

\`\`\`sql
SELECT cache_type, min(hit_rate) FROM cache_metrics WHERE timestamp > now() - INTERVAL 1 HOUR GROUP BY cache_type
\`\`\`

Agents by how their runs ended this week:

\`\`\`sql
SELECT agent_id, sum(success), sum(failed), sum(cost_usd) FROM obs_agent_daily_metrics
WHERE date > today() - 7 GROUP BY agent_id
\`\`\`

Runs that called a model more than ten times:

\`\`\`sql
SELECT run_id, agent_id, llm_calls, cost_usd FROM obs_runs
WHERE started_at > now() - INTERVAL 1 DAY AND llm_calls > 10 ORDER BY cost_usd DESC
\`\`\`
`;

const cell = (text: string) => text.replaceAll('|', '\\|');

function section({ name, row, columns }: View): string {
  const rows = columns.map((column) => `| \`${column.name}\` | ${cell(column.meaning)} |`);
  return `### ${name}\n\nA row is ${row}.\n\n| column | |\n|---|---|\n${rows.join('\n')}\n`;
}

export const viewsPage = (): string => [HEAD, '## Columns\n', VIEWS.map(section).join('\n')].join('\n');
