import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Scope } from '@sightglass/contract/permissions';
import type { AuditEntry, AuditVerification } from '@sightglass/contract/routes/audit';
import type { Problem } from '@sightglass/contract/routes/defineRoute';
import { sql } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { type Actor, SYSTEM_ACTOR } from '../../access/caller.ts';
import { AUDIT_BATCH_ROWS } from '../../audit/auditLog.ts';
import type { Change } from '../../control/workspaceDb.ts';
import { fail, ok } from '../../result.ts';
import { createWorkspace } from '../../workspaces/workspaces.ts';
import { appOfCaller } from '../testing/appOfCaller.ts';
import { auditRoutes } from './audit.ts';

const ADA: Actor = { kind: 'member', id: 'usr_ada', name: 'Ada@example.com', address: '192.0.2.7' };
const COLLECTOR: Actor = { kind: 'key', id: 'key_collector', name: '=HYPERLINK("http://evil")', address: null };
const NOW_NS = BigInt(Date.now()) * 1_000_000n;

interface Page {
  items: AuditEntry[];
  next_cursor: string | null;
}

describeOnControlEngines('the audit routes', (engine) => {
  let mine: WorkspaceId;
  /** Its plan leaves files out. */
  let withoutFiles: WorkspaceId;
  let many: WorkspaceId;

  const note = (id: WorkspaceId, by: Actor, ...changes: Change[]) =>
    engine
      .connection()
      .ofWorkspace(id)
      .change(by, async (_tx, each) => {
        changes.forEach(each);
        return ok(undefined);
      });
  async function newWorkspace(slug: string): Promise<WorkspaceId> {
    const made = await createWorkspace(engine.connection(), SYSTEM_ACTOR, { slug, name: slug, plan: 'free', time_zone: 'UTC' }, new Date());
    if (!made.ok) throw new Error(made.error.detail);
    return made.value.id as WorkspaceId;
  }
  beforeAll(async () => {
    mine = await newWorkspace('mine');
    withoutFiles = await newWorkspace('without-files');
    await note(mine, ADA, {
      action: 'price.set',
      target: 'prc_1',
      before: null,
      after: { input_per_mtok: '1.5', above_input_tokens: 5, client_secret: 'x' },
    });
    await note(mine, ADA, { action: 'price.remove', target: 'prc_1', before: { input_per_mtok: '1.5' }, after: null });
    await note(mine, COLLECTOR, { action: 'price_list.set', target: '-1+cmd, "quoted"\nand more', before: null, after: ['a'] });
    many = await newWorkspace('many');
    const changes = Array.from({ length: 2 * AUDIT_BATCH_ROWS }, (_, i) => ({ action: 'thing.set', target: String(i), before: i, after: i + 1 }));
    await note(many, ADA, ...changes);
  });

  function ask(path: string, { of = mine, scopes = ['admin'] }: { of?: WorkspaceId; scopes?: Scope[] } = {}) {
    const app = appOfCaller(of, scopes);
    const plans = {
      refusedFeature: (workspaceId: WorkspaceId) => (workspaceId === withoutFiles ? fail('feature-off', 'The plan does without.').error : undefined),
    };
    auditRoutes(app, { control: engine.connection(), plans, now: () => NOW_NS + 3_600_000_000_000n });
    return app.request(`/api/obs/audit${path}`);
  }
  const page = async (path = '', of = mine) => {
    const answer = await ask(path, { of });
    expect(answer.status).toBe(200);
    return (await answer.json()) as Page;
  };
  const actions = async (path: string) => (await page(path)).items.map(({ action }) => action);

  test('where the plan leaves files out the log is shown and no file is made', async () => {
    expect((await ask('', { of: withoutFiles })).status).toBe(200);
    for (const format of ['csv', 'json', 'ndjson']) {
      const answer = await ask(`?format=${format}`, { of: withoutFiles });
      expect([answer.status, ((await answer.json()) as Problem).code]).toEqual([403, 'feature-off']);
    }
  });

  test('tells who changed what, newest first, with secrets masked', async () => {
    const { items, next_cursor } = await page();
    expect(next_cursor).toBeNull();
    expect(items.map(({ seq, action }) => `${seq} ${action}`)).toEqual(['4 price_list.set', '3 price.remove', '2 price.set', '1 workspace.create']);
    expect(items[2]).toEqual({
      id: expect.stringMatching(/^aud_/) as string,
      seq: 2,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      actor: { kind: 'member', id: 'usr_ada', name: 'Ada@example.com', address: '192.0.2.7' },
      action: 'price.set',
      target: 'prc_1',
      before: null,
      after: { input_per_mtok: '1.5', above_input_tokens: 5, client_secret: '***' },
    });
    expect(items[3]?.actor).toEqual({ kind: 'system', id: null, name: null, address: null });
  });

  test.each([
    ['?action=price.set', ['price.set']],
    ['?action=price.', ['price.remove', 'price.set']],
    ['?action=price', []],
    ['?action=price_list.', ['price_list.set']],
    ['?actor=usr_ada', ['price.remove', 'price.set']],
    ['?actor=ada@EXAMPLE.com', ['price.remove', 'price.set']],
    ['?actor=system', ['workspace.create']],
    ['?actor=nobody%25', []],
    ['?target=prc_1', ['price.remove', 'price.set']],
    ['?target=prc_', []],
    ['?target=%00', []],
    ['?from=now-1h&actor=usr_ada&action=price.set', ['price.set']],
    ['?from=now', []],
    ['?to=now-1h', []],
  ])('%s finds what it asks for', async (query, found) => {
    expect(await actions(query)).toEqual(found);
  });

  test('from is included, to is not', async () => {
    const [last] = (await page('?action=price.set')).items;
    const at = last?.created_at ?? '';
    expect(await actions(`?action=price.set&from=${at}`)).toEqual(['price.set']);
    expect(await actions(`?action=price.set&to=${at}`)).toEqual([]);
  });

  test('pages hold every entry once, whatever is written meanwhile', async () => {
    const seen: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const next: Page = await page(`?limit=64&action=thing.set${cursor === '' ? '' : `&cursor=${cursor}`}`, many);
      seen.push(...next.items.map(({ seq }) => seq));
      cursor = next.next_cursor;
      await note(many, ADA, { action: 'thing.note', target: 'x', before: null, after: null });
    }
    expect(seen).toEqual(Array.from({ length: 2 * AUDIT_BATCH_ROWS }, (_, i) => 2 * AUDIT_BATCH_ROWS + 1 - i));
  });

  test('CSV holds all, quotes what needs it, and no formula', async () => {
    const answer = await ask('?format=csv&limit=1');
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="audit-workspace.csv"');
    const text = await answer.text();
    expect(text).toMatch(/^seq,created_at,actor_kind,actor_id,actor_name,address,action,target,before,after,id\r\n4,/);
    expect(text).toContain(`key,key_collector,"'=HYPERLINK(""http://evil"")",,price_list.set,"'-1+cmd, ""quoted""\nand more",,"[""a""]",aud_`);
    expect(text).toContain('{""input_per_mtok"":""1.5""}');
    expect(text.match(/\r\n/g)).toHaveLength(5);
  });

  test('JSON and NDJSON hold all that the filters find, over more than one batch', async () => {
    const json = (await (await ask('?format=json&action=thing.set', { of: many })).json()) as Page;
    expect(json.items).toHaveLength(2 * AUDIT_BATCH_ROWS);
    expect(json.next_cursor).toBeNull();
    const lines = (await (await ask('?format=ndjson&action=thing.set', { of: many })).text()).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as AuditEntry)).toEqual(json.items);
    expect(await (await ask('?format=json&action=none.')).json()).toEqual({ items: [], next_cursor: null });
    expect(await (await ask('?format=ndjson&action=none.')).text()).toBe('');
  });

  test.each([
    ['?action=price%25', '?action'],
    ['?actor=', '?actor'],
    ['?from=yesterday', '?from'],
    ['?to=2026-02-31T00:00:00Z', '?to'],
    ['?cursor=nonsense', '?cursor'],
    ['?limit=501', '?limit'],
    ['?format=xml', '?format'],
    ['?format=csv&from=2026-02-31T00:00:00Z', '?from'],
    ['/verify?noted=5', '?noted'],
  ])('%s is refused by name', async (query, pointer) => {
    const answer = await ask(query);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as Problem).errors).toMatchObject([{ pointer }]);
  });

  test('the log of the instance is for who manages it', async () => {
    for (const path of ['?scope=instance', '?scope=instance&format=csv', '/verify?scope=instance']) {
      const refused = await ask(path);
      expect(refused.status).toBe(403);
      expect(((await refused.json()) as Problem).code).toBe('missing-scope');
      expect((await ask(path, { scopes: ['admin', 'instance'] })).status).toBe(200);
    }
    const { items } = (await (await ask('?scope=instance', { scopes: ['admin', 'instance'] })).json()) as Page;
    expect(items.map(({ action }) => action)).toEqual(['workspace.create', 'workspace.create', 'workspace.create']);
  });

  test('a key without admin reads none of it', async () => {
    for (const path of ['', '?format=csv', '/verify']) expect((await ask(path, { scopes: ['read', 'govern', 'ingest'] })).status).toBe(403);
  });

  test('verify answers for the own log alone', async () => {
    const verify = async (of: WorkspaceId, query = '') => (await (await ask(`/verify${query}`, { of })).json()) as AuditVerification;
    const good = await verify(mine);
    expect(good).toEqual({ ok: true, entries: 4, head_code: expect.stringMatching(/^4:/) as string });
    expect(await verify(mine, `?noted=${good.head_code}`)).toEqual(good);
    await engine.connection().instanceDb.execute(sql`UPDATE audit_entries SET target = 'x' WHERE chain = ${many} AND seq = 7`);
    expect(await verify(many)).toMatchObject({ ok: false, broken_at: 7, reason: 'changed', head_code: null });
    expect(await verify(mine)).toEqual(good);
  });
});
