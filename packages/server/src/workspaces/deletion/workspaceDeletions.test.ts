import type { WorkspaceId } from '@sightglass/contract/ids';
import { eq, sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { type Actor, SYSTEM_ACTOR } from '../../access/caller.ts';
import { auditEntries } from '../../control/tables/audit.ts';
import { workspaceDeletions } from '../../control/tables/workspaceDeletions.ts';
import { workspaces } from '../../control/tables/workspaces.ts';
import { bootstrapInstance } from '../../identity/bootstrap.ts';
import { insertPayloads, insertSpans, spanIdOf, traceIdOf } from '../../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { createTurns } from '../../turns.ts';
import { createWorkspace } from '../workspaces.ts';
import { type GoneWorkspaces, openGoneWorkspaces } from './goneWorkspaces.ts';
import { startWorkspaceDeletions, type WorkspaceDeletions } from './workspaceDeletions.ts';
import { countRows } from './workspaceRows.ts';

const ADA: Actor = { kind: 'member', id: 'usr_ada', name: 'ada@example.com', address: '192.0.2.7' };
const warn = (message: string, error: unknown) => {
  throw new Error(message, { cause: error });
};

describeOnControlEngines('deleting a workspace', (engine) => {
  let stored: TemporaryTelemetry;
  let gone: GoneWorkspaces;
  let deletions: WorkspaceDeletions;
  let first: WorkspaceId;
  let doomed: WorkspaceId;
  let slugs = 0;

  beforeAll(async () => {
    stored = await openTemporaryTelemetry();
    const made = await bootstrapInstance({ control: engine.connection(), init: {}, clock: Date.now });
    if (!made.ok) throw new Error(made.error.detail);
    first = made.value.firstWorkspaceId;
  });
  afterAll(() => stored.remove());

  beforeEach(async () => {
    slugs += 1;
    const made = await createWorkspace(
      engine.connection(),
      SYSTEM_ACTOR,
      { slug: `doomed-${slugs}`, name: 'Doomed', plan: 'pro', time_zone: 'UTC' },
      new Date(),
    );
    if (!made.ok) throw new Error(made.error.detail);
    doomed = made.value.id as WorkspaceId;
    gone = await openGoneWorkspaces({ control: engine.connection(), clock: Date.now, warn });
    deletions = await open();
  });
  afterEach(async () => {
    await deletions.close();
    await gone.stop();
  });

  const open = (options: { allStored?: () => Promise<void>; answerWithinMs?: number; telemetry?: TemporaryTelemetry['telemetry'] } = {}) =>
    startWorkspaceDeletions({
      control: engine.connection(),
      telemetry: stored.telemetry,
      gone,
      allStored: async () => undefined,
      exclusively: createTurns(),
      nowMs: Date.now,
      log: pino({ level: 'silent' }),
      ...options,
    });

  /** Spans of two months and their payloads. */
  async function fill(workspaceId: WorkspaceId): Promise<void> {
    const starts = ['2026-10-03T10:00:00Z', '2026-11-03T10:00:00Z', '2026-11-04T10:00:00Z'];
    await insertSpans(
      stored.telemetry,
      starts.map((start_time, n) => ({ workspace_id: workspaceId, trace_id: traceIdOf(n), span_id: spanIdOf(n), start_time })),
    );
    await insertPayloads(stored.telemetry, workspaceId, '2026-11-03', ['a question', 'an answer']);
  }
  const counted = (workspaceId: WorkspaceId) => countRows(stored.telemetry, workspaceId);
  const certificates = (target: string) =>
    engine.connection().instanceDb.select().from(auditEntries).where(sql`target = ${target} AND workspace_id IS NULL`).orderBy(auditEntries.seq);

  test('takes its rows out of every table and no others, and leaves a certificate in the audit log of the instance', async () => {
    await fill(doomed);
    await fill(first);
    const others = await counted(first);
    expect(await counted(doomed)).toEqual({ payloads: 2, span_arrivals: 3, spans: 3, trace_bounds: 3 });

    const answer = await deletions.run(doomed, ADA);
    expect(answer).toMatchObject({ ok: true, value: { state: 'done', slug: `doomed-${slugs}`, requested_by: 'ada@example.com' } });
    expect(await counted(doomed)).toEqual({});
    expect(await counted(first)).toEqual(others);
    expect(await engine.connection().instanceDb.select().from(workspaces).where(eq(workspaces.id, doomed))).toEqual([]);
    expect(gone.has(doomed)).toBe(true);

    const [begun, ended] = (await certificates(doomed)).slice(-2);
    expect(begun).toMatchObject({ action: 'workspace.delete.begin', actor: 'usr_ada', before: { slug: `doomed-${slugs}`, plan: 'pro' } });
    expect(ended).toMatchObject({ action: 'workspace.delete', actorName: 'ada@example.com', address: '192.0.2.7' });
    expect(ended?.after).toMatchObject({
      slug: `doomed-${slugs}`,
      telemetry_rows: expect.arrayContaining([
        { table: 'spans', rows: 3 },
        { table: 'payloads', rows: 2 },
      ]),
      control_rows: expect.arrayContaining([
        { table: 'workspaces', rows: 1 },
        { table: 'members', rows: 1 },
        { table: 'audit_entries', rows: 1 },
      ]),
      verified_left: 0,
    });
  });

  test('the last workspace stays, also when two are asked for at once', async () => {
    const both = await Promise.all([deletions.run(doomed, ADA), deletions.run(first, ADA)]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(both.find(({ ok }) => !ok)).toMatchObject({ error: { code: 'conflict' } });
    const [left] = await engine.connection().instanceDb.select().from(workspaces);
    expect(left?.deletingSince).toBeNull();
    first = left?.id as WorkspaceId;
  });

  test('asked for again while it runs, it is the same deletion', async () => {
    await fill(doomed);
    const first = deletions.run(doomed, ADA);
    await expect.poll(() => deletions.find(doomed), { timeout: 20_000 }).toBeDefined();
    const second = deletions.run(doomed, SYSTEM_ACTOR);
    for (const asked of [first, second]) expect(await asked).toMatchObject({ ok: true, value: { requested_by: 'ada@example.com' } });
    expect((await certificates(doomed)).filter(({ action }) => action === 'workspace.delete')).toHaveLength(1);
  });

  test('answers what is under way when it takes long, and goes on', async () => {
    await fill(doomed);
    let stored_: () => void = () => undefined;
    const allStored = () => new Promise<void>((resolve) => (stored_ = resolve));
    await deletions.close();
    deletions = await open({ answerWithinMs: 0, allStored });
    expect(await deletions.run(doomed, ADA)).toMatchObject({ ok: true, value: { state: 'running', finished_at: null, telemetry_rows: null } });
    await expect
      .poll(() => (stored_(), deletions.find(doomed)), { timeout: 20_000 })
      .toMatchObject({ deletion: { state: 'done' }, requestedBy: ADA });
  });

  test('one that stopped half way is taken up by the next start, and counts what the first had found', async () => {
    await fill(doomed);
    const { telemetry } = stored;
    let mutations = 0;
    const dying = Object.create(telemetry, {
      run: {
        value: async (statement: string) => {
          mutations += 1;
          if (mutations > 1) throw new Error('the store has gone');
          await telemetry.run(statement);
        },
      },
    }) as typeof telemetry;
    await deletions.close();
    deletions = await open({ telemetry: dying });
    expect(await deletions.run(doomed, ADA)).toMatchObject({ ok: true, value: { state: 'running' } });
    expect(mutations).toBe(2);
    await deletions.close();
    await engine
      .connection()
      .instanceDb.update(workspaceDeletions)
      .set({ heldUntil: sql`now() - interval '1 second'` })
      .where(eq(workspaceDeletions.id, doomed));
    deletions = await open();
    await expect
      .poll(() => deletions.find(doomed), { timeout: 20_000 })
      .toMatchObject({
        deletion: { state: 'done', telemetry_rows: expect.arrayContaining([{ table: 'spans', rows: 3 }]) },
      });
    expect(await counted(doomed)).toEqual({});
  });

  test('rows that come late, by an insert that was under way, are swept out and audited', async () => {
    await deletions.run(doomed, ADA);
    await fill(doomed);
    expect(await deletions.sweep()).toBe(1);
    expect(await counted(doomed)).toEqual({});
    expect((await certificates(doomed)).at(-1)).toMatchObject({
      action: 'workspace.delete.late_rows',
      actorKind: 'system',
      after: { telemetry_rows: expect.arrayContaining([{ table: 'spans', rows: 3 }]) },
    });
    expect(await deletions.sweep()).toBe(0);
  });
});
