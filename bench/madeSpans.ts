/** Spans made inside the store, chunk by chunk, the same ones for the same seed: for measurements over more of them than one cares to send. */
import type { TelemetryConnection } from '../packages/server/src/telemetry/connect.ts';

const CHUNK = 250_000;

/** `number` is the row's; everything else is drawn from a hash of it and the seed. */
const draw = (salt: number, values: number) => `(cityHash64(number, ${salt}, {seed:UInt64}) % ${values})`;
const pick = (salt: number, values: readonly string[]) => `[${values.map((value) => `'${value}'`).join(', ')}][${draw(salt, values.length)} + 1]`;

/** Eight spans a trace: an agent, four calls of models, two tools, an embedding. `fromMs`, `toMs`: Unix milliseconds. */
export async function makeSpans(
  telemetry: TelemetryConnection,
  options: { workspaceId: string; spans: number; fromMs: number; toMs: number; seed?: number; onChunk?(made: number): void },
): Promise<void> {
  const { workspaceId, spans, fromMs, toMs, seed = 1, onChunk } = options;
  const place = 'number % 8';
  const kind = `['agent', 'llm', 'tool', 'llm', 'embedding', 'llm', 'tool', 'llm'][${place} + 1]`;
  const trace = 'intDiv(number, 8)';
  const ofTrace = (salt: number, values: number) => `(cityHash64(${trace}, ${salt}, {seed:UInt64}) % ${values})`;
  const usesTokens = `${kind} IN ('llm', 'embedding')`;
  for (let made = 0; made < spans; made += CHUNK) {
    // Traces follow each other in time, so that a chunk fills few partitions and the parts stay in order.
    await telemetry.run(
      `INSERT INTO spans (workspace_id, start_time, duration_ns, trace_id, span_id, parent_span_id, name, kind, status, service_name, dialect,
  agent_id, run_id, session_id, user_id, department, environment, is_run, error_origin, provider, request_model, response_model,
  input_tokens, output_tokens, cache_read_tokens, cost_usd, cost_source, ttft_ms, tool_name, received_at)
SELECT {workspace:String},
  fromUnixTimestamp64Nano(toInt64({fromNs:UInt64} + ${trace} * {traceNs:UInt64} + ${place} * 100000000), 'UTC'),
  (1 + ${draw(1, 4000)}) * 1000000,
  toFixedString(unhex(hex(MD5(concat('trace', toString(${trace}), toString({seed:UInt64}))))), 16),
  toFixedString(substring(MD5(concat('span', toString(number), toString({seed:UInt64}))), 1, 8), 8),
  if(${place} = 0, toFixedString('', 8), toFixedString(substring(MD5(concat('span', toString(${trace} * 8), toString({seed:UInt64}))), 1, 8), 8)),
  ${kind}, ${kind}, if(${draw(2, 50)} = 0, 'error', 'success'), concat('service-', toString(${ofTrace(4, 20)} % 4)), 'otel_genai',
  concat('agent-', toString(${ofTrace(4, 20)})), toString(${trace}), concat('session-', toString(intDiv(${trace}, 5))), concat('user-', toString(${ofTrace(5, 5000)})),
  concat('department-', toString(${ofTrace(5, 5000)} % 8)), 'production', ${place} = 0, ${draw(2, 50)} = 0,
  if(${usesTokens}, ${pick(7, ['openai', 'anthropic'])}, ''), if(${usesTokens}, ${pick(8, ['gpt-4o', 'gpt-4o-mini', 'claude-sonnet-4-5', 'claude-haiku-4-5'])}, ''), '',
  if(${usesTokens}, toNullable(100 + ${draw(9, 4000)}), NULL), if(${kind} = 'llm', toNullable(10 + ${draw(10, 800)}), NULL), if(${kind} = 'llm', toNullable(${draw(11, 100)}), NULL),
  if(${usesTokens}, toNullable(toDecimal128(${draw(12, 9_999_999)}, 12) / 1000000000), NULL), if(${usesTokens}, 'price_book', ''),
  if(${kind} = 'llm', toNullable(toFloat64(50 + ${draw(13, 900)})), NULL), if(${kind} = 'tool', ${pick(14, ['search', 'mail', 'crm', 'shell', 'browser'])}, ''),
  now64(3, 'UTC')
FROM numbers({first:UInt64}, {rows:UInt64})
SETTINGS max_threads = 2, max_insert_threads = 1, max_insert_block_size = ${CHUNK}, min_insert_block_size_rows = ${CHUNK}`,
      {
        workspace: workspaceId,
        seed,
        first: made,
        rows: Math.min(CHUNK, spans - made),
        fromNs: (BigInt(fromMs) * 1_000_000n).toString(),
        traceNs: Math.floor(((toMs - fromMs) * 1e6 * 8) / spans),
      },
    );
    onChunk?.(Math.min(made + CHUNK, spans));
  }
}
