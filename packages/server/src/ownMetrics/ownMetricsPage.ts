/** The declarations as a page of the docs: `docs/own-metrics.md` is what this prints. */
import { type MetricDeclaration, OWN_METRICS } from './declarations.ts';

const HEAD = `# Metrics of Sightglass itself

Prometheus reads them at \`GET /metrics\`, in its text format: without a key from the same machine, with any key from elsewhere
(\`Authorization: Bearer sg_…\`). What Sightglass tells of **your** programs is at \`/api/metrics/snapshot\` and in the
[measures](measures.md). This page is printed from the declarations by \`node scripts/printOwnMetrics.mjs\`.

No label carries anything of a workspace: routes are templates, never paths; tables and ways in are the program’s own names.

\`\`\`yaml
scrape_configs:
  - job_name: sightglass
    authorization: { credentials: sg_… }
    static_configs: [{ targets: ['sightglass.example.com:4318'] }]
\`\`\`

Worth an alarm: \`sightglass_store_up == 0\` or \`sightglass_control_up == 0\` for a minute; \`sightglass_journal_backlog_bytes\` above half of
\`sightglass_journal_backlog_bytes_max\`; \`time() - sightglass_schedule_last_success_timestamp_seconds\` above 15 minutes;
\`sightglass_store_partition_parts_max\` above 300; \`sightglass_event_loop_delay_seconds{quantile="0.99"}\` above 0.5.
`;

const TAIL = `## Of the process

Beside these stand the usual figures of a Node.js process, by the names that dashboards for Node.js know: \`process_cpu_seconds_total\`,
\`process_resident_memory_bytes\`, \`process_open_fds\`, \`process_start_time_seconds\`, \`nodejs_heap_size_used_bytes\`,
\`nodejs_external_memory_bytes\`, \`nodejs_gc_duration_seconds\`, \`nodejs_version_info\` and their like.

## Spans and logs of its own

\`SIGHTGLASS_SELF_TELEMETRY=<slug>\` sends a span of every request that Sightglass answered, and its own warnings and errors, into that
workspace, under the service name \`sightglass\`. The trace id is the one of the answer’s \`X-Trace-ID\`. Of a request there are method, route
template, status and time, of a log record its message, error and trace: no path, query, body or key. Health checks,
scrapes and files of the UI are left out. What is sent makes no request of its own, is held in bounded memory, and is dropped and
counted (\`sightglass_self_telemetry_dropped_total\`) where there is no such workspace or nothing can be taken. Whoever may read that
workspace sees them; take one for operators. Ingest health lists them under \`sightglass\`.
`;

function row({ name, type, help, labels }: MetricDeclaration): string {
  const told = Object.entries(labels).map(([label, values]) => `\`${label}\`: ${values}`);
  return `| \`${name}\` | ${type} | ${help} | ${told.join('; ')} |`;
}

export function ownMetricsPage(): string {
  const rows = Object.values(OWN_METRICS).map((declaration) => row(declaration));
  return `${HEAD}\n| metric | type | is | labels |\n|---|---|---|---|\n${rows.join('\n')}\n\n${TAIL}`;
}
