import { type Actor, SYSTEM_ACTOR } from '../access/caller.ts';
import type { WorkspaceId } from '@sightglass/contract/ids';
import { type Redaction, RedactionSchema } from '@sightglass/contract/redaction';
import { sql } from 'drizzle-orm';
import { afterEach, expect, test, vi } from 'vitest';
import { type ControlEngine, describeOnControlEngines } from '../../test/controlEngines.ts';
import { insertWorkspace } from '../workspaces/workspaces.ts';
import { lostKeyMarker } from '../encryption/envelope.ts';
import { ContentLocked } from '../encryption/contentLocked.ts';
import type { ReceivePolicies } from './receivePolicies.ts';
import { openWorkspacePolicies, type WorkspacePolicies } from './workspacePolicies.ts';

const ADA: Actor = { kind: 'member', id: 'usr_ada', name: 'ada@example.com', address: null };

const SECRET = 'a secret of the test, thirty-two';
const opened: WorkspacePolicies[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((policies) => policies.stop()));
});

/** An instance, with what its receive worker was told last of each workspace. */
async function instance(control: ReturnType<ControlEngine['connection']>, secret = SECRET) {
  const told = new Map<string, ReceivePolicies>();
  const warnings: string[] = [];
  const policies = await openWorkspacePolicies({
    control,
    secret,
    clock: Date.now,
    warn: (message) => void warnings.push(message),
    onChange: (changed) => {
      for (const [workspaceId, ofWorkspace] of changed) told.set(workspaceId, ofWorkspace);
    },
  });
  opened.push(policies);
  return { policies, told, warnings };
}

let workspaceCount = 0;
async function newWorkspace(engine: ControlEngine): Promise<WorkspaceId> {
  const workspace = { slug: `policies-${++workspaceCount}`, name: 'Policies', plan: 'free', time_zone: 'UTC' } as const;
  return (await insertWorkspace(engine.connection().instanceDb, () => undefined, workspace, new Date())).id as WorkspaceId;
}

const rules = (redaction: Partial<Redaction>) => RedactionSchema.parse({ enabled: true, ...redaction });

describeOnControlEngines('the policies of workspaces', (engine) => {
  test('are those that mask and encrypt nothing until something is set', async () => {
    const workspaceId = await newWorkspace(engine);
    const { policies, told } = await instance(engine.connection());
    expect(policies.redaction(workspaceId)).toEqual({ value: RedactionSchema.parse({}), updatedAt: null, updatedBy: null });
    expect(policies.encryption(workspaceId)).toEqual({ value: { enabled: false }, updatedAt: null, updatedBy: null, keys: [] });
    expect(policies.cipherOf(workspaceId).sealer).toBeNull();
    expect(told.has(workspaceId)).toBe(false);
  });

  test('are told to the receive worker at once, and again after a restart', async () => {
    const workspaceId = await newWorkspace(engine);
    const first = await instance(engine.connection());
    const redaction = rules({ drop_attributes: ['secret'] });
    const changed = await first.policies.changeRedaction(workspaceId, ADA, () => redaction);
    expect(changed).toMatchObject({ ok: true, value: { value: redaction, updatedBy: 'usr_ada', updatedAt: expect.any(Date) as Date } });
    expect(first.told.get(workspaceId)).toEqual({ redaction, encryption: null });
    const second = await instance(engine.connection());
    expect(second.told.get(workspaceId)).toEqual({ redaction, encryption: null });
    await second.policies.changeRedaction(workspaceId, SYSTEM_ACTOR, (current) => ({ ...current, enabled: false }));
    expect(second.told.get(workspaceId)).toEqual({ redaction: null, encryption: null });
  });

  test('tell the receive worker of estimates while they are wanted', async () => {
    const workspaceId = await newWorkspace(engine);
    const { policies, told } = await instance(engine.connection());
    await policies.changeEstimates(workspaceId, ADA, { enabled: true });
    expect(told.get(workspaceId)).toEqual({ redaction: null, encryption: null, estimates: true });
    expect((await instance(engine.connection())).told.get(workspaceId)).toEqual({ redaction: null, encryption: null, estimates: true });
    await policies.changeEstimates(workspaceId, SYSTEM_ACTOR, { enabled: false });
    expect(told.get(workspaceId)).toEqual({ redaction: null, encryption: null });
  });

  test('that change at the same time are all kept', async () => {
    const workspaceId = await newWorkspace(engine);
    const { policies } = await instance(engine.connection());
    const keys = Array.from({ length: 8 }, (_, i) => `key${i}`);
    await Promise.all(
      keys.map((key) =>
        policies.changeRedaction(workspaceId, SYSTEM_ACTOR, (current) => ({ ...current, drop_attributes: [...current.drop_attributes, key] })),
      ),
    );
    expect(policies.redaction(workspaceId).value.drop_attributes.toSorted()).toEqual(keys);
  });

  test('are not changed by patterns that cannot be used', async () => {
    const workspaceId = await newWorkspace(engine);
    const { policies } = await instance(engine.connection());
    const patterns = [
      { name: 'good', pattern: 'x' },
      { name: 'bad', pattern: 'a(' },
    ];
    const refused = await policies.changeRedaction(workspaceId, SYSTEM_ACTOR, () => rules({ patterns }));
    expect(refused).toEqual({
      ok: false,
      error: {
        code: 'not-compilable',
        detail: expect.any(String) as string,
        errors: [{ pointer: '/patterns/1/pattern', message: 'missing closing ) at position 2' }],
      },
    });
    expect(policies.redaction(workspaceId).value.patterns).toEqual([]);
  });

  test('that a newer version wrote mask as much as can be', async () => {
    const workspaceId = await newWorkspace(engine);
    await engine.connection().instanceDb.execute(sql`INSERT INTO workspace_settings (workspace_id, name, value) VALUES
      (${workspaceId}, 'redaction', '{"enabled":true,"of the future":1}'), (${workspaceId}, 'of the future', '{}')`);
    const { told, warnings } = await instance(engine.connection());
    expect(told.get(workspaceId)?.redaction).toMatchObject({ enabled: true, detectors: expect.arrayContaining(['email', 'ipv4']) as string[] });
    expect(warnings.filter((warning) => warning.includes(workspaceId))).toHaveLength(1);
  });

  test('encrypt with one key that stays when it is switched off and on', async () => {
    const workspaceId = await newWorkspace(engine);
    const { policies, told } = await instance(engine.connection());
    const on = await policies.switchEncryption(workspaceId, ADA, { enabled: true });
    if (!on.ok) throw new Error(on.error.detail);
    expect(on.value).toMatchObject({ value: { enabled: true }, updatedBy: 'usr_ada', keys: [{ retired_at: null, usable: true }] });
    const stored = policies.cipherOf(workspaceId).sealer?.seal('hello') ?? '';
    await policies.switchEncryption(workspaceId, SYSTEM_ACTOR, { enabled: false });
    expect(told.get(workspaceId)?.encryption).toBeNull();
    expect(policies.cipherOf(workspaceId).sealer).toBeNull();
    expect(policies.cipherOf(workspaceId).open(stored)).toBe('hello');
    const again = await policies.switchEncryption(workspaceId, SYSTEM_ACTOR, { enabled: true });
    expect(again.ok && again.value.keys).toEqual(on.value.keys);
  });

  test('read what older keys wrote after a rotation, and after a restart', async () => {
    const workspaceId = await newWorkspace(engine);
    const first = await instance(engine.connection());
    expect(await first.policies.rotateKey(workspaceId, SYSTEM_ACTOR)).toMatchObject({ ok: false, error: { code: 'conflict' } });
    await first.policies.switchEncryption(workspaceId, SYSTEM_ACTOR, { enabled: true });
    const before = first.policies.cipherOf(workspaceId).sealer?.seal('before') ?? '';
    const rotated = await first.policies.rotateKey(workspaceId, ADA);
    expect(rotated).toMatchObject({ ok: true, value: { keys: [{ retired_at: null }, { retired_at: expect.any(String) as string }] } });
    const after = first.policies.cipherOf(workspaceId).sealer?.seal('after') ?? '';
    expect(after.split(':')[2]).not.toBe(before.split(':')[2]);
    expect(first.told.get(workspaceId)?.encryption).toMatchObject({ id: after.split(':')[2] });
    const second = await instance(engine.connection());
    expect([before, after].map(second.policies.openerOf(workspaceId))).toEqual(['before', 'after']);
  });

  test('keep one key for new data, however many rotate it at once', async () => {
    const workspaceId = await newWorkspace(engine);
    const { policies } = await instance(engine.connection());
    await policies.switchEncryption(workspaceId, SYSTEM_ACTOR, { enabled: true });
    await Promise.all([1, 2, 3].map(() => policies.rotateKey(workspaceId, SYSTEM_ACTOR)));
    const { keys } = policies.encryption(workspaceId);
    expect(keys).toHaveLength(4);
    expect(keys.filter(({ retired_at }) => retired_at === null)).toHaveLength(1);
  });

  test('store nothing under another secret, until the key is rotated, and say which keys do not open', async () => {
    const workspaceId = await newWorkspace(engine);
    const right = await instance(engine.connection());
    await right.policies.switchEncryption(workspaceId, SYSTEM_ACTOR, { enabled: true });
    const stored = right.policies.cipherOf(workspaceId).sealer?.seal('hello') ?? '';
    const keyId = stored.split(':')[2] ?? '';
    const wrong = await instance(engine.connection(), 'another secret');
    expect(wrong.policies.encryption(workspaceId).keys).toMatchObject([{ id: keyId, usable: false }]);
    expect(wrong.told.get(workspaceId)?.encryption).toBe('locked');
    expect(() => wrong.policies.cipherOf(workspaceId)).toThrow(ContentLocked);
    expect(wrong.policies.openerOf(workspaceId)(stored)).toBe(lostKeyMarker(keyId));
    expect(wrong.warnings.some((warning) => warning.includes(workspaceId))).toBe(true);
    await wrong.policies.rotateKey(workspaceId, SYSTEM_ACTOR);
    const { open, sealer } = wrong.policies.cipherOf(workspaceId);
    expect(open(sealer?.seal('new') ?? '')).toBe('new');
  });

  test('of another workspace are not touched, and its keys open nothing here', async () => {
    const [mine, foreign] = [await newWorkspace(engine), await newWorkspace(engine)];
    const { policies, told } = await instance(engine.connection());
    await policies.switchEncryption(mine, SYSTEM_ACTOR, { enabled: true });
    await policies.changeRedaction(mine, SYSTEM_ACTOR, () => rules({}));
    expect(told.has(foreign)).toBe(false);
    const stored = policies.cipherOf(mine).sealer?.seal('hello') ?? '';
    expect(policies.openerOf(foreign)(stored)).toBe(lostKeyMarker(stored.split(':')[2] ?? ''));
  });

  test('that another instance changes hold here within a second', async ({ skip }) => {
    if (engine.another === undefined) return skip();
    const workspaceId = await newWorkspace(engine);
    const here = await instance(engine.connection());
    const there = await instance(await engine.another());
    await there.policies.changeRedaction(workspaceId, SYSTEM_ACTOR, () => rules({}));
    await there.policies.switchEncryption(workspaceId, SYSTEM_ACTOR, { enabled: true });
    await there.policies.rotateKey(workspaceId, SYSTEM_ACTOR);
    await vi.waitFor(() => expect(here.told.get(workspaceId)).toEqual(there.told.get(workspaceId)), { timeout: 10_000, interval: 25 });
    expect(here.policies.encryption(workspaceId)).toEqual(there.policies.encryption(workspaceId));
  });
});
