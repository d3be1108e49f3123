/**
 * Long ranges over a full store: `npm run bench -- rollups [spans] [days]`. Makes the spans inside the store, computes their hours and
 * days, asks what pages over thirty days ask, with and without them, and compares the answers.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rollUpSpans } from '../packages/server/src/rollups/rollUpSpans.ts';
import { connectTelemetry } from '../packages/server/src/telemetry/connect.ts';
import { get } from './ask.ts';
import { makeSpans } from './madeSpans.ts';
import { machineFacts, quantile, type RunningProgram, startProgram } from './program.ts';

const ROUNDS = 100;
const DAY_MS = 86_400_000;
/** Arrivals must have been quiet for a minute; the bench waits for nobody. */
const QUIET_SECONDS = 0;

export async function benchRollups(spans: number, days: number): Promise<void> {
  console.log(`${spans.toLocaleString('en')} spans over ${days} days. ${machineFacts()}`);
  const dataDir = mkdtempSync(join(tmpdir(), 'sightglass-bench-'));
  try {
    const first = await startProgram(dataDir);
    const { workspace } = await get<{ workspace: { id: string } }>(first, '/api/obs/me');
    await first.stop();
    // Whole days, so that every hour of them has ended.
    const toMs = Date.now() - (Date.now() % DAY_MS);
    await fill(dataDir, workspace.id, spans, toMs - days * DAY_MS, toMs);
    const second = await startProgram(dataDir);
    await ask(second, days);
    console.log(`memory after asking ${Math.round(second.residentBytes() / 1024 ** 2)} MiB`);
    await second.stop();
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function fill(dataDir: string, workspaceId: string, spans: number, fromMs: number, toMs: number): Promise<void> {
  const telemetry = connectTelemetry({ dataDir });
  const filling = performance.now();
  await makeSpans(telemetry, { workspaceId, spans, fromMs, toMs });
  console.log(`made in ${seconds(filling)} s`);
  const computing = performance.now();
  const cpu = process.cpuUsage();
  const range = { fromSeconds: fromMs / 1000, toSeconds: toMs / 1000 };
  const { done } = await rollUpSpans(telemetry, range, { nowMs: Date.now, mayGoOn: () => true, quietSeconds: QUIET_SECONDS });
  const { user, system } = process.cpuUsage(cpu);
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(
    `${done} hours and days computed in ${seconds(computing)} s, ${((user + system) / 1e6).toFixed(1)} CPU-seconds; peak memory of all so far ${peak} MiB`,
  );
  const again = performance.now();
  await rollUpSpans(telemetry, range, { nowMs: Date.now, mayGoOn: () => true, quietSeconds: QUIET_SECONDS });
  console.log(`looked again in ${seconds(again)} s`);
  await telemetry.close();
}

async function ask(program: RunningProgram, days: number): Promise<void> {
  // Of one moment for all: the spans that leave a moving range would tell the answers apart.
  const nowMs = Date.now();
  const range = { from: new Date(nowMs - days * DAY_MS).toISOString(), to: new Date(nowMs).toISOString() };
  const agent = [{ field: 'agent_id', op: '=', value: 'agent-3' }];
  const questions: [string, object][] = [
    ['totals', { measures: ['cost_usd', 'llm_calls', 'runs', 'errors', 'error_rate', 'input_tokens', 'output_tokens', 'active_agents'], ...range }],
    ['cost by model', { measures: ['cost_usd', 'llm_calls'], group_by: ['model'], ...range }],
    ['one agent by day', { measures: ['cost_usd', 'runs', 'errors', 'latency_ms_p50', 'latency_ms_p95'], filters: agent, interval: '1d', ...range }],
    [
      'one agent by day of Vienna',
      { measures: ['cost_usd', 'runs', 'latency_ms_p95'], filters: agent, interval: '1d', time_zone: 'Europe/Vienna', ...range },
    ],
    ['p95 by agent', { measures: ['latency_ms_p95', 'run_duration_ms_p95'], group_by: ['agent_id'], ...range }],
    ['by hour', { measures: ['calls', 'errors'], interval: '1h', ...range }],
  ];
  await time('overview', () => get(program, '/api/obs/metrics/overview'));
  for (const [name, question] of questions) {
    const rolled = await time(name, () => get<Answer>(program, '/api/obs/query', question));
    const startedMs = performance.now();
    const exact = await get<Answer>(program, '/api/obs/query', { ...question, exact: true }).catch((error: unknown) => String(error));
    const comparison =
      typeof exact === 'string'
        ? `refused (${exact.slice(0, 90)})`
        : `${(performance.now() - startedMs).toFixed(0)} ms, ${differences(rolled, exact)}`;
    console.log(`${''.padEnd(30)} answered from ${rolled.answered_from}; by the spans alone ${comparison}`);
  }
}

interface Answer {
  rows: Record<string, unknown>[];
  answered_from: string;
}

function differences(rolled: Answer, exact: Answer): string {
  let worst = 0;
  let different = rolled.rows.length === exact.rows.length ? 0 : 1;
  // Rows that are ordered by a percentile may change places.
  const keyOf = (row: Record<string, unknown>) =>
    JSON.stringify(Object.values(row).filter((value) => typeof value === 'string' && !/^[\d.]+$/.test(value)));
  const byKey = (a: Record<string, unknown>, b: Record<string, unknown>) => (keyOf(a) < keyOf(b) ? -1 : 1);
  rolled.rows.sort(byKey);
  exact.rows.sort(byKey);
  for (const [i, row] of exact.rows.entries()) {
    for (const [name, value] of Object.entries(row)) {
      const is = rolled.rows[i]?.[name];
      if (typeof value === 'number' && typeof is === 'number' && (/_p\d+$/.test(name) || !Number.isInteger(value)))
        worst = Math.max(worst, Math.abs(is - value) / Math.max(Math.abs(value), 1e-9));
      else if (is !== value) different += 1;
    }
  }
  return `${different} values differ, percentiles and means by at most ${(worst * 100).toFixed(2)} %`;
}

async function time<T>(name: string, question: () => Promise<T>): Promise<T> {
  let answer = await question();
  const timesMs: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const startedMs = performance.now();
    answer = await question();
    timesMs.push(performance.now() - startedMs);
  }
  console.log(
    `${name.padEnd(30)} median ${quantile(timesMs, 0.5).toFixed(1).padStart(7)} ms   p95 ${quantile(timesMs, 0.95).toFixed(1).padStart(7)} ms`,
  );
  return answer;
}

const seconds = (sinceMs: number) => ((performance.now() - sinceMs) / 1000).toFixed(1);
