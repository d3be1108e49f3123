import type { WorkspaceId } from '@sightglass/contract/ids';
import { type Team, TEAM_AGENTS_MAX } from '@sightglass/contract/routes/teams';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { type MembershipProgram, membershipProgram, type Person } from '../../workspaces/testing/membershipProgram.ts';

const TEAMS = '/api/obs/teams';

describeOnControlEngines('the teams of a workspace', (engine) => {
  let program: MembershipProgram;
  let workspaceId: WorkspaceId;
  let owner: Person;
  let viewer: Person;
  beforeAll(async () => {
    program = await membershipProgram(engine.connection());
  });
  afterAll(() => program.stop());
  beforeEach(async () => {
    workspaceId = await program.newWorkspace();
    owner = await program.memberAs(workspaceId, 'owner');
    viewer = await program.memberAs(workspaceId, 'viewer');
  });

  const create = (body: object, who = owner) => program.ask<Team>(who, 'POST', TEAMS, body);
  const list = async (who: Person = owner) => (await program.ask<{ items: Team[] }>(who, 'GET', TEAMS)).body.items;

  test('are made with members and agents, changed list by list, and deleted', async () => {
    const made = await create({ name: 'Support', members: [viewer.userId], agents: ['support-bot', 'Übersetzer'] });
    expect(made).toMatchObject({ status: 201, body: { name: 'Support', members: [viewer.userId], agents: ['support-bot', 'Übersetzer'] } });
    const path = `${TEAMS}/${made.body.id}`;
    expect(await program.ask(owner, 'PATCH', path, { agents: ['planner'] })).toMatchObject({
      status: 200,
      body: { name: 'Support', members: [viewer.userId], agents: ['planner'] },
    });
    expect(await program.ask(owner, 'PATCH', path, { name: 'Planning', members: [] })).toMatchObject({
      status: 200,
      body: { name: 'Planning', members: [], agents: ['planner'] },
    });
    expect((await program.auditOf(workspaceId)).at(-1)).toMatchObject({
      action: 'team.change',
      before: { name: 'Support', members: [viewer.userId], agents: ['planner'] },
      after: { name: 'Planning', members: [], agents: ['planner'] },
    });
    expect(await list()).toEqual([expect.objectContaining({ id: made.body.id, name: 'Planning' })]);
    expect((await program.ask(owner, 'DELETE', path)).status).toBe(204);
    expect((await program.ask(owner, 'DELETE', path)).status).toBe(404);
    expect(await list()).toEqual([]);
  });

  test('are changed by those who manage members alone', async () => {
    expect(await create({ name: 'Mine' }, viewer)).toMatchObject({ status: 403, body: { code: 'missing-scope' } });
    const made = await create({ name: 'Support' });
    expect((await program.ask(viewer, 'PATCH', `${TEAMS}/${made.body.id}`, { members: [viewer.userId] })).status).toBe(403);
    expect((await program.ask(viewer, 'DELETE', `${TEAMS}/${made.body.id}`)).status).toBe(403);
  });

  test('show no agents to those from whom these are hidden', async () => {
    await create({ name: 'Secret', agents: ['secret-bot', 'shared-bot'] });
    await create({ name: 'Viewers', members: [viewer.userId], agents: ['shared-bot'] });
    expect((await list(viewer)).map(({ name, agents }) => [name, agents])).toEqual([
      ['Viewers', ['shared-bot']],
      ['Secret', ['shared-bot']],
    ]);
    expect((await list()).map(({ agents }) => agents.length)).toEqual([1, 2]);
  });

  test('hold members of the workspace only; teams of others are like none', async () => {
    const elsewhere = await program.newWorkspace();
    const stranger = await program.memberAs(elsewhere, 'owner');
    expect(await create({ name: 'Support', members: [viewer.userId, stranger.userId] })).toMatchObject({
      status: 404,
      body: { errors: [{ pointer: '/members/1' }] },
    });
    expect(await list()).toEqual([]);
    const foreign = await create({ name: 'Foreign' }, stranger);
    expect((await program.ask(owner, 'PATCH', `${TEAMS}/${foreign.body.id}`, { name: 'Mine' })).status).toBe(404);
    expect((await program.ask(owner, 'DELETE', `${TEAMS}/${foreign.body.id}`)).status).toBe(404);
  });

  test('have a name once, and no list twice over', async () => {
    await create({ name: 'Support' });
    expect(await create({ name: 'Support' })).toMatchObject({ status: 409, body: { errors: [{ pointer: '/name' }] } });
    expect(await create({ name: 'Other', members: [viewer.userId, viewer.userId] })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/members' }] },
    });
    expect(await create({ name: 'Other', agents: ['a', 'a'] })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/agents' }] } });
    expect(await create({ name: 'Other', agents: ['a\0b'] })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/agents/0' }] } });
    expect(await create({ name: '' })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/name' }] } });
  });

  test('have so many agents together that every query can name them', async () => {
    const agents = Array.from({ length: TEAM_AGENTS_MAX }, (_, i) => `agent ${i}`);
    expect(await create({ name: 'Full', agents })).toMatchObject({ status: 201 });
    expect(await create({ name: 'Same', agents: agents.slice(0, 5) })).toMatchObject({ status: 201 });
    expect(await create({ name: 'One more', agents: ['another'] })).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });
});
