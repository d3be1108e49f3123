import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { loopbackCaller } from '../../access/caller.ts';
import { ok } from '../../result.ts';
import type { RollUpWindow } from '../../rollups/rollUpSpans.ts';
import { testWorkspace } from '../../telemetry/testing/storedRows.ts';
import { createApp } from '../app.ts';
import { internalRoutes } from './internal.ts';

const PATH = '/api/obs/internal/aggregate';
const SECRET = 'the secret of a cron';
const NOW = '2026-11-20T12:34:56Z';
const secondsOf = (time: string) => Date.parse(time) / 1000;

let asked: { range: RollUpWindow; workMs: number; isForced: boolean }[];
beforeEach(() => {
  asked = [];
});

const evaluated: number[] = [];

function app(cronSecret: string | undefined = SECRET) {
  const made = createApp({
    log: pino({ level: 'silent' }),
    // Whoever may do everything in a workspace may not do this.
    authenticate: async () => ok(loopbackCaller(testWorkspace('mine'), ['ingest', 'read', 'govern', 'admin', 'instance'])),
    cronSecret,
  });
  const rollUp = async (range: RollUpWindow, workMs: number, isForced = false) => {
    asked.push({ range, workMs, isForced });
    return { done: 3, remaining: 1 };
  };
  const evaluateAll = async (workMs: number) => {
    evaluated.push(workMs);
    return { done: 7, remaining: 2, opened: 1, closed: 0 };
  };
  internalRoutes(made, { rollups: { rollUp }, alerts: { evaluateAll }, now: () => BigInt(Date.parse(NOW)) * 1_000_000n });
  return made;
}
const withSecret = (headers: Record<string, string> = {}) => ({ authorization: `Bearer ${SECRET}`, ...headers });
const post = (body: unknown) =>
  app().request(PATH, { method: 'POST', headers: withSecret({ 'content-type': 'application/json' }), body: JSON.stringify(body) });

test('without CRON_SECRET there is no such route, whoever asks', async () => {
  const answer = await app('').request(PATH, { method: 'POST', headers: { authorization: 'Bearer ' } });
  expect(answer.status).toBe(404);
  expect((await createAppWithout().request(PATH, { method: 'POST', headers: withSecret() })).status).toBe(404);
});

function createAppWithout() {
  const made = createApp({ log: pino({ level: 'silent' }), authenticate: async () => ok(loopbackCaller(testWorkspace('mine'), ['admin'])) });
  const nobody = () => Promise.reject(new Error('nobody may come this far'));
  internalRoutes(made, { rollups: { rollUp: nobody }, alerts: { evaluateAll: nobody }, now: () => 0n });
  return made;
}

test.each([
  ['nothing', {}],
  ['another secret', { authorization: 'Bearer the secret of a crow' }],
  ['the secret alone', { authorization: SECRET }],
  ['a key', { authorization: `Bearer sg_${'k'.repeat(40)}` }],
])('%s is not let on', async (_name, headers) => {
  expect((await app().request(PATH, { method: 'POST', headers })).status).toBe(401);
  expect(asked).toEqual([]);
});

test('without a body, or by GET, it means yesterday and today', async () => {
  for (const method of ['POST', 'GET']) {
    const answer = await app().request(PATH, { method, headers: withSecret() });
    expect(await answer.json()).toEqual({ done: 3, remaining: 1 });
  }
  const range = { fromSeconds: secondsOf('2026-11-19T00:00:00Z'), toSeconds: secondsOf(NOW) };
  expect(asked).toEqual([range, range].map((each) => ({ range: each, workMs: 25_000, isForced: false })));
});

test('a window begins with the hour that it cuts', async () => {
  expect((await post({ from: '2026-11-01T05:20:00Z', to: '2026-11-02T00:00:00+01:00', force: true })).status).toBe(200);
  expect(asked).toMatchObject([
    { range: { fromSeconds: secondsOf('2026-11-01T05:00:00Z'), toSeconds: secondsOf('2026-11-01T23:00:00Z') }, isForced: true },
  ]);
});

test.each([
  ['no time', { from: 'last week' }, '/from'],
  ['an empty range', { from: '2026-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' }, '/from'],
  ['no switch', { force: 'perhaps' }, '/force'],
])('400 for %s names the field', async (_name, body, pointer) => {
  const answer = await post(body);
  expect(answer.status).toBe(400);
  expect(((await answer.json()) as { errors: { pointer: string }[] }).errors.map((error) => error.pointer)).toEqual([pointer]);
});

test.each(['POST', 'GET'])('rules of alerts are evaluated for a bounded time, by %s', async (method) => {
  evaluated.length = 0;
  const answer = await app().request('/api/obs/internal/evaluate-alerts', { method, headers: withSecret() });
  expect([answer.status, await answer.json()]).toEqual([200, { done: 7, remaining: 2 }]);
  expect(evaluated).toEqual([25_000]);
  expect((await app().request('/api/obs/internal/evaluate-alerts', { method, headers: { authorization: 'Bearer crow' } })).status).toBe(401);
  expect(evaluated).toHaveLength(1);
});
