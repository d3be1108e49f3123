import { type AlertRule, RULES_MAX } from '@sightglass/contract/alertRule';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { builtInRules } from '../../alerts/rules/builtInRules.ts';
import { removeChannelRow } from '../../alerts/channels/channels.ts';
import { type Refused, type RuleProgram, ruleProgram } from '../../alerts/rules/testing/ruleProgram.ts';
import { createRuleSqlCheck } from '../../alerts/rules/ruleSql.ts';
import { seedBuiltInRules } from '../../alerts/rules/seedBuiltInRules.ts';
import { SYSTEM_ACTOR } from '../../access/caller.ts';
import { alertChannels, alertRules } from '../../control/tables/alerts.ts';
import { createId } from '../../prefixedId.ts';
import { ok } from '../../result.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';

const RULE = { name: 'Errors', severity: 'critical', kind: 'error_rate', config: { threshold: 0.05 } } as const;
const SQL = 'SELECT sum(cost_usd) FROM llm_call_metrics WHERE timestamp > now() - INTERVAL 1 HOUR';
const SQL_RULE = { name: 'Sum', severity: 'info', kind: 'sql_query', config: { query: SQL, operator: '>', threshold: 0 } } as const;

const BUILT_IN = builtInRules({ errorRate: 0.05, latencyP99Ms: 5_000, llmCostHourlyUsd: '50' }).map(({ builtin }) => builtin);
const OLDER = ['c', 'b', 'a', ...BUILT_IN];

let temporary: TemporaryTelemetry;
beforeAll(async () => {
  temporary = await openTemporaryTelemetry();
}, 60_000);
afterAll(() => temporary.remove());

describeOnControlEngines('the rules of a workspace', (engine) => {
  let program: RuleProgram;
  let workspaceId: WorkspaceId;
  beforeAll(() => {
    program = ruleProgram(engine.connection(), createRuleSqlCheck(temporary.telemetry));
  });
  beforeEach(async () => {
    workspaceId = await program.newWorkspace();
  });

  const create = async (rule: object = RULE): Promise<AlertRule> => {
    const { status, body } = await program.ask({ workspaceId }, 'POST', '', rule);
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body;
  };
  const refusal = (method: string, path: string, body: unknown) => program.ask<Refused>({ workspaceId }, method, path, body);
  const change = (id: string, changes: object) => program.ask({ workspaceId }, 'PATCH', `/${id}`, changes);
  const list = async (query = '', asker: { workspaceId: WorkspaceId; hiddenAgents?: string[] } = { workspaceId }) =>
    (await program.ask<{ items: AlertRule[]; next_cursor: string | null }>(asker, 'GET', query)).body;
  const pointers = ({ body }: { body: Refused }) => body.errors?.map(({ pointer }) => pointer);
  const seed = () =>
    seedBuiltInRules({
      control: program.control,
      thresholds: { errorRate: 0.05, latencyP99Ms: 5_000, llmCostHourlyUsd: '50' },
      nowMs: () => program.time.nowMs,
      warn: (message, error) => {
        throw new Error(message, { cause: error });
      },
    });

  describe('one that is created', () => {
    test('is answered whole, with what holds where nothing was sent, and is due at once', async () => {
      const rule = await create();
      const now = new Date(program.time.nowMs).toISOString();
      expect(rule).toEqual({
        id: expect.stringMatching(/^rul_/) as string,
        name: 'Errors',
        severity: 'critical',
        description: '',
        message: '',
        enabled: true,
        check_interval_minutes: 5,
        evaluation_window_minutes: 15,
        pending_minutes: 0,
        keep_firing_minutes: 0,
        cooldown_minutes: 30,
        no_data: 'keep',
        group_by: [],
        filters: [],
        channel_ids: [],
        tags: {},
        kind: 'error_rate',
        config: { threshold: 0.05, min_count: 0, of: 'calls' },
        builtin: null,
        created_by: null,
        created_at: now,
        updated_at: now,
        last_evaluated_at: null,
        next_evaluation_at: now,
        evaluation: 'ok',
        last_error: null,
        state: 'inactive',
        open_alerts: 0,
      });
      expect((await program.ask({ workspaceId }, 'GET', `/${rule.id}`)).body).toEqual(rule);
      expect((await list()).items).toEqual([rule]);
    });

    test('is not due while it is not enabled', async () => {
      expect(await create({ ...RULE, enabled: false })).toMatchObject({ enabled: false, next_evaluation_at: null });
    });

    test('has a name of its own in the workspace', async () => {
      await create();
      const taken = await refusal('POST', '', { ...RULE, name: ' Errors ' });
      expect(taken).toMatchObject({ status: 409, body: { code: 'conflict' } });
      expect(pointers(taken)).toEqual(['/name']);
      const other = await program.newWorkspace();
      expect((await program.ask({ workspaceId: other }, 'POST', '', RULE)).status).toBe(201);
    });

    test('is audited', async () => {
      const { id } = await create();
      expect((await program.auditOf(workspaceId)).at(-1)).toMatchObject({
        action: 'alert_rule.create',
        target: id,
        before: null,
        after: { name: 'Errors' },
      });
    });

    test.each<[string, object, string]>([
      [
        'a measure that is not there',
        { ...RULE, kind: 'metric_threshold', config: { measure: 'cost', operator: '>', threshold: 1 } },
        '/config/measure',
      ],
      ['a measure that is no number', { ...RULE, kind: 'anomaly', config: { measure: 'first_seen' } }, '/config/measure'],
      ['a group that is not there', { ...RULE, group_by: ['agent'] }, '/group_by/0'],
      ['a filter by what is not there', { ...RULE, filters: [{ field: 'agent', op: '=', value: 'x' }] }, '/filters/0/field'],
      ['a filter of a number by a text', { ...RULE, filters: [{ field: 'status_code', op: '>', value: 'x' }] }, '/filters/0/value'],
      ['SQL that is refused', { ...SQL_RULE, config: { ...SQL_RULE.config, query: 'DROP TABLE spans' } }, '/config/query'],
      ['SQL of what nobody may read', { ...SQL_RULE, config: { ...SQL_RULE.config, query: 'SELECT count() FROM system.tables' } }, '/config/query'],
      ['SQL that answers no number', { ...SQL_RULE, config: { ...SQL_RULE.config, query: 'SELECT model FROM llm_call_metrics' } }, '/config/query'],
      ['a budget, of which there are none', { ...RULE, kind: 'budget', config: { budget_id: 'bud_1', percent: 80 } }, '/config/budget_id'],
    ])('cannot have %s', async (_what, rule, pointer) => {
      const refused = await refusal('POST', '', rule);
      expect(refused).toMatchObject({ status: 422, body: { code: 'not-compilable' } });
      expect(pointers(refused)).toEqual([pointer]);
      expect((await list()).items).toEqual([]);
    });

    test('names channels of the workspace only', async () => {
      const [own, foreign] = [await program.newChannel(workspaceId), await program.newChannel(await program.newWorkspace())];
      const refused = await refusal('POST', '', { ...RULE, channel_ids: [own, foreign, 'chn_none'] });
      expect(refused).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
      expect(pointers(refused)).toEqual(['/channel_ids/1', '/channel_ids/2']);
      expect(await create({ ...RULE, channel_ids: [own] })).toMatchObject({ channel_ids: [own] });
      expect((await list(`?channel_id=${own}`)).items).toHaveLength(1);
      expect((await list(`?channel_id=${foreign}`)).items).toEqual([]);
    });

    test('with a text that cannot be kept is refused by field', async () => {
      const refused = await refusal('POST', '', { ...RULE, description: 'a\0b', tags: { team: '\uDC00' } });
      expect(refused.status).toBe(400);
      expect(pointers(refused)).toEqual(['/description', '/tags/team']);
    });

    test('finds room among as many as one can look after, not counting those that came along', async () => {
      await seed();
      const { id: _, ...columns } = await program.rowOf((await create()).id).then((row) => row ?? Promise.reject(new Error('The rule is not there')));
      const many = Array.from({ length: RULES_MAX - 2 }, (_each, i) => ({ ...columns, id: createId('alertRule'), name: `Rule ${i}` }));
      await program.control.instanceDb.insert(alertRules).values(many as (typeof alertRules.$inferInsert)[]);
      await create({ ...RULE, name: 'The last one' });
      expect(await refusal('POST', '', { ...RULE, name: 'One more' })).toMatchObject({ status: 409, body: { code: 'conflict' } });
    });
  });

  describe('the list', () => {
    test('shows people’s own first, the newest first, then those that came along, page by page', async () => {
      for (const name of ['a', 'b', 'c']) {
        await create({ ...RULE, name });
        program.time.nowMs += 1_000;
      }
      await seed();
      await create({ ...RULE, name: 'd' });
      await create({ ...RULE, name: 'e' });
      const whole = (await list()).items.map(({ name }) => name);
      expect(whole).toEqual([...(whole[0] === 'd' ? ['d', 'e'] : ['e', 'd']), ...OLDER]);
      for (const limit of [1, 2, 3, 5, 13]) {
        const paged: string[] = [];
        let cursor: string | null = null;
        do {
          const page: { items: AlertRule[]; next_cursor: string | null } = await list(`?limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`);
          paged.push(...page.items.map(({ name }) => name));
          cursor = page.next_cursor;
        } while (cursor !== null);
        expect(paged).toEqual(whole);
      }
    });

    test('is narrowed by what a rule says', async () => {
      const failing = await create({ ...RULE, name: 'Failing' });
      await program.control.instanceDb.update(alertRules).set({ lastError: 'no answer' });
      await create({ ...RULE, name: 'Costs 100%', severity: 'info', kind: 'cost_per_day', config: { threshold_usd: '5' }, enabled: false });
      const names = async (query: string) => (await list(query)).items.map(({ name }) => name);
      expect(await names('?kind=error_rate')).toEqual(['Failing']);
      expect(await names('?severity=info')).toEqual(['Costs 100%']);
      expect(await names('?enabled=true')).toEqual(['Failing']);
      expect(await names('?enabled=false')).toEqual(['Costs 100%']);
      expect(await names('?evaluation=error')).toEqual(['Failing']);
      expect(await names('?evaluation=ok')).toEqual(['Costs 100%']);
      expect(await names('?q=COSTS')).toEqual(['Costs 100%']);
      expect(await names('?q=%25')).toEqual(['Costs 100%']);
      expect(await names('?q=%00')).toEqual([]);
      expect(await names('?channel_id=%00')).toEqual([]);
      expect((await program.ask({ workspaceId }, 'GET', `/${failing.id}`)).body).toMatchObject({ evaluation: 'error', last_error: 'no answer' });
    });

    test.each(['?cursor=x', `?cursor=${Buffer.from('[0,1,"a"]').toString('base64url')}`, '?limit=0', '?kind=all', '?enabled=yes'])(
      'refuses %s',
      async (query) => {
        expect(await refusal('GET', query, undefined)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
      },
    );

    test('tells how far a rule has got, and how many of its alerts are open', async () => {
      const rule = await create();
      const standing = async (hiddenAgents: string[] = []) => {
        const { state, open_alerts } = (await list('', { workspaceId, hiddenAgents })).items[0] ?? rule;
        return [state, open_alerts];
      };
      await program.open(rule, workspaceId, { status: 'resolved' });
      expect(await standing()).toEqual(['inactive', 0]);
      await program.open(rule, workspaceId, { state: 'pending' });
      expect(await standing()).toEqual(['pending', 0]);
      await program.open(rule, workspaceId, { state: 'keep_firing', status: 'acknowledged' });
      expect(await standing()).toEqual(['keep_firing', 1]);
      await program.open(rule, workspaceId, { labels: { agent_id: 'secret' } });
      expect(await standing()).toEqual(['firing', 2]);
      expect(await standing(['secret'])).toEqual(['keep_firing', 1]);
    });
  });

  describe('a change', () => {
    test('merges, keeps what it does not name, and is audited with before and after', async () => {
      const rule = await create({ ...RULE, tags: { team: 'search', tier: '1' } });
      program.time.nowMs += 60_000;
      const { status, body } = await change(rule.id, { config: { min_count: 20 }, tags: { tier: null }, pending_minutes: 5 });
      expect(status).toBe(200);
      const now = new Date(program.time.nowMs).toISOString();
      expect(body).toEqual({
        ...rule,
        config: { threshold: 0.05, min_count: 20, of: 'calls' },
        tags: { team: 'search' },
        pending_minutes: 5,
        updated_at: now,
        next_evaluation_at: now,
      });
      expect((await program.auditOf(workspaceId)).at(-1)).toMatchObject({
        action: 'alert_rule.change',
        target: rule.id,
        before: { config: { min_count: 0 }, pending_minutes: 0 },
        after: { config: { min_count: 20 }, pending_minutes: 5 },
      });
    });

    test('of nothing changes nothing and leaves no entry', async () => {
      const rule = await create();
      program.time.nowMs += 60_000;
      const entries = (await program.auditOf(workspaceId)).length;
      expect((await change(rule.id, {})).body).toEqual(rule);
      expect((await change(rule.id, { name: 'Errors', config: { threshold: '0.05' } })).body).toEqual(rule);
      expect(await program.auditOf(workspaceId)).toHaveLength(entries);
    });

    test.each<[string, object, number, string[]]>([
      ['an unknown field', { colour: 'red' }, 400, ['/colour']],
      ['another kind', { kind: 'error_count' }, 400, ['/kind']],
      ['a key of another kind', { config: { minutes: 1 } }, 400, ['/config/minutes']],
      ['a threshold that is none', { config: { threshold: 2 } }, 400, ['/config/threshold']],
      ['a channel that is not there', { channel_ids: ['chn_none'] }, 400, ['/channel_ids/0']],
      ['a group that is not there', { group_by: ['agent'] }, 422, ['/group_by/0']],
      ['the name of another', { name: 'Other' }, 409, ['/name']],
      ['a group that is not there while it is disabled', { group_by: ['agent'], enabled: false }, 422, ['/group_by/0']],
    ])('to %s is refused and changes nothing', async (_what, changes, status, expected) => {
      await create({ ...RULE, name: 'Other' });
      const rule = await create();
      const refused = await refusal('PATCH', `/${rule.id}`, changes);
      expect(refused.status).toBe(status);
      expect(pointers(refused)).toEqual(expected);
      expect((await program.ask({ workspaceId }, 'GET', `/${rule.id}`)).body).toEqual(rule);
    });

    test('of SQL is checked as a new one is', async () => {
      const rule = await create(SQL_RULE);
      const refused = await refusal('PATCH', `/${rule.id}`, { config: { query: 'DROP TABLE spans' } });
      expect(refused.status).toBe(422);
      expect(pointers(refused)).toEqual(['/config/query']);
      expect((await change(rule.id, { config: { threshold: 5 } })).body.config).toEqual({ query: SQL, operator: '>', threshold: 5 });
    });

    test('of the condition begins anew: revision, groups, alerts', async () => {
      const rule = await create();
      const told = await program.open(rule, workspaceId, { status: 'acknowledged' });
      const untold = await program.open(rule, workspaceId, { isNotified: false });
      await program.open(rule, workspaceId, { status: 'resolved' });
      await program.open(rule, workspaceId, { state: 'pending' });
      await program.control.instanceDb.update(alertRules).set({ lastError: 'no answer', failures: 3, nextEvaluationAt: new Date(0) });
      expect((await change(rule.id, { config: { threshold: 0.5 } })).body).toMatchObject({ state: 'inactive', open_alerts: 0, evaluation: 'ok' });
      const now = new Date(program.time.nowMs);
      expect(await program.rowOf(rule.id)).toMatchObject({ revision: 2, failures: 0, lastError: null, nextEvaluationAt: now });
      expect(await program.groupsOf(rule.id)).toEqual([]);
      const ended = { status: 'resolved', resolvedAt: now, resolvedBy: null, resolutionNotes: 'The rule was changed.' };
      expect(await program.alertsOf(rule.id)).toMatchObject([
        { id: told, ...ended, endNotified: false },
        { id: untold, ...ended, endNotified: true },
        { status: 'resolved', resolutionNotes: null },
      ]);
      expect(await program.eventsOf(told)).toMatchObject([{ kind: 'resolved', at: now, notes: 'The rule was changed.' }]);
    });

    test('from on to off ends its alerts; back on it is due at once', async () => {
      const rule = await create();
      await program.open(rule, workspaceId);
      expect((await change(rule.id, { enabled: false })).body).toMatchObject({ enabled: false, next_evaluation_at: null, open_alerts: 0 });
      expect(await program.alertsOf(rule.id)).toMatchObject([{ status: 'resolved', resolutionNotes: 'The rule was disabled.' }]);
      expect(await program.groupsOf(rule.id)).toEqual([]);
      expect(await program.rowOf(rule.id)).toMatchObject({ revision: 2, enabled: false });
      program.time.nowMs += 60_000;
      expect((await change(rule.id, { enabled: true })).body.next_evaluation_at).toBe(new Date(program.time.nowMs).toISOString());
    });

    test('of name and severity is one of the open alerts too', async () => {
      const rule = await create();
      const open = await program.open(rule, workspaceId);
      const over = await program.open(rule, workspaceId, { status: 'resolved' });
      expect((await change(rule.id, { name: 'Renamed' })).body.open_alerts).toBe(1);
      expect(await program.eventsOf(open)).toEqual([]);
      await change(rule.id, { severity: 'info' });
      const alerts = new Map((await program.alertsOf(rule.id)).map((alert) => [alert.id, alert]));
      expect(alerts.get(open)).toMatchObject({ ruleName: 'Renamed', severity: 'info', status: 'active' });
      expect(alerts.get(over)).toMatchObject({ ruleName: 'Errors', severity: 'critical' });
      expect(await program.eventsOf(open)).toMatchObject([{ kind: 'severity_changed', notes: 'From critical to info, with the rule.' }]);
      expect(await program.rowOf(rule.id)).toMatchObject({ revision: 1, name: 'Renamed', severity: 'info' });
    });

    test('can disable and rename one that no longer compiles, and not enable it again', async () => {
      const rule = await create();
      const row = await program.rowOf(rule.id);
      const stale = { ...row?.rule, group_by: ['a_field_of_old'], channel_ids: ['chn_gone'] } as AlertRule;
      await program.control.instanceDb.update(alertRules).set({ rule: stale as never });
      expect((await change(rule.id, { enabled: false, name: 'Stale' })).status).toBe(200);
      const refused = await refusal('PATCH', `/${rule.id}`, { enabled: true });
      expect([refused.status, pointers(refused)]).toEqual([422, ['/group_by/0']]);
    });

    test('while a channel that it names is deleted leaves no rule that names a channel of old', async () => {
      const rule = await create();
      const remove = (id: string) =>
        program.control.ofWorkspace(workspaceId).change(SYSTEM_ACTOR, async (tx) => {
          await tx.select().from(alertChannels).where(eq(alertChannels.id, id)).for('update');
          await removeChannelRow(tx, { workspaceId, id });
          return ok(undefined);
        });
      for (let round = 0; round < 10; round++) {
        const channel = await program.newChannel(workspaceId);
        await change(rule.id, { channel_ids: round % 2 === 0 ? [channel] : [] });
        const [, changed] = await Promise.all([remove(channel), change(rule.id, { channel_ids: [channel], cooldown_minutes: round })]);
        expect([200, 400]).toContain(changed.status);
        expect((await program.ask({ workspaceId }, 'GET', `/${rule.id}`)).body.channel_ids).toEqual([]);
      }
    });

    test('by several people at once loses none of them', async () => {
      const rule = await create();
      const changes = Array.from({ length: 8 }, (_, i) => change(rule.id, { tags: { [`tag${i}`]: 'x' }, config: { min_count: i } }));
      expect((await Promise.all(changes)).map(({ status }) => status)).toEqual(changes.map(() => 200));
      const { body } = await program.ask({ workspaceId }, 'GET', `/${rule.id}`);
      expect(Object.keys(body.tags).sort()).toEqual(Array.from({ length: 8 }, (_, i) => `tag${i}`));
    });
  });

  describe('one that is deleted', () => {
    test('resolves its alerts, which stay, and leaves nothing else', async () => {
      const [rule, other] = [await create(), await create({ ...RULE, name: 'Other' })];
      const open = await program.open(rule, workspaceId, { labels: { model: 'a' } });
      await program.open(rule, workspaceId, { status: 'acknowledged', labels: { model: 'b' } });
      await program.open(rule, workspaceId, { state: 'pending', labels: { model: 'c' } });
      await program.open(other, workspaceId);
      expect((await program.ask({ workspaceId }, 'DELETE', `/${rule.id}`)).status).toBe(204);
      expect(await program.rowOf(rule.id)).toBeUndefined();
      expect(await program.groupsOf(rule.id)).toEqual([]);
      expect((await program.alertsOf(rule.id)).map(({ status, resolutionNotes }) => [status, resolutionNotes])).toEqual(
        [1, 2].map(() => ['resolved', 'The rule was deleted.']),
      );
      expect(await program.eventsOf(open)).toMatchObject([{ kind: 'resolved', notes: 'The rule was deleted.' }]);
      expect([await program.groupsOf(other.id), (await program.alertsOf(other.id)).map(({ status }) => status)]).toMatchObject([[{}], ['active']]);
      expect((await program.auditOf(workspaceId)).at(-1)).toMatchObject({ action: 'alert_rule.delete', target: rule.id, after: null });
      expect((await program.ask({ workspaceId }, 'DELETE', `/${rule.id}`)).status).toBe(404);
    });

    test('is none that came with Sightglass', async () => {
      await seed();
      const builtin = (await list()).items.find((rule) => rule.builtin === 'error_rate');
      const refused = await refusal('DELETE', `/${builtin?.id}`, undefined);
      expect(refused).toMatchObject({ status: 409, body: { code: 'conflict' } });
      expect(refused.body.detail).toContain('disable it instead');
      expect((await list()).items).toHaveLength(BUILT_IN.length);
    });
  });

  test('is not there for another workspace, under an id of nothing, and without the permission', async () => {
    const rule = await create();
    const foreign = { workspaceId: await program.newWorkspace() };
    for (const [method, body] of [['GET'], ['PATCH', { name: 'Mine' }], ['DELETE']] as const) {
      expect((await program.ask(foreign, method, `/${rule.id}`, body)).status).toBe(404);
      for (const id of ['rul_none', 'a%00b', 'x'.repeat(65)]) expect((await program.ask({ workspaceId }, method, `/${id}`, body)).status).toBe(404);
    }
    expect((await program.ask<{ items: AlertRule[] }>(foreign, 'GET')).body.items).toEqual([]);
    const reader = { workspaceId, scopes: ['read'] as const };
    expect((await program.ask(reader, 'GET', `/${rule.id}`)).status).toBe(200);
    expect((await program.ask(reader, 'POST', '', { ...RULE, name: 'Mine' })).status).toBe(403);
    expect((await program.ask(reader, 'PATCH', `/${rule.id}`, { name: 'Mine' })).status).toBe(403);
    expect((await program.ask(reader, 'DELETE', `/${rule.id}`)).status).toBe(403);
    expect((await program.ask({ workspaceId, scopes: ['govern'] }, 'GET', `/${rule.id}`)).status).toBe(403);
    expect((await program.ask({ workspaceId }, 'GET', `/${rule.id}`)).body).toEqual(rule);
  });

  test('that names an agent is not there for whoever may not see the agent, and they can make none', async () => {
    const silent = { ...RULE, name: 'Silent', kind: 'no_heartbeat', config: { minutes: 5, agent_id: 'secret' } };
    const byOne = { ...RULE, name: 'One', filters: [{ field: 'agent_id', op: '=', value: 'secret' }] };
    const byMany = { ...RULE, name: 'Many', filters: [{ field: 'agent_id', op: 'in', value: ['open', 'secret'] }] };
    const open = {
      ...RULE,
      name: 'Open',
      filters: [
        { field: 'agent_id', op: '=', value: 'open' },
        { field: 'model', op: '=', value: 'secret' },
      ],
    };
    const made = [await create(silent), await create(byOne), await create(byMany), await create(open)];
    const outsider = { workspaceId, hiddenAgents: ['secret', 'other'] };
    expect((await list('', outsider)).items.map(({ name }) => name)).toEqual(['Open']);
    for (const rule of made.slice(0, 3)) {
      expect((await program.ask(outsider, 'GET', `/${rule.id}`)).status).toBe(404);
      expect((await program.ask(outsider, 'PATCH', `/${rule.id}`, { enabled: false })).status).toBe(404);
      expect((await program.ask(outsider, 'DELETE', `/${rule.id}`)).status).toBe(404);
    }
    const refused = await program.ask<Refused>(outsider, 'POST', '', { ...silent, name: 'Mine' });
    expect([refused.status, pointers(refused)]).toEqual([400, ['/config/agent_id']]);
    const changed = await program.ask<Refused>(outsider, 'PATCH', `/${made[3]?.id}`, { filters: byMany.filters });
    expect([changed.status, pointers(changed)]).toEqual([400, ['/filters/0/value']]);
    expect((await list()).items).toHaveLength(4);
  });
});
