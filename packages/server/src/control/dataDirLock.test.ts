import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDataDir } from './dataDirLock.ts';
import { ownIdentity, startOf } from './processIdentity.ts';

const HOLDER = fileURLToPath(new URL('../../test/fixtures/lockHolder.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');

let dataDir: string;
let children: ChildProcess[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sightglass-lock-'));
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  children = [];
  rmSync(dataDir, { recursive: true, force: true });
});

/** Another process that tries to lock `dataDir`; `said` is `held` or the refusal. */
async function holder(): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, ['--import', TSX, '--conditions=source', HOLDER, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const [said] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, said };
}
const holders = () => readdirSync(join(dataDir, 'lock')).filter((name) => name.startsWith('held-'));

test('a second process is refused, told who has the directory and what to do', async () => {
  const { child, said } = await holder();
  expect(said).toBe('held');
  await expect(lockDataDir(dataDir)).rejects.toMatchObject({
    name: 'DataDirInUseError',
    message: expect.stringMatching(new RegExp(`${dataDir}.*process ${child.pid}.*--data-dir`)),
  });
  expect(holders()).toEqual([expect.stringContaining(`held-${child.pid}-`)]);
});

test('after a release, and after kill -9, the next process gets it', async () => {
  const first = await holder();
  first.child.stdin?.end();
  await once(first.child, 'exit');
  const second = await holder();
  expect(second.said).toBe('held');
  second.child.kill('SIGKILL');
  await once(second.child, 'exit');
  expect(holders()).toHaveLength(1);
  const lock = await lockDataDir(dataDir);
  expect(holders()).toEqual([expect.stringContaining(`held-${process.pid}-`)]);
  await lock.release();
  expect(readdirSync(join(dataDir, 'lock'))).toEqual([]);
});

test('a stopped process (SIGSTOP) keeps it, however long', async () => {
  const { child } = await holder();
  child.kill('SIGSTOP');
  await expect(lockDataDir(dataDir)).rejects.toThrow(/in use/);
  child.kill('SIGCONT');
});

test('a pid that another process has by now does not keep it', async () => {
  const { pid, start, boot, pidNamespace } = ownIdentity();
  mkdirSync(join(dataDir, 'lock'));
  writeFileSync(join(dataDir, 'lock', `held-${process.ppid}-1-${boot}-${pidNamespace}`), '');
  writeFileSync(join(dataDir, 'lock', `held-${pid}-${start - 1}-${boot}-${pidNamespace}`), '');
  expect(startOf(process.ppid)).not.toBe(1);
  await (await lockDataDir(dataDir)).release();
  expect(holders()).toEqual([]);
});

test.runIf(process.platform === 'linux')('a process of another container keeps it while its socket answers, and not after', async () => {
  const { boot } = ownIdentity();
  mkdirSync(join(dataDir, 'lock'));
  const socket = join(dataDir, 'lock', `present-1-77-${boot}-1`);
  writeFileSync(join(dataDir, 'lock', `held-1-77-${boot}-1`), '');
  const server = createServer().listen(socket);
  await once(server, 'listening');
  await expect(lockDataDir(dataDir)).rejects.toThrow(/process 1 of another container/);
  await new Promise((closed) => server.close(closed));
  await (await lockDataDir(dataDir)).release();
});

test('a path longer than a socket may have works all the same', async () => {
  const deep = join(dataDir, 'a'.repeat(120), 'b'.repeat(120));
  const lock = await lockDataDir(deep);
  const kinds = readdirSync(join(deep, 'lock')).map((name) => name.slice(0, name.indexOf('-')));
  expect(kinds.sort()).toEqual(process.platform === 'linux' ? ['held', 'present', 'wanted'] : ['held', 'wanted']);
  await lock.release();
});

test('of many that start at once over a dead claim exactly one gets it', async () => {
  const dead = await holder();
  dead.child.kill('SIGKILL');
  await once(dead.child, 'exit');
  const starters = await Promise.all(Array.from({ length: 5 }, holder));
  expect(starters.filter(({ said }) => said === 'held')).toHaveLength(1);
  expect(starters.filter(({ said }) => said.startsWith('DataDirInUseError'))).toHaveLength(4);
});

test('the same process cannot take it twice', async () => {
  const lock = await lockDataDir(dataDir);
  await expect(lockDataDir(dataDir)).rejects.toThrow(/not released/);
  await lock.release();
  await (await lockDataDir(dataDir)).release();
});
