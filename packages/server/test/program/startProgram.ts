/**
 * The built program as a person or a supervisor runs it: a process of its own on a data directory of its own.
 * Whatever was started is killed, and its directories are removed, when the test file ends, however it ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
/** A fresh start makes two databases; on a machine that is busy with other tests that takes a while. */
export const START_MS_MAX = 60_000;

export interface ProgramOptions {
  /** Absent: a new, empty one. */
  dataDir?: string;
  env?: Readonly<Record<string, string>>;
  flags?: readonly string[];
}

export interface Ended {
  /** Null when a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Program {
  /** `http://127.0.0.1:<port>`, as the program printed it. */
  address: string;
  dataDir: string;
  pid: number;
  /** Resolves when it has ended, in whatever way. */
  ended: Promise<Ended>;
  stdout(): string;
  stderr(): string;
  residentBytes(): number;
  /** SIGTERM; resolves when it has ended by itself. */
  stop(): Promise<Ended>;
  /** SIGKILL: what a crash leaves behind. */
  kill(): Promise<void>;
}

/** The owner, workspace and key of a headless first start. */
export const OWNER = { email: 'ada@example.com', password: 'correct horse battery', workspace: 'acme', key: `sg_${'test'.repeat(8)}` } as const;
export const HEADLESS = {
  SIGHTGLASS_INIT_EMAIL: OWNER.email,
  SIGHTGLASS_INIT_PASSWORD: OWNER.password,
  SIGHTGLASS_INIT_WORKSPACE: OWNER.workspace,
  SIGHTGLASS_INIT_API_KEY: OWNER.key,
} as const;

/** Each with the promise of its end. */
const processes = new Map<ChildProcess, Promise<Ended>>();
const folders = new Set<string>();

function killAll(): void {
  for (const child of processes.keys()) child.kill('SIGKILL');
}
process.once('exit', killAll);
afterAll(async () => {
  killAll();
  await Promise.all(processes.values());
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function temporaryDirectory(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sightglass-test-'));
  folders.add(folder);
  return folder;
}

/** Starts the program and waits until it is ready. @throws with its words when it ends instead. */
export async function startProgram(options: ProgramOptions = {}): Promise<Program> {
  const dataDir = options.dataDir ?? temporaryDirectory();
  const { child, stdout, stderr, ended } = launch({ ...options, dataDir });
  const address = await Promise.race([
    printedAddress(child, stdout),
    ended.then(({ code }) => {
      throw new Error(`the program ended with ${code}: ${stdout()}\n${stderr()}`);
    }),
  ]);
  const ready = await fetch(`${address}/readyz`);
  if (!ready.ok) throw new Error(`the program printed its address before it was ready: ${await ready.text()}`);
  return {
    address,
    dataDir,
    pid: child.pid as number,
    ended,
    stdout,
    stderr,
    residentBytes: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Runs a start that is expected to be refused, to its end. */
export function runToEnd(options: ProgramOptions = {}): Promise<Ended> {
  return launch({ ...options, dataDir: options.dataDir ?? temporaryDirectory() }).ended;
}

function launch({ dataDir, env = {}, flags = [] }: ProgramOptions & { dataDir: string }) {
  const args = [MAIN, '--port', '0', '--grpc-port', '0', '--data-dir', dataDir, ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...outerEnvironment(), ...env } });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  // `close` comes after the last output, `exit` may come before it.
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => {
      processes.delete(child);
      resolve({ code, stdout: out, stderr: err });
    });
  });
  processes.set(child, ended);
  return { child, ended, stdout: () => out, stderr: () => err };
}

/** Our own settings must not leak into the program, nor those of the test runner. */
function outerEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(?:SIGHTGLASS_|NODE_|VITEST|DATABASE_URL$|CLICKHOUSE_URL$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

function printedAddress(child: ChildProcess, stdout: () => string): Promise<string> {
  return new Promise((resolve) => {
    child.stdout?.on('data', () => {
      const address = /ready at (http:\S+)\n/.exec(stdout())?.[1];
      if (address !== undefined) resolve(address);
    });
  });
}
