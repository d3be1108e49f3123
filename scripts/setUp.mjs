// Shared by the npm scripts: install what is missing, build what is stale.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const NODE_MIN = [20, 19];

/** Runs a command in the repository; ends the script with its exit code when it fails. Talk goes to stderr. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 2, 2], ...options });
  if (error !== undefined) {
    console.error(`cannot run ${command}: ${error.message}`);
    process.exit(1);
  }
  if (status !== 0) process.exit(status ?? 1);
}

/** A tool that an npm package installs, run by this Node so that it works wherever the shell looks. */
export function runTool(name, args, options) {
  run(join(ROOT, 'node_modules', '.bin', name), args, options);
}

export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return;
  console.error(`Sightglass needs Node.js ${NODE_MIN.join('.')} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

export function installIfMissing() {
  const stamp = join(ROOT, 'node_modules', '.package-lock.json');
  const lock = join(ROOT, 'package-lock.json');
  if (existsSync(stamp) && mtime(stamp) >= mtime(lock)) return;
  console.error('Installing dependencies (once; about a minute) …');
  // By the lock, which is left as it is. Not `npm ci`: npm 11 refuses a lock without the optional packages of other platforms.
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** Each part with what it is made of; it is built when a source is newer than its stamp. */
const PARTS = [
  {
    name: 'server',
    sources: [
      'packages/contract/src',
      'packages/server/src',
      'packages/contract/tsconfig.json',
      'packages/server/tsconfig.json',
      'tsconfig.base.json',
      'package-lock.json',
    ],
    outputs: ['packages/server/dist/main.js', 'packages/contract/dist', 'packages/server/dist/control/emptyDatabase'],
    build: () => {
      runTool('tsc', ['-b', 'packages/contract', 'packages/server']);
      copyMigrations();
      run(process.execPath, ['packages/server/dist/control/makeEmptyDatabase.js']);
    },
  },
  {
    name: 'web',
    sources: [
      'packages/contract/src',
      'packages/web/src',
      'packages/web/public',
      'packages/web/index.html',
      'packages/web/vite.config.ts',
      'package-lock.json',
    ],
    outputs: ['packages/web/dist/app/index.html'],
    build: () => runTool('vite', ['build', '--logLevel', 'warn'], { cwd: join(ROOT, 'packages/web') }),
  },
];

export function buildIfStale() {
  for (const { name, sources, outputs, build } of PARTS) {
    const stamp = join(ROOT, '.build', `${name}.stamp`);
    const complete = outputs.every((output) => existsSync(join(ROOT, output)));
    if (complete && existsSync(stamp) && Math.max(...sources.map((source) => newest(join(ROOT, source)))) <= mtime(stamp)) continue;
    console.error(`Building ${name} …`);
    const startedAt = new Date();
    build();
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, `${startedAt.toISOString()}\n`);
  }
}

/** SQL is not TypeScript: the compiler leaves it behind. */
function copyMigrations() {
  const folder = 'control/migrations';
  cpSync(join(ROOT, 'packages/server/src', folder), join(ROOT, 'packages/server/dist', folder), { recursive: true });
}

function mtime(path) {
  return statSync(path).mtimeMs;
}

function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce((latest, entry) => Math.max(latest, newest(join(path, entry))), stat.mtimeMs);
}
