import type { WorkspaceId } from '@sightglass/contract/ids';
import type { AuditVerification } from '@sightglass/contract/routes/audit';
import { type SQL, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../test/controlEngines.ts';
import { TEST_SECRET } from '../../test/emptyControl.ts';
import type { Actor } from '../access/caller.ts';
import type { Change } from '../control/workspaceDb.ts';
import { workspaces } from '../control/tables/workspaces.ts';
import { createId } from '../prefixedId.ts';
import { ok } from '../result.ts';
import { createAuditChain } from './auditChain.ts';
import { AUDIT_BATCH_ROWS, auditLogOf } from './auditLog.ts';
import { verifyLog } from './verifyLog.ts';

const ADA: Actor = { kind: 'member', id: 'usr_ada', name: 'ada@example.com', address: '192.0.2.7' };
const changeNo = (i: number): Change => ({ action: 'price.set', target: `prc_${i}`, before: i === 1 ? null : { rate: i - 1 }, after: { rate: i } });

describeOnControlEngines('an audit log', (engine) => {
  const control = () => engine.connection();
  const run = (statement: SQL) => control().instanceDb.execute(statement);
  const verify = (id: WorkspaceId, noted?: string, secret = TEST_SECRET) =>
    verifyLog(auditLogOf(control(), id, 'workspace'), createAuditChain(secret), noted);
  const note = (id: WorkspaceId, changes: readonly Change[], on = control()) =>
    on.ofWorkspace(id).change(ADA, async (_tx, each) => {
      changes.forEach(each);
      return ok(undefined);
    });

  async function logOf(count: number): Promise<WorkspaceId> {
    const id = createId('workspace');
    await control()
      .instanceDb.insert(workspaces)
      .values({ id, slug: id.slice(4), name: 'Made by a test' });
    for (let i = 1; i <= count; i++) await note(id, [changeNo(i)]);
    return id;
  }

  test('holds as it was written, and says so with a code of its end', async () => {
    const id = await logOf(5);
    const found = await verify(id);
    expect(found).toEqual({ ok: true, entries: 5, head_code: expect.stringMatching(/^5:[0-9a-f]{64}$/) as string });
    await note(id, [changeNo(6)]);
    expect(await verify(id, found.head_code ?? '')).toMatchObject({ ok: true, entries: 6 });
  });

  test('holds whatever JSON was noted', async () => {
    const id = await logOf(0);
    const odd = [
      '1',
      'true',
      '"quoted"',
      'null',
      -0,
      1e21,
      1e-7,
      0.1,
      { b: 1, a: { '10': [], '9': {}, '\0zero': '\0' } },
      '\ud800',
      [undefined, null],
      '',
    ];
    await note(
      id,
      odd.map((after, i) => ({ action: 'odd.set', target: String(i), before: null, after })),
    );
    expect(await verify(id)).toMatchObject({ ok: true, entries: odd.length });
  });

  const content = (id: WorkspaceId, set: SQL, seq = 3) => run(sql`UPDATE audit_entries SET ${set} WHERE chain = ${id} AND seq = ${seq}`);
  const removeFrom = (id: WorkspaceId, seq: number) => run(sql`DELETE FROM audit_entries WHERE chain = ${id} AND seq >= ${seq}`);
  const copyAs = (id: WorkspaceId, seq: number) =>
    run(
      sql`INSERT INTO audit_entries (id, workspace_id, chain, seq, created_at, actor_kind, actor, action, target, after, code)
          SELECT 'aud_copy' || ${seq}::int || chain, workspace_id, chain, ${seq}, created_at, actor_kind, actor, action, target, after, code
          FROM audit_entries WHERE chain = ${id} AND seq = 2`,
    );

  describe.each<[what: string, tamper: (id: WorkspaceId) => Promise<unknown>, found: Partial<AuditVerification>]>([
    ['what was before', (id) => content(id, sql`before = '{"rate": 7}'`), { broken_at: 3, reason: 'changed' }],
    ['what was after', (id) => content(id, sql`after = '{"rate": 7}'`), { broken_at: 3, reason: 'changed' }],
    ['what was after to nothing', (id) => content(id, sql`after = NULL`), { broken_at: 3, reason: 'changed' }],
    ['who did it', (id) => content(id, sql`actor = 'usr_eve'`), { broken_at: 3, reason: 'changed' }],
    ['the name of who did it', (id) => content(id, sql`actor_name = 'eve@example.com'`), { broken_at: 3, reason: 'changed' }],
    ['from where', (id) => content(id, sql`address = NULL`), { broken_at: 3, reason: 'changed' }],
    ['when', (id) => content(id, sql`created_at = created_at + interval '1 millisecond'`), { broken_at: 3, reason: 'changed' }],
    ['the action', (id) => content(id, sql`action = 'price.remove'`), { broken_at: 3, reason: 'changed' }],
    ['the target', (id) => content(id, sql`target = 'prc_9'`, 1), { broken_at: 1, reason: 'changed' }],
    ['the code', (id) => content(id, sql`code = sha256('x'::bytea)`, 5), { broken_at: 5, reason: 'changed' }],
  ])('finds a change of %s', (_what, tamper, found) => {
    test('and where', async () => {
      const id = await logOf(5);
      await tamper(id);
      expect(await verify(id)).toEqual({ ok: false, entries: 5, head_code: null, ...found });
    });
  });

  test('finds two entries in each other’s place', async () => {
    const id = await logOf(5);
    for (const [from, to] of [
      [2, 90],
      [3, 2],
      [90, 3],
    ])
      await run(sql`UPDATE audit_entries SET seq = ${to} WHERE chain = ${id} AND seq = ${from}`);
    expect(await verify(id)).toMatchObject({ ok: false, entries: 5, broken_at: 2, reason: 'changed' });
  });

  test('finds a removed entry, also when the others close the gap', async () => {
    const id = await logOf(5);
    await run(sql`DELETE FROM audit_entries WHERE chain = ${id} AND seq = 3`);
    expect(await verify(id)).toMatchObject({ ok: false, entries: 4, broken_at: 3, reason: 'missing' });
    await run(sql`UPDATE audit_entries SET seq = seq - 1 WHERE chain = ${id} AND seq > 3`);
    expect(await verify(id)).toMatchObject({ ok: false, broken_at: 3, reason: 'changed' });
  });

  test('finds that the first entry was removed', async () => {
    const id = await logOf(3);
    await run(sql`DELETE FROM audit_entries WHERE chain = ${id} AND seq = 1`);
    expect(await verify(id)).toMatchObject({ ok: false, entries: 2, broken_at: 1, reason: 'missing' });
  });

  test('finds a removed tail, also when the end is written to fit', async () => {
    const id = await logOf(5);
    await removeFrom(id, 4);
    expect(await verify(id)).toMatchObject({ ok: false, entries: 3, broken_at: 4, reason: 'tail-missing' });
    await run(sql`UPDATE audit_heads SET seq = 3, code = (SELECT code FROM audit_entries WHERE chain = ${id} AND seq = 3) WHERE chain = ${id}`);
    expect(await verify(id)).toMatchObject({ ok: false, broken_at: 4, reason: 'head-changed' });
  });

  test('finds that everything is gone, with its end or without', async () => {
    const id = await logOf(3);
    await removeFrom(id, 1);
    expect(await verify(id)).toMatchObject({ ok: false, entries: 0, broken_at: 1, reason: 'tail-missing' });
    await run(sql`DELETE FROM audit_heads WHERE chain = ${id}`);
    expect(await verify(id)).toMatchObject({ ok: false, entries: 0, broken_at: 1, reason: 'head-missing' });
  });

  test('a log that was set back as a whole is found by a head code that was noted down', async () => {
    const id = await logOf(3);
    const earlier = await run(sql`SELECT encode(code, 'hex') AS code, encode(head_code, 'hex') AS head FROM audit_heads WHERE chain = ${id}`);
    const { code, head } = earlier.rows[0] as { code: string; head: string };
    await note(id, [changeNo(4)]);
    const { head_code: noted } = await verify(id);
    await removeFrom(id, 4);
    await run(sql`UPDATE audit_heads SET seq = 3, code = decode(${code}, 'hex'), head_code = decode(${head}, 'hex') WHERE chain = ${id}`);
    expect(await verify(id)).toMatchObject({ ok: true, entries: 3 });
    expect(await verify(id, noted ?? '')).toMatchObject({ ok: false, broken_at: 4, reason: 'tail-missing' });
    await note(id, [{ ...changeNo(4), target: 'another' }]);
    expect(await verify(id)).toMatchObject({ ok: true, entries: 4 });
    expect(await verify(id, noted ?? '')).toMatchObject({ ok: false, broken_at: 4, reason: 'not-as-noted' });
  });

  test('finds an entry that was put in', async () => {
    const id = await logOf(4);
    await copyAs(id, 5);
    expect(await verify(id)).toMatchObject({ ok: false, entries: 5, broken_at: 5, reason: 'added' });
    await run(sql`UPDATE audit_heads SET seq = 5 WHERE chain = ${id}`);
    expect(await verify(id)).toMatchObject({ ok: false, broken_at: 5, reason: 'changed' });
  });

  test('finds an entry that was put in between, behind those that made room', async () => {
    const id = await logOf(4);
    await run(sql`UPDATE audit_entries SET seq = 5 WHERE chain = ${id} AND seq = 4`);
    await copyAs(id, 4);
    await run(sql`UPDATE audit_heads SET seq = 5 WHERE chain = ${id}`);
    expect(await verify(id)).toMatchObject({ ok: false, entries: 5, broken_at: 4, reason: 'changed' });
  });

  test('finds an entry that was given to another workspace', async () => {
    const [id, other] = [await logOf(3), await logOf(1)];
    await run(sql`UPDATE audit_entries SET workspace_id = ${other} WHERE chain = ${id} AND seq = 2`);
    expect(await verify(id)).toMatchObject({ ok: false, broken_at: 2 });
    // Also with a connection that sees the rows of all workspaces.
    const seesAll = { ...auditLogOf(control(), id, 'workspace'), read: auditLogOf(control(), id, 'instance').read };
    expect(await verifyLog(seesAll, control().auditChain)).toMatchObject({ ok: false, broken_at: 2, reason: 'changed' });
  });

  test('finds that everything was written anew with another secret', async () => {
    const id = await logOf(0);
    const forged = createAuditChain('a secret of somebody else, thirty-two');
    await control().instanceDb.transaction((tx) =>
      forged.append(
        tx,
        ADA,
        [1, 2, 3].map((i) => ({ workspaceId: id, ...changeNo(i) })),
      ),
    );
    expect(await verify(id)).toMatchObject({ ok: false, entries: 3, broken_at: 1, reason: 'changed' });
    expect(await verify(id, undefined, 'a secret of somebody else, thirty-two')).toMatchObject({ ok: true });
  });

  test('two writers at once make one chain, and it holds while they write', async () => {
    const id = await logOf(1);
    const second = (await engine.another?.()) ?? control();
    const writing = [control(), second].flatMap((on) => Array.from({ length: 20 }, (_, i) => note(id, [changeNo(i), changeNo(i + 1)], on)));
    const looks = await Promise.all([verify(id), verify(id), verify(id)]);
    await Promise.all(writing);
    expect(looks.map(({ ok: holds }) => holds)).toEqual([true, true, true]);
    expect(await verify(id)).toMatchObject({ ok: true, entries: 81 });
  });

  test('ten thousand entries are verified a hundred at a time', async () => {
    const id = await logOf(0);
    await note(
      id,
      Array.from({ length: 10_000 }, (_, i) => changeNo(i + 1)),
    );
    const log = auditLogOf(control(), id, 'workspace');
    const held: number[] = [];
    const counting: typeof log = {
      ...log,
      read: async (work) => {
        const rows = await log.read(work);
        held.push(Array.isArray(rows) ? rows.length : Number.NaN);
        return rows;
      },
    };
    expect(await verifyLog(counting, control().auditChain)).toMatchObject({ ok: true, entries: 10_000 });
    expect(Math.max(...held)).toBe(AUDIT_BATCH_ROWS);
    // A hundred full ones, an empty one, and the end.
    expect(held.length).toBe(102);
    await content(id, sql`target = 'prc_x'`, 9_999);
    expect(await verify(id)).toMatchObject({ ok: false, entries: 10_000, broken_at: 9_999 });
  });
});
