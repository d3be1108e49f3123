/**
 * Lets only one process use a data directory: the embedded engines destroy a directory that two open.
 *
 * Terms. A *claim* is an empty file in `<dataDir>/lock` whose name says who made it (pid, start, boot, pid
 * namespace): `wanted-…` from the first moment on, and `held-…` besides once it has the directory. Beside it stands a socket on which the claimant
 * listens: the one sign of life that can be seen from another container on the same machine.
 *
 * Everyone first makes the claim, then looks for others. Of two that start at once the later one must see
 * the earlier; if both see each other, both step back and try again. A claim is only ever removed by its
 * maker, or by someone who found the maker dead, and its name fits no other process: taking over cannot
 * remove a claim that is alive. Age plays no part.
 */
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ownIdentity, type ProcessIdentity, startOf } from './processIdentity.ts';

export interface DataDirLock {
  release(): Promise<void>;
}

/** Another process uses the directory. `message` is for the person who started this one. */
export class DataDirInUseError extends Error {
  override readonly name = 'DataDirInUseError';
}

interface Claim extends ProcessIdentity {
  /** `present` is the socket: its maker lives, and claims nothing by it. */
  state: 'present' | 'wanted' | 'held';
}

const CLAIM = /^(present|wanted|held)-(\d+)-(\d+)-([0-9a-f]+)-(\d+)$/;
const ATTEMPTS_MAX = 50;
const STEP_BACK_MS = 40;

/** Takes `dataDir` (made when missing) for this process, or throws {@link DataDirInUseError} when a living process has it. */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const directory = join(resolve(dataDir), 'lock');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const self = ownIdentity();
  let rival: Claim | undefined;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const withdraw = await claim(directory, self);
    rival = await findRival(directory, self);
    if (rival === undefined) {
      // Beside the first file, not in its place: a listing may miss a file that is renamed while it runs.
      makeFile(join(directory, claimName({ ...self, state: 'held' })));
      return { release: withdraw };
    }
    await withdraw();
    if (rival.state === 'held') break;
    await delay(STEP_BACK_MS * Math.random());
  }
  throw new DataDirInUseError(refusal(resolve(dataDir), rival, self));
}

const identityName = ({ pid, start, boot, pidNamespace }: ProcessIdentity): string => `${pid}-${start}-${boot}-${pidNamespace}`;
const claimName = (claim: Claim): string => `${claim.state}-${identityName(claim)}`;

function parseClaim(name: string): Claim | undefined {
  const match = CLAIM.exec(name);
  if (match === null) return undefined;
  const [, state, pid, start, boot = '', pidNamespace = ''] = match;
  return { state: state as Claim['state'], pid: Number(pid), start: Number(start), boot, pidNamespace };
}

/** Announces that this process wants the directory. Answers how to take that back. */
async function claim(directory: string, self: ProcessIdentity): Promise<() => Promise<void>> {
  const path = (state: Claim['state']) => join(directory, claimName({ ...self, state }));
  if (existsSync(path('wanted'))) {
    throw new DataDirInUseError(`This process (${self.pid}) has locked ${directory} before and not released it.`);
  }
  // Before the claim, so that no claim of a living process is ever without its sign of life.
  const signOfLife = await listen(directory, self);
  makeFile(path('wanted'));
  return async () => {
    for (const state of ['held', 'wanted'] as const) rmSync(path(state), { force: true });
    if (signOfLife !== undefined) await new Promise((closed) => signOfLife.close(closed));
    rmSync(join(directory, socketName(self)), { force: true });
  };
}

/** The living process that wants or holds the directory, holders first. Claims of dead ones are removed on the way. */
async function findRival(directory: string, self: ProcessIdentity): Promise<Claim | undefined> {
  let rival: Claim | undefined;
  for (const name of readdirSync(directory)) {
    const other = parseClaim(name);
    if (other === undefined || identityName(other) === identityName(self)) continue;
    if (!(await lives(directory, other, self))) rmSync(join(directory, name), { force: true });
    else if (other.state === 'held' || (other.state === 'wanted' && rival === undefined)) rival = other;
  }
  return rival;
}

async function lives(directory: string, other: ProcessIdentity, self: ProcessIdentity): Promise<boolean> {
  if (other.boot === self.boot && other.pidNamespace === self.pidNamespace) return startOf(other.pid) === other.start;
  return answers(directory, other);
}

function refusal(dataDir: string, rival: Claim | undefined, self: ProcessIdentity): string {
  const elsewhere = rival !== undefined && rival.pidNamespace !== self.pidNamespace;
  const who = rival === undefined ? 'another process' : `process ${rival.pid}${elsewhere ? ' of another container' : ''}`;
  return (
    `The data directory ${dataDir} is in use by ${who}. Two processes would destroy it. ` +
    'Stop that process, or start with another --data-dir (SIGHTGLASS_DATA_DIR). For several instances set DATABASE_URL and CLICKHOUSE_URL.'
  );
}

const makeFile = (path: string): void => closeSync(openSync(path, 'wx', 0o600));

const socketName = (identity: ProcessIdentity): string => `present-${identityName(identity)}`;

/**
 * The path by which a socket in `directory` is bound and reached. Socket paths end at about 100 bytes; on
 * Linux the directory's open descriptor is a short name for it.
 */
function withSocketPath<T>(directory: string, identity: ProcessIdentity, use: (path: string) => Promise<T>): Promise<T> {
  if (process.platform !== 'linux') return use(join(directory, socketName(identity)));
  const descriptor = openSync(directory, 'r');
  return use(`/proc/self/fd/${descriptor}/${socketName(identity)}`).finally(() => closeSync(descriptor));
}

/** Undefined where the file system has no sockets: then processes of other containers go unseen. */
function listen(directory: string, self: ProcessIdentity): Promise<Server | undefined> {
  rmSync(join(directory, socketName(self)), { force: true });
  return withSocketPath(
    directory,
    self,
    (path) =>
      new Promise((listening) => {
        const server = createServer((visitor) => visitor.destroy());
        server.unref();
        server.once('error', () => listening(undefined));
        server.listen(path, () => listening(server));
      }),
  );
}

function answers(directory: string, other: ProcessIdentity): Promise<boolean> {
  return withSocketPath(
    directory,
    other,
    (path) =>
      new Promise((known) => {
        const socket = connect(path);
        socket.once('connect', () => {
          socket.destroy();
          known(true);
        });
        socket.once('error', () => known(false));
      }),
  );
}
