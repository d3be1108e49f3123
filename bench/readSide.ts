/**
 * How long the read side takes over a full store: `npm run bench -- read [spans]`.
 * Fills an empty instance over HTTP, then asks each question 30 times.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { get } from './ask.ts';
import { machineFacts, quantile, type RunningProgram, startProgram } from './program.ts';
import { traceTemplate } from './traceTemplate.ts';

const SPANS_PER_TRACE = 8;
const TRACES_PER_REQUEST = 64;
const HOURS = 24;
const ROUNDS = 30;

export async function benchReadSide(spans: number): Promise<void> {
  console.log(`Read side over ${spans.toLocaleString('en')} spans of the last ${HOURS} hours. ${machineFacts()}`);
  const dataDir = mkdtempSync(join(tmpdir(), 'sightglass-bench-'));
  try {
    const first = await startProgram(dataDir);
    console.log(`start to ready, empty: ${first.readyMs.toFixed(0)} ms; idle memory ${await idleMemory(first)}`);
    const startedMs = performance.now();
    await fill(first, spans);
    console.log(`filled in ${((performance.now() - startedMs) / 1000).toFixed(1)} s, generator included; memory ${mebibytes(first.residentBytes())}`);
    await first.stop();
    const second = await startProgram(dataDir);
    console.log(`start to ready, full: ${second.readyMs.toFixed(0)} ms; idle memory ${await idleMemory(second)}`);
    await ask(second);
    console.log(`memory after asking ${mebibytes(second.residentBytes())}`);
    await second.stop();
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** After ten quiet seconds: the start itself has ended by then. */
async function idleMemory(program: RunningProgram): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  return mebibytes(program.residentBytes());
}

async function fill(program: RunningProgram, spans: number): Promise<void> {
  const templates = Array.from({ length: 4 }, () => traceTemplate(TRACES_PER_REQUEST, SPANS_PER_TRACE));
  const nowMs = Date.now();
  let sent = 0;
  const sender = async () => {
    for (let i = 0; sent < spans; i++) {
      const template = templates[i % templates.length] as (typeof templates)[number];
      sent += template.spans;
      const body = template.stamp(() => nowMs - 60_000 - Math.random() * HOURS * 3_600_000);
      for (;;) {
        const answer = await fetch(`${program.address}/v1/traces`, {
          method: 'POST',
          body: new Uint8Array(body),
          headers: { 'content-type': 'application/x-protobuf', authorization: `Bearer ${program.key}` },
        });
        await answer.arrayBuffer();
        if (answer.ok) break;
        if (answer.status !== 503 && answer.status !== 429) throw new Error(`refused with ${answer.status}`);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  };
  await Promise.all([sender(), sender(), sender(), sender()]);
  for (;;) {
    const { rows } = await get<{ rows: { spans: number }[] }>(program, '/api/obs/query', { measures: ['spans'], from: 'now-3d', to: 'now+1d' });
    if ((rows[0]?.spans ?? 0) >= sent) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function ask(program: RunningProgram): Promise<void> {
  const { items } = await get<{ items: { trace_id: string }[]; next_cursor: string }>(program, '/api/obs/traces?limit=200');
  const traceIds = items.map((item) => item.trace_id);
  const page = await get<{ next_cursor: string }>(program, '/api/obs/traces');
  const day = { from: 'now-24h', to: 'now' };
  const questions: [string, (round: number) => Promise<unknown>][] = [
    ['trace list, newest 50 of 24 h', () => get(program, '/api/obs/traces')],
    ['trace list, second page', () => get(program, `/api/obs/traces?cursor=${encodeURIComponent(page.next_cursor)}`)],
    ['trace list, failed of one agent', () => get(program, '/api/obs/traces?agent_id=agent-3&status=error')],
    ['trace list, one rare user', () => get(program, '/api/obs/traces?user_id=user-299')],
    ['trace list, dearest first', () => get(program, '/api/obs/traces?sort=-cost')],
    ['trace list, text search', () => get(program, '/api/obs/traces?q=voucher')],
    ['trace by id, whole', (round) => get(program, `/api/obs/traces/${traceIds[round % traceIds.length]}`)],
    ['trace by id, summary', (round) => get(program, `/api/obs/traces/${traceIds[round % traceIds.length]}?detail=summary`)],
    ['overview', () => get(program, '/api/obs/metrics/overview')],
    ['cost by model, 24 h', () => get(program, '/api/obs/query', { measures: ['cost_usd', 'llm_calls'], group_by: ['model'], ...day })],
    [
      'cost and p95 each half hour by model',
      () => get(program, '/api/obs/query', { measures: ['cost_usd', 'llm_latency_ms_p95'], group_by: ['model'], interval: '30m', ...day }),
    ],
  ];
  for (const [name, question] of questions) {
    for (let i = 0; i < 3; i++) await question(i);
    const timesMs: number[] = [];
    const cpuBefore = program.cpuSeconds();
    for (let i = 0; i < ROUNDS; i++) {
      const startedMs = performance.now();
      await question(i);
      timesMs.push(performance.now() - startedMs);
    }
    const cpuMs = ((program.cpuSeconds() - cpuBefore) * 1000) / ROUNDS;
    console.log(
      `${name.padEnd(40)} median ${quantile(timesMs, 0.5).toFixed(1).padStart(7)} ms   p95 ${quantile(timesMs, 0.95).toFixed(1).padStart(7)} ms   CPU ${cpuMs.toFixed(0).padStart(4)} ms`,
    );
  }
}

const mebibytes = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MiB`;
