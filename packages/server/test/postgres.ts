import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import pg from 'pg';

/** A throw-away PostgreSQL server in a temporary directory, reached through a unix socket. */
export interface TestPostgres {
  /** A new empty database on it. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 30_000;

/** Where `initdb` and `postgres` are: Debian's versioned directories, newest first, or a directory of PATH. */
export function postgresBinaries(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const candidates = [...versions.map((version) => join(debian, version, 'bin')), ...(process.env.PATH ?? '').split(':')];
  return candidates.find((directory) => existsSync(join(directory, 'initdb')) && existsSync(join(directory, 'postgres')));
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package made. */
function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: '-u' | '-g') => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** Starts a server, or answers undefined (with the reason on stderr) when PostgreSQL is not installed. */
export async function startTestPostgres(): Promise<TestPostgres | undefined> {
  const binaries = postgresBinaries();
  if (binaries === undefined) {
    console.warn('PostgreSQL is not installed (no initdb in /usr/lib/postgresql or PATH): its half of the suite is skipped');
    return undefined;
  }
  const user = unprivilegedUser();
  const directory = mkdtempSync(join(tmpdir(), 'sightglass-pg-'));
  if (user !== undefined) chownSync(directory, user.uid, user.gid);
  chmodSync(directory, 0o755);
  const data = join(directory, 'data');
  execFileSync(join(binaries, 'initdb'), ['-D', data, '-U', 'test', '--auth=trust', '--no-sync', '-E', 'UTF8'], { ...user, cwd: directory });
  const server = spawn(join(binaries, 'postgres'), ['-D', data, '-k', directory, '-c', 'listen_addresses=', '-c', 'fsync=off'], {
    ...user,
    cwd: directory,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  server.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const urlOf = (database: string) => `postgres://test@/${database}?host=${encodeURIComponent(directory)}`;
  const admin = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client({ connectionString: urlOf('postgres') });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };

  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!log.includes('ready to accept connections')) {
    if (server.exitCode !== null || Date.now() > deadline) throw new Error(`PostgreSQL did not start:\n${log}`);
    await new Promise((resolve) => server.stderr.once('data', resolve));
  }

  let databases = 0;
  return {
    createDatabase: async () => {
      const name = `test_${++databases}`;
      await admin((client) => client.query(`CREATE DATABASE ${name}`));
      return urlOf(name);
    },
    stop: async () => {
      server.kill('SIGINT');
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
