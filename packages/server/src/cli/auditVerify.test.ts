import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emptyControlDir, TEST_SECRET } from '../../test/emptyControl.ts';
import { startTestPostgres } from '../../test/postgres.ts';
import { SYSTEM_ACTOR } from '../access/caller.ts';
import { connectControl, type ControlConnection } from '../control/connect.ts';
import { lockDataDir } from '../control/dataDirLock.ts';
import { bootstrapInstance } from '../identity/bootstrap.ts';
import { createWorkspace } from '../workspaces/workspaces.ts';
import { findCommand } from './command.ts';

const ENVIRONMENT = { SIGHTGLASS_SECRET: TEST_SECRET };

let dataDir: string;
beforeEach(async () => {
  dataDir = await emptyControlDir();
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

async function sightglass(args: readonly string[], environment: NodeJS.ProcessEnv = ENVIRONMENT) {
  const printed = { out: '', err: '' };
  const code = await findCommand(args)?.run({
    environment,
    out: (text) => void (printed.out += `${text}\n`),
    err: (text) => void (printed.err += `${text}\n`),
  });
  return { code, ...printed };
}
const verify = (...flags: string[]) => sightglass(['audit', 'verify', '--data-dir', dataDir, ...flags]);

async function within(work: (control: ControlConnection) => Promise<unknown>, databaseUrl?: string): Promise<void> {
  const control = await connectControl({ dataDir, databaseUrl, secret: TEST_SECRET });
  await work(control).finally(() => control.close());
}
async function twoWorkspaces(control: ControlConnection): Promise<void> {
  expect(await bootstrapInstance({ control, init: {}, clock: Date.now })).toMatchObject({ ok: true });
  expect(await createWorkspace(control, SYSTEM_ACTOR, { slug: 'acme', name: 'Acme', plan: 'free', time_zone: 'UTC' }, new Date())).toMatchObject({
    ok: true,
  });
}
const tamper = (control: ControlConnection) =>
  control.instanceDb.execute(sql`UPDATE audit_entries SET after = '{}' WHERE chain = (SELECT id FROM workspaces WHERE slug = 'acme')`);

test('logs that hold end with 0, each with its head code; the directory is free again', async () => {
  await within(twoWorkspaces);
  const { code, out, err } = await verify();
  expect(err).toBe('');
  expect(out).toMatch(
    /^instance: holds, 3 entries, head code 3:[0-9a-f]{64}\nworkspace acme: holds, 1 entry, head code 1:\w+\nworkspace default: holds, 1 entry, head code 1:\w+\n$/,
  );
  expect(code).toBe(0);
  await (await lockDataDir(dataDir)).release();
});

test('a log that was changed ends with 1 and says where; the others are verified too', async () => {
  await within(twoWorkspaces);
  await within(tamper);
  const { code, out } = await verify();
  expect(code).toBe(1);
  expect(out).toContain('workspace acme: BROKEN at entry 1 of 1 entry: the entry was changed');
  expect(out).toContain('workspace default: holds');
  const json = await verify('--json', '--workspace', 'acme');
  expect(json.code).toBe(1);
  expect(JSON.parse(json.out)).toEqual({
    ok: false,
    logs: [{ workspace: 'acme', ok: false, entries: 1, broken_at: 1, reason: 'changed', head_code: null }],
  });
});

test('one log can be chosen, and held against a head code of earlier', async () => {
  await within(twoWorkspaces);
  expect((await verify('--workspace', 'default')).out).toMatch(/^workspace default: holds.*\n$/);
  const noted = /(\d+:\w+)\n$/.exec((await verify('--instance')).out)?.[1] ?? '';
  expect(await verify('--instance', '--noted', noted)).toMatchObject({ code: 0, out: `instance: holds, 3 entries, head code ${noted}\n` });
  expect(await verify('--instance', '--noted', `2:${noted.slice(2)}`)).toMatchObject({
    code: 1,
    out: 'instance: BROKEN at entry 2 of 3 entries: it is not the log whose head code was noted down\n',
  });
});

test('while the program runs it is refused, with the way to ask it', async () => {
  await within(twoWorkspaces);
  const lock = await lockDataDir(dataDir);
  const { code, err } = await verify();
  await lock.release();
  expect(code).toBe(2);
  expect(err).toContain('GET /api/obs/audit/verify');
});

test.each([
  [['--what'], /--what[^]*Usage: sightglass audit verify/],
  [['more'], /Usage: sightglass audit verify/],
  [['--workspace', 'a', '--instance'], /leave one out/],
  [['--noted', '1:ab'], /of one log/],
  [['--instance', '--noted', '1:ab'], /head code/],
  [['--workspace', 'nobody'], /no workspace with the slug nobody/],
])('%j ends with 2 and says why', async (flags, why) => {
  await within(twoWorkspaces);
  const { code, out, err } = await verify(...flags);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(why);
});

test('where nothing is, nothing is made and nothing called forged', async () => {
  const nowhere = join(dataDir, 'nowhere');
  expect(await sightglass(['audit', 'verify', '--data-dir', nowhere])).toMatchObject({
    code: 2,
    err: expect.stringContaining('no instance') as string,
  });
  expect(await sightglass(['audit', 'verify', '--data-dir', dataDir], {})).toMatchObject({
    code: 2,
    err: expect.stringContaining('SIGHTGLASS_SECRET') as string,
  });
  expect(await sightglass(['audit', 'verify'], { SIGHTGLASS_PORT: 'x' })).toMatchObject({
    code: 2,
    err: expect.stringContaining('SIGHTGLASS_PORT') as string,
  });
});

test('another secret finds every log broken from its first entry', async () => {
  await within(twoWorkspaces);
  const { code, out } = await sightglass(['audit', 'verify', '--data-dir', dataDir], { SIGHTGLASS_SECRET: 'another secret, thirty-two or more' });
  expect(code).toBe(1);
  expect(out.match(/BROKEN at entry 1 /g)).toHaveLength(3);
});

test('a PostgreSQL server is verified while programs run on it', async (context) => {
  const server = await startTestPostgres();
  if (server === undefined) return context.skip('PostgreSQL is not installed on this machine');
  try {
    const databaseUrl = await server.createDatabase();
    await within(async (control) => {
      await twoWorkspaces(control);
      expect(await sightglass(['audit', 'verify'], { ...ENVIRONMENT, DATABASE_URL: databaseUrl })).toMatchObject({ code: 0, err: '' });
      await tamper(control);
      expect(await sightglass(['audit', 'verify'], { ...ENVIRONMENT, DATABASE_URL: databaseUrl })).toMatchObject({ code: 1, err: '' });
    }, databaseUrl);
  } finally {
    await server.stop();
  }
});

test('--help prints the flags; a word that is half a command, too; other words start the program', async () => {
  expect(await verify('--help')).toMatchObject({ code: 0, out: expect.stringContaining('--noted') as string, err: '' });
  expect(await sightglass(['audit'])).toMatchObject({ code: 2, err: expect.stringContaining('Usage: sightglass audit verify') as string });
  expect([findCommand([]), findCommand(['start', '--port', '1']), findCommand(['--port', '1'])]).toEqual([undefined, undefined, undefined]);
});
