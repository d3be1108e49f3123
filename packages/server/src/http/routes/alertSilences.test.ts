import { type Silence, SILENCES_MAX } from '@sightglass/contract/alertSilence';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { openSilences } from '../../alerts/silences/silences.ts';
import { alertSilences } from '../../control/tables/alerts.ts';
import { workspaces } from '../../control/tables/workspaces.ts';
import { createId } from '../../prefixedId.ts';
import { type MembershipProgram, membershipProgram, type Person, type Refusal } from '../../workspaces/testing/membershipProgram.ts';
import { alertSilenceRoutes } from './alertSilences.ts';

const SILENCES = '/api/obs/alerts/silences';
const HOUR_MS = 3_600_000;
const MATCHERS = { rule_id: 'rul_1' };

describeOnControlEngines('silences', (engine) => {
  let program: MembershipProgram;
  let workspaceId: WorkspaceId;
  let ada: Person;
  beforeAll(async () => {
    program = await membershipProgram(engine.connection(), (app, nowMs) => alertSilenceRoutes(app, { control: engine.connection(), nowMs }));
  });
  afterAll(() => program.stop());
  beforeEach(async () => {
    workspaceId = await program.newWorkspace();
    ada = await program.memberAs(workspaceId, 'editor');
  });

  /** From the moment of the next question on, which comes two seconds later. */
  const inMs = (ms: number) => new Date(program.time.nowMs + 2_000 + ms).toISOString();
  const create = (body: object, who: Person | string = ada) => program.ask<Silence & Refusal>(who, 'POST', SILENCES, body);
  const list = async (query = '', who: Person = ada) => {
    const { status, body } = await program.ask<{ items: Silence[]; next_cursor: string | null }>(who, 'GET', `${SILENCES}?${query}`);
    expect(status, JSON.stringify(body)).toBe(200);
    return body;
  };
  const remove = (id: string, who: Person = ada) => program.ask(who, 'DELETE', `${SILENCES}/${id}`);
  const statesOf = async (state: string) => (await list(`state=${state}`)).items.map(({ comment }) => comment);
  const insert = (silence: Partial<typeof alertSilences.$inferInsert>) =>
    engine
      .connection()
      .instanceDb.insert(alertSilences)
      .values({
        id: createId('silence'),
        workspaceId,
        matchers: MATCHERS,
        startsAt: new Date(program.time.nowMs - HOUR_MS),
        endsAt: new Date(program.time.nowMs + HOUR_MS),
        comment: '',
        createdAt: new Date(program.time.nowMs),
        ...silence,
      });

  test('begin now unless they say when, are named after who made them, and end when they are deleted', async () => {
    const made = await create({ matchers: { rule_id: 'rul_1', region: 'eu' }, ends_at: inMs(HOUR_MS), comment: ' a deployment ' });
    const now = new Date(program.time.nowMs).toISOString();
    expect(made).toMatchObject({ status: 201 });
    expect(made.body).toEqual({
      id: expect.stringMatching(/^sil_/) as string,
      matchers: { rule_id: 'rul_1', region: 'eu' },
      starts_at: now,
      ends_at: new Date(program.time.nowMs + HOUR_MS).toISOString(),
      comment: 'a deployment',
      repeat: null,
      state: 'active',
      created_by: ada.email.replace(/@.*/, ''),
      created_at: now,
    });
    expect((await list()).items).toEqual([made.body]);
    expect(await remove(made.body.id)).toMatchObject({ status: 204 });
    expect(await remove(made.body.id)).toMatchObject({ status: 404 });
    expect((await list()).items).toEqual([]);
    const audited = (await program.auditOf(workspaceId)).filter(({ action }) => action.startsWith('silence.'));
    expect(audited.map(({ action, target, before, after }) => [action, target, before === null, after === null])).toEqual([
      ['silence.create', made.body.id, true, false],
      ['silence.delete', made.body.id, false, true],
    ]);
  });

  test('are refused where they could not hold, or would hold for everything', async () => {
    const until = inMs(HOUR_MS);
    for (const [body, pointer] of [
      [{ matchers: {}, ends_at: until }, '/matchers'],
      [{ matchers: { severity: 'high' }, ends_at: until }, '/matchers/severity'],
      [{ matchers: { agent_id: '' }, ends_at: until }, '/matchers/agent_id'],
      [{ matchers: { agent_id: 'a\0' }, ends_at: until }, '/matchers'],
      [{ matchers: { 'a\0': 'a' }, ends_at: until }, '/matchers'],
      [{ matchers: { a: '\udc00' }, ends_at: until }, '/matchers'],
      [{ matchers: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`k${i}`, 'v'])), ends_at: until }, '/matchers'],
      [{ matchers: MATCHERS }, '/ends_at'],
      [{ matchers: MATCHERS, ends_at: 'later' }, '/ends_at'],
      [{ matchers: MATCHERS, ends_at: '0001-01-01T00:00:00Z' }, '/ends_at'],
      [{ matchers: MATCHERS, ends_at: '2026-02-31T00:00:00Z' }, '/ends_at'],
      [{ matchers: MATCHERS, ends_at: inMs(-1) }, '/ends_at'],
      [{ matchers: MATCHERS, starts_at: inMs(2 * HOUR_MS), ends_at: until }, '/ends_at'],
      [{ matchers: MATCHERS, starts_at: until, ends_at: until }, '/ends_at'],
      [{ matchers: MATCHERS, starts_at: inMs(-2 * HOUR_MS), ends_at: inMs(-HOUR_MS) }, '/ends_at'],
      [{ matchers: MATCHERS, ends_at: inMs(25 * HOUR_MS), repeat: 'daily' }, '/ends_at'],
      [{ matchers: MATCHERS, ends_at: inMs(8 * 24 * HOUR_MS), repeat: 'weekly' }, '/ends_at'],
      [{ matchers: MATCHERS, ends_at: until, repeat: 'hourly' }, '/repeat'],
      [{ matchers: MATCHERS, ends_at: until, comment: 'a\0b' }, '/comment'],
    ] as const) {
      expect(await create(body), JSON.stringify(body)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
    }
    expect((await list()).items).toEqual([]);
  });

  test('are found by their state; one that repeats is told by the clock of the workspace', async () => {
    program.time.nowMs = Date.parse('2026-11-20T12:00:00Z');
    await engine.connection().instanceDb.update(workspaces).set({ timeZone: 'Asia/Tokyo' }).where(eq(workspaces.id, workspaceId));
    const at = (text: string) => new Date(text);
    await insert({ comment: 'over', endsAt: at('2026-11-20T11:30:00Z') });
    await insert({ comment: 'open' });
    await insert({ comment: 'to come', startsAt: at('2026-11-21T00:00:00Z'), endsAt: at('2026-11-21T01:00:00Z') });
    // 21:00 to 22:00 in Tokyo, and 09:00 to 10:00.
    await insert({ comment: 'every evening', startsAt: at('2026-11-01T12:00:00Z'), endsAt: at('2026-11-01T13:00:00Z'), repeat: 'daily' });
    await insert({ comment: 'every morning', startsAt: at('2026-11-01T00:00:00Z'), endsAt: at('2026-11-01T01:00:00Z'), repeat: 'daily' });
    expect((await statesOf('active')).sort()).toEqual(['every evening', 'open']);
    expect((await statesOf('pending')).sort()).toEqual(['every morning', 'to come']);
    expect(await statesOf('expired')).toEqual(['over']);
    expect((await list()).items).toHaveLength(5);
    const open = await engine
      .connection()
      .ofWorkspace(workspaceId)
      .read((tx) => openSilences(tx, workspaceId, program.time.nowMs));
    expect(open.map(({ comment }) => comment).sort()).toEqual(['every evening', 'every morning', 'open']);
  });

  test('are listed page by page, of any state', async () => {
    for (let i = 0; i < 5; i += 1) await insert({ comment: `open ${i}`, createdAt: new Date(program.time.nowMs + i) });
    await insert({ comment: 'to come', startsAt: new Date(program.time.nowMs + HOUR_MS / 2), createdAt: new Date(program.time.nowMs + 2.5) });
    for (const query of ['', 'state=active&']) {
      const first = await list(`${query}limit=3`);
      const second = await list(`${query}limit=3&cursor=${first.next_cursor}`);
      const comments = [...first.items, ...second.items].map(({ comment }) => comment).filter((comment) => comment !== 'to come');
      expect(comments).toEqual(['open 4', 'open 3', 'open 2', 'open 1', 'open 0']);
      expect(second.next_cursor).toBeNull();
    }
  });

  test('are at most so many that are not over', async () => {
    const many = Array.from({ length: SILENCES_MAX - 1 }, () => ({
      id: createId('silence'),
      workspaceId,
      matchers: MATCHERS,
      startsAt: new Date(program.time.nowMs),
      endsAt: new Date(program.time.nowMs + HOUR_MS),
      comment: '',
    }));
    await engine.connection().instanceDb.insert(alertSilences).values(many);
    await insert({ endsAt: new Date(program.time.nowMs - 1) });
    const one = { matchers: MATCHERS, ends_at: inMs(HOUR_MS) };
    const answers = await Promise.all([create(one), create(one), create(one)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  test('are changed by those who may write alerts, and of other workspaces by none', async () => {
    const viewer = await program.memberAs(workspaceId, 'viewer');
    expect((await create({ matchers: MATCHERS, ends_at: inMs(HOUR_MS) }, viewer)).status).toBe(403);
    const { body } = await create({ matchers: MATCHERS, ends_at: inMs(HOUR_MS) });
    expect((await remove(body.id, viewer)).status).toBe(403);
    const stranger = await program.memberAs(await program.newWorkspace(), 'owner');
    expect((await list('', stranger)).items).toEqual([]);
    expect((await remove(body.id, stranger)).status).toBe(404);
    expect((await remove('%00')).status).toBe(404);
    expect((await list('', viewer)).items).toHaveLength(1);
  });

  test('that name an agent hidden from a member are like none', async () => {
    const owner = await program.memberAs(workspaceId, 'owner');
    await program.ask(owner, 'POST', '/api/obs/teams', { name: 'Secret', agents: ['secret-bot'] });
    const { body } = await create({ matchers: { agent_id: 'secret-bot' }, ends_at: inMs(HOUR_MS) }, owner);
    const other = await create({ matchers: MATCHERS, ends_at: inMs(HOUR_MS) }, owner);
    expect((await list()).items.map(({ id }) => id)).toEqual([other.body.id]);
    expect((await remove(body.id)).status).toBe(404);
    expect((await list('', owner)).items).toHaveLength(2);
  });
});
