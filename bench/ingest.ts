/**
 * How much the program takes in: `npm run bench -- ingest [seconds]`. Real HTTP, LLM-heavy spans of about 1 KB, gzip
 * batches of 512, every 200 durable, store included, after two seconds of the same load uncounted: a program that has just
 * started compiles itself for as long. The load comes from a process of its own on the same
 * machine, so the figure is a floor; the ratio to the raw insert of the same rows says what the way costs.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { get } from './ask.ts';
import type { LoadReport, LoadTask } from './load.ts';
import { rawInsertRate } from './rawInsert.ts';
import { machineFacts, quantile, type RunningProgram, startProgram } from './program.ts';
import { spentByPart } from './threads.ts';

export async function benchIngest(seconds: number): Promise<void> {
  console.log(`Ingest over OTLP/HTTP, gzip, batches of 512, ${seconds} s each. ${machineFacts()}`);
  const raw = await rawInsertRate();
  console.log(`raw insert of the same rows: ${perSecond(raw.rowsPerSecond)}, ${perSecond(raw.rowsPerCpuSecond)} per CPU-second`);
  const knee = await inProgram((program) => measure(program, { connections: 8, seconds }));
  console.log(
    `knee: ${perSecond(knee.spansPerSecond)}, ${perSecond(knee.spansPerCpuSecond)} per CPU-second of the server; ${ratio(knee.spansPerSecond, raw.rowsPerSecond)} of the raw insert`,
  );
  print(knee);
  const half = await inProgram((program) => measure(program, { connections: 8, seconds, spansPerSecond: knee.spansPerSecond / 2 }));
  console.log(`half the knee: ${perSecond(half.spansPerSecond)}`);
  print(half);
  const flood = await inProgram((program) =>
    measure(program, { connections: OVERLOAD_CONNECTIONS, seconds, spansPerSecond: knee.spansPerSecond * OVERLOAD }),
  );
  console.log(
    `${OVERLOAD} times the knee offered: ${perSecond(flood.spansPerSecond)} stored, ${ratio(flood.spansPerSecond, knee.spansPerSecond)} of the knee`,
  );
  print(flood);
}

const OVERLOAD = 5;
/** Enough that a sender whose answer is late does not slow the offer down. */
const OVERLOAD_CONNECTIONS = 256;

const WARM_UP_SECONDS = 2;

interface Measured extends LoadReport {
  spansPerSecond: number;
  spansPerCpuSecond: number;
  peakBytes: number;
  drainedSeconds: number;
  /** CPU seconds by part of the program. */
  spent: Record<string, number>;
}

async function measure(program: RunningProgram, task: Omit<LoadTask, 'address' | 'key'>): Promise<Measured> {
  const to = { address: program.address, key: program.key };
  const warmedUp = await runLoad({ ...task, ...to, seconds: WARM_UP_SECONDS });
  await untilStored(program, warmedUp.acknowledgedSpans);
  let peakBytes = 0;
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, program.residentBytes());
  }, 100);
  const cpuBefore = program.cpuSeconds();
  const threadsBefore = program.threadTimes();
  const report = await runLoad({ ...task, ...to });
  const endedMs = performance.now();
  await untilStored(program, warmedUp.acknowledgedSpans + report.acknowledgedSpans);
  clearInterval(watch);
  const drainedSeconds = (performance.now() - endedMs) / 1000;
  const cpu = program.cpuSeconds() - cpuBefore;
  return {
    ...report,
    peakBytes,
    drainedSeconds,
    // What was acknowledged counts only once it is stored.
    spansPerSecond: report.acknowledgedSpans / (report.seconds + drainedSeconds),
    spansPerCpuSecond: report.acknowledgedSpans / cpu,
    spent: spentByPart(threadsBefore, program.threadTimes()),
  };
}

function runLoad(task: LoadTask): Promise<LoadReport> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = fork(fileURLToPath(new URL('./load.ts', import.meta.url)), { execArgv: ['--import', 'tsx', '--conditions=source'] });
    child.once('message', (message) => resolve(message as LoadReport));
    child.once('exit', (code) => reject(new Error(`the load ended with ${code}`)));
    child.send(task);
  });
}

async function untilStored(program: RunningProgram, spans: number): Promise<void> {
  for (;;) {
    const { rows } = await get<{ rows: { spans: number }[] }>(program, '/api/obs/query', { measures: ['spans'], from: 'now-3d', to: 'now+1d' });
    if ((rows[0]?.spans ?? 0) >= spans) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function inProgram<T>(work: (program: RunningProgram) => Promise<T>): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sightglass-bench-'));
  const program = await startProgram(dataDir);
  try {
    return await work(program);
  } finally {
    await program.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function print({ acknowledgedSpans, latenciesMs, statuses, peakBytes, drainedSeconds, spent }: Measured): void {
  console.log(
    `  answer p50 ${quantile(latenciesMs, 0.5).toFixed(1)} ms, p99 ${quantile(latenciesMs, 0.99).toFixed(1)} ms; statuses ${JSON.stringify(statuses)}; peak memory ${Math.round(peakBytes / 1024 ** 2)} MiB; stored ${drainedSeconds.toFixed(2)} s after the last answer`,
  );
  const parts = Object.entries(spent).map(([part, seconds]) => `${part} ${((seconds * 1e6) / acknowledgedSpans).toFixed(1)}`);
  console.log(`  CPU µs a span: ${parts.join(', ')}`);
  const load = /^\S+/.exec(readFileSync('/proc/loadavg', 'utf8'))?.[0];
  console.log(`  load average ${load}`);
}

const perSecond = (value: number) => `${Math.round(value).toLocaleString('en')}/s`;
const ratio = (a: number, b: number) => `${((a / b) * 100).toFixed(0)} %`;
