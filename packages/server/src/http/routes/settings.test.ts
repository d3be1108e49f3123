import type { WorkspaceId } from '@sightglass/contract/ids';
import type { Scope } from '@sightglass/contract/permissions';
import type { Problem } from '@sightglass/contract/routes/defineRoute';
import type { EncryptionSetting, EstimatesSetting, RedactionSetting, RedactionTestResult } from '@sightglass/contract/routes/settings';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeOnControlEngines } from '../../../test/controlEngines.ts';
import { insertWorkspace } from '../../workspaces/workspaces.ts';
import { openWorkspacePolicies, type WorkspacePolicies } from '../../settings/workspacePolicies.ts';
import { appOfCaller } from '../testing/appOfCaller.ts';
import { settingsRoutes } from './settings.ts';

const REDACTION = '/api/obs/settings/redaction';
const ENCRYPTION = '/api/obs/settings/encryption';
const ESTIMATES = '/api/obs/settings/estimates';

describeOnControlEngines('the settings routes', (engine) => {
  let policies: WorkspacePolicies;
  let mine: WorkspaceId;
  let foreign: WorkspaceId;
  beforeAll(async () => {
    const control = engine.connection();
    const warn = (message: string, error: unknown) => {
      throw new Error(message, { cause: error });
    };
    policies = await openWorkspacePolicies({ control, secret: 'of the test', clock: Date.now, warn, onChange: () => undefined });
    const made = (slug: string) =>
      insertWorkspace(control.instanceDb, () => undefined, { slug, name: slug, plan: 'free', time_zone: 'UTC' }, new Date());
    mine = (await made('mine')).id as WorkspaceId;
    foreign = (await made('foreign')).id as WorkspaceId;
  });
  afterAll(() => policies.stop());

  async function ask<T>(method: string, path: string, body?: unknown, scopes: readonly Scope[] = ['read', 'admin'], workspaceId = mine) {
    const app = appOfCaller(workspaceId, scopes);
    settingsRoutes(app, { policies });
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const answer = await app.request(path, init);
    return { status: answer.status, body: (await answer.json()) as T };
  }

  test('rules are off and complete before anything is set', async () => {
    const { status, body } = await ask<RedactionSetting>('GET', REDACTION);
    expect(status).toBe(200);
    expect(body).toEqual({
      enabled: false,
      detectors: ['email', 'phone', 'card', 'iban', 'api_key'],
      patterns: [],
      fields: ['inputs', 'outputs', 'attributes', 'logs', 'events', 'messages'],
      drop_attributes: [],
      updated_at: null,
      updated_by: null,
    });
  });

  test('PUT replaces the rules, PATCH changes what is sent', async () => {
    const put = await ask<RedactionSetting>('PUT', REDACTION, { enabled: true, detectors: ['email'], drop_attributes: ['a.*'] });
    expect(put).toMatchObject({ status: 200, body: { enabled: true, detectors: ['email'], drop_attributes: ['a.*'] } });
    expect(put.body.updated_at).not.toBeNull();
    const patched = await ask<RedactionSetting>('PATCH', REDACTION, { patterns: [{ name: 'customer', pattern: 'CUST-\\d+' }] });
    expect(patched.body).toMatchObject({ enabled: true, detectors: ['email'], patterns: [{ name: 'customer' }], drop_attributes: ['a.*'] });
    expect((await ask<RedactionSetting>('GET', REDACTION)).body).toEqual(patched.body);
    expect((await ask<RedactionSetting>('PUT', REDACTION, {})).body).toMatchObject({ enabled: false, patterns: [], drop_attributes: [] });
  });

  test.each([
    [{ detectors: ['emails'] }, '/detectors/0'],
    [{ detectors: ['email', 'email'] }, '/detectors'],
    [{ patterns: [{ name: 'Upper', pattern: 'x' }] }, '/patterns/0/name'],
    [{ patterns: [{ name: 'email', pattern: 'x' }] }, '/patterns/0/name'],
    [{ patterns: [{ name: 'long', pattern: 'x'.repeat(501) }] }, '/patterns/0/pattern'],
    [{ patterns: Array.from({ length: 51 }, (_, i) => ({ name: `p${i}`, pattern: 'x' })) }, '/patterns'],
    [{ drop_attributes: ['a*b'] }, '/drop_attributes/0'],
    [{ unknown: 1 }, '/unknown'],
  ])('400 names what is wrong: %#', async (rules, pointer) => {
    for (const method of ['PUT', 'PATCH']) {
      const { status, body } = await ask<Problem>(method, REDACTION, rules);
      expect(status).toBe(400);
      expect(body.errors?.map((error) => error.pointer)).toContain(pointer);
    }
  });

  test('422 tells where a pattern does not compile, on every way that takes patterns', async () => {
    const patterns = [{ name: 'bad', pattern: 'ab[z-a]' }];
    const message = 'invalid character class range at position 3';
    for (const [method, path, body, pointer] of [
      ['PUT', REDACTION, { patterns }, '/patterns/0/pattern'],
      ['PATCH', REDACTION, { patterns }, '/patterns/0/pattern'],
      ['POST', `${REDACTION}/test`, { text: 'x', redaction: { patterns } }, '/redaction/patterns/0/pattern'],
    ] as const) {
      const answer = await ask<Problem>(method, path, body);
      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject({ code: 'not-compilable', errors: [{ pointer, message }] });
    }
  });

  test('a text can be tried under the rules that hold, or under others', async () => {
    await ask('PUT', REDACTION, { enabled: false, patterns: [{ name: 'customer', pattern: 'CUST-\\d+' }] });
    const text = 'CUST-1 wrote from ada@example.com and bob@example.com';
    const held = await ask<RedactionTestResult>('POST', `${REDACTION}/test`, { text }, ['read']);
    expect(held).toEqual({
      status: 200,
      body: {
        text: '[customer] wrote from [email] and [email]',
        hits: [
          { rule: 'customer', count: 1 },
          { rule: 'email', count: 2 },
        ],
      },
    });
    const tried = await ask<RedactionTestResult>('POST', `${REDACTION}/test`, { text, redaction: { detectors: [] } });
    expect(tried.body).toEqual({ text, hits: [] });
    expect((await ask('POST', `${REDACTION}/test`, { text: 'x'.repeat(100_001) })).status).toBe(400);
  });

  test('encryption is switched and its key rotated; what keys are is never answered', async () => {
    expect((await ask<EncryptionSetting>('GET', ENCRYPTION)).body).toEqual({ enabled: false, keys: [], updated_at: null, updated_by: null });
    expect(await ask('POST', `${ENCRYPTION}/rotate`)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    const on = await ask<EncryptionSetting>('PUT', ENCRYPTION, { enabled: true });
    expect(on).toMatchObject({ status: 200, body: { enabled: true, keys: [{ retired_at: null, usable: true }] } });
    const rotated = await ask<EncryptionSetting>('POST', `${ENCRYPTION}/rotate`);
    expect(rotated.body.keys.map(({ id, retired_at }) => [id === on.body.keys[0]?.id, retired_at === null])).toEqual([
      [false, true],
      [true, false],
    ]);
    expect(Object.keys(rotated.body.keys[0] ?? {}).toSorted()).toEqual(['created_at', 'id', 'retired_at', 'usable']);
  });

  test('estimates are off until they are switched on, and again after they are switched off', async () => {
    expect((await ask<EstimatesSetting>('GET', ESTIMATES)).body).toEqual({ enabled: false, updated_at: null, updated_by: null });
    const on = await ask<EstimatesSetting>('PUT', ESTIMATES, { enabled: true });
    expect(on).toMatchObject({ status: 200, body: { enabled: true, updated_at: expect.any(String) as string } });
    expect((await ask<EstimatesSetting>('GET', ESTIMATES)).body).toEqual(on.body);
    expect((await ask<EstimatesSetting>('GET', ESTIMATES, undefined, ['read'], foreign)).body.enabled).toBe(false);
    expect((await ask<EstimatesSetting>('PUT', ESTIMATES, {})).body.enabled).toBe(false);
    for (const body of [{ enabled: 'yes' }, { enabled: true, encoding: 'o200k_base' }]) {
      expect((await ask<Problem>('PUT', ESTIMATES, body)).status).toBe(400);
    }
  });

  test('another workspace has its own', async () => {
    await ask('PUT', REDACTION, { enabled: true });
    expect((await ask<RedactionSetting>('GET', REDACTION, undefined, ['read'], foreign)).body.enabled).toBe(false);
    expect((await ask<EncryptionSetting>('GET', ENCRYPTION, undefined, ['read'], foreign)).body.keys).toEqual([]);
  });

  test('to read takes the scope read, to change admin', async () => {
    for (const [method, path, body] of [
      ['PUT', REDACTION, {}],
      ['PATCH', REDACTION, {}],
      ['PUT', ENCRYPTION, { enabled: true }],
      ['PUT', ESTIMATES, { enabled: true }],
      ['POST', `${ENCRYPTION}/rotate`, undefined],
    ] as const)
      expect((await ask(method, path, body, ['read', 'ingest', 'govern'])).status).toBe(403);
    for (const path of [REDACTION, ENCRYPTION, ESTIMATES]) {
      expect((await ask('GET', path, undefined, ['read'])).status).toBe(200);
      expect((await ask('GET', path, undefined, ['ingest'])).status).toBe(403);
    }
    expect((await ask('POST', `${REDACTION}/test`, { text: 'x' }, ['ingest'])).status).toBe(403);
  });
});
