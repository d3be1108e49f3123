/** The built program under measurement, in a directory of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type ThreadTimes, threadTimes } from './threads.ts';

const MAIN = fileURLToPath(new URL('../packages/server/dist/main.js', import.meta.url));

export interface RunningProgram {
  address: string;
  key: string;
  /** From spawn to the first 200 of /readyz. */
  readyMs: number;
  residentBytes(): number;
  /** User and system time of the process so far. */
  cpuSeconds(): number;
  threadTimes(): ThreadTimes;
  stop(): Promise<void>;
}

const KEY = 'sg_bench_0123456789abcdefghijklmnopqrstuvwxyz';

export async function startProgram(dataDir: string): Promise<RunningProgram> {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const startedMs = performance.now();
  const child = spawn(process.execPath, [MAIN, '--port', String(port), '--grpc-port', '0', '--data-dir', dataDir], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      SIGHTGLASS_LOG_LEVEL: 'warn',
      SIGHTGLASS_INIT_EMAIL: 'bench@example.com',
      SIGHTGLASS_INIT_PASSWORD: 'bench-password',
      SIGHTGLASS_INIT_WORKSPACE: 'bench',
      SIGHTGLASS_INIT_API_KEY: KEY,
    },
  });
  await untilReady(child, address);
  const readyMs = performance.now() - startedMs;
  return {
    address,
    key: KEY,
    readyMs,
    residentBytes: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) * 1024,
    cpuSeconds: () => {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) / 100;
    },
    threadTimes: () => threadTimes(child.pid as number),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

async function untilReady(child: ChildProcess, address: string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the program ended with ${child.exitCode}; run npm run build first`);
    const ready = await fetch(`${address}/readyz`).catch(() => undefined);
    if (ready?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

export function machineFacts(): string {
  const [cpu] = cpus();
  return `${cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'}, ${Math.round(totalmem() / 1024 ** 3)} GiB, Node ${process.versions.node}`;
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}
