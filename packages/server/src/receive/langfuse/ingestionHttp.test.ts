import { gzipSync } from 'node:zlib';
import type { Scope } from '@sightglass/contract/permissions';
import type { Problem } from '@sightglass/contract/routes/defineRoute';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type IngestionAnswer, type IngestionProgram, startIngestionProgram } from '../../observations/testing/ingestionProgram.ts';
import { testWorkspace } from '../../telemetry/testing/storedRows.ts';
import { openTemporaryTelemetry, type TemporaryTelemetry } from '../../telemetry/testing/temporaryTelemetry.ts';
import { BODY_BYTES_MAX, INGESTION_ITEMS_MAX } from '../limits.ts';
import { INGESTION_PATH } from './ingestionHttp.ts';

/** Real time: parts are deleted a month after they came. */
const NOW = Date.now();
const JSON_TYPE = { 'content-type': 'application/json' };

let store: TemporaryTelemetry;
let program: IngestionProgram;
beforeAll(async () => {
  store = await openTemporaryTelemetry();
});
beforeEach(() => {
  program = startIngestionProgram({ telemetry: store.telemetry, nowMs: () => NOW });
});
afterAll(() => store.remove());

let made = 0;
const newWorkspace = () => testWorkspace(`batch${++made}`);
const trace = (id: string, name = 'chat') => ({ id, type: 'trace-create', timestamp: '2026-11-20T09:00:00Z', body: { id: 'trace-1', name } });
const log = (id: string) => ({ id, type: 'sdk-log', timestamp: '2026-11-20T09:00:00Z', body: { log: 'x' } });

const post = (body: BodyInit, headers: Record<string, string> = JSON_TYPE, scopes: readonly Scope[] = ['ingest'], workspace = newWorkspace()) =>
  program.appFor(workspace, scopes).request(INGESTION_PATH, { method: 'POST', body, headers });
const postBatch = (batch: unknown) => post(JSON.stringify({ batch }));
const countOf = async (workspace: string, table: string, condition = '1') =>
  Number(
    (
      await store.telemetry.rows<{ n: number }>(`SELECT count() AS n FROM ${table} FINAL WHERE workspace_id = {workspace:String} AND ${condition}`, {
        workspace,
      })
    )[0]?.n,
  );

describe('207', () => {
  it('names what was taken and what was not, in the order of the batch', async () => {
    const answer = await postBatch([trace('a'), { ...trace('b'), type: 'nonsense' }, trace('c'), 'no item']);
    expect(answer.status).toBe(207);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect((await answer.json()) as IngestionAnswer).toEqual({
      successes: [
        { id: 'a', status: 201 },
        { id: 'c', status: 201 },
      ],
      errors: [
        { id: 'b', status: 400, message: 'The item is not valid.', error: expect.stringContaining('type must be one of') },
        { id: '', status: 400, message: 'The item is not valid.', error: 'an item must be a JSON object' },
      ],
    });
  });

  it('for an empty batch, and for one of which nothing is valid', async () => {
    expect(await (await postBatch([])).json()).toEqual({ successes: [], errors: [] });
    const answer = await postBatch([null]);
    expect(answer.status).toBe(207);
    expect(((await answer.json()) as IngestionAnswer).errors).toHaveLength(1);
    expect(program.journal).toMatchObject([{ rows: 0, tables: [], account: { received: 1, rejected: 1 } }]);
  });

  it('for gzip', async () => {
    const answer = await post(gzipSync(JSON.stringify({ batch: [trace('a')] })), { ...JSON_TYPE, 'content-encoding': 'gzip' });
    expect(answer.status).toBe(207);
    expect(program.journal).toMatchObject([{ source: 'langfuse/batch', rows: 1 }]);
  });

  it('for scores and logs of the client, which are kept and make no trace', async () => {
    const workspace = newWorkspace();
    const score = (id: string, body: Record<string, unknown>) => ({ id, type: 'score-create', timestamp: '2026-11-20T09:00:00Z', body });
    const { errors } = await program.send(
      workspace,
      score('s1', { traceId: 'trace-1', name: 'helpful', value: 1 }),
      score('s2', { sessionId: 'session-1', name: 'helpful', value: 'yes' }),
      log('l1'),
    );
    expect(errors).toEqual([]);
    await program.store();
    expect(await countOf(workspace, 'observation_parts', `about = 'score' AND body LIKE '%helpful%'`)).toBe(2);
    expect(await countOf(workspace, 'observation_parts', `about = 'log'`)).toBe(1);
    expect(await countOf(workspace, 'spans')).toBe(0);
  });

  it('a batch that is sent again is stored once', async () => {
    const workspace = newWorkspace();
    for (let i = 0; i < 3; i++) {
      await program.send(workspace, trace('a'), trace('a'), log('b'));
      await program.store();
    }
    expect(await countOf(workspace, 'observation_parts')).toBe(2);
    expect(await countOf(workspace, 'spans')).toBe(1);
  });

  it(`${INGESTION_ITEMS_MAX} items are taken, one more are not`, async () => {
    const items = Array.from({ length: INGESTION_ITEMS_MAX }, (_, i) => log(`log-${i}`));
    expect((await postBatch(items)).status).toBe(207);
    const answer = await postBatch([...items, log('one more')]);
    expect(answer.status).toBe(413);
    expect(((await answer.json()) as Problem).detail).toContain(`${INGESTION_ITEMS_MAX + 1}`);
  });
});

describe('a whole request is refused', () => {
  const detailOf = async (answer: Response) => {
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    return ((await answer.json()) as Problem).detail;
  };

  it.each([
    ['no JSON', '{"batch": ['],
    ['a list', '[]'],
    ['no batch', '{}'],
    ['a batch that is no list', '{"batch": {}}'],
    ['null', 'null'],
    ['nothing', ''],
  ])('400: %s', async (_, body) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    await detailOf(answer);
  });

  it('400: not gzip, and cut off', async () => {
    const gzip = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    expect((await post('{"batch": []}', gzip)).status).toBe(400);
    expect((await post(gzipSync('{"batch": []}').subarray(0, 20), gzip)).status).toBe(400);
  });

  it('403: a key that may only read', async () => {
    const answer = await post('{"batch": []}', JSON_TYPE, ['read']);
    expect(answer.status).toBe(403);
    expect(await detailOf(answer)).toContain('ingest');
  });

  it('405: another method', async () => {
    expect((await program.appFor(newWorkspace()).request(INGESTION_PATH)).status).toBe(405);
  });

  it('413: a body over the limit, as sent or inflated; one of the limit is read', async () => {
    const padded = (bytes: number) => `{"batch": []${' '.repeat(bytes - 13)}}`;
    expect((await post(padded(BODY_BYTES_MAX))).status).toBe(207);
    expect((await post(padded(BODY_BYTES_MAX + 1))).status).toBe(413);
    expect((await post(gzipSync(padded(BODY_BYTES_MAX + 1)), { ...JSON_TYPE, 'content-encoding': 'gzip' })).status).toBe(413);
  });

  it.each<[string, Record<string, string>]>([
    ['another content type', { 'content-type': 'application/x-protobuf' }],
    ['another encoding', { ...JSON_TYPE, 'content-encoding': 'br' }],
  ])('415: %s', async (_, headers) => {
    expect((await post('{"batch": []}', headers)).status).toBe(415);
  });

  it('503 with Retry-After: the store is behind', async () => {
    program.state.backlogBytes = 1_001;
    const answer = await postBatch([trace('a')]);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  it('503 with Retry-After: the journal cannot be written', async () => {
    const receiver = {
      receive: () => Promise.resolve({ ok: false as const, reason: 'unavailable' as const, message: 'the journal cannot be written' }),
    };
    program = startIngestionProgram({ telemetry: store.telemetry, nowMs: () => NOW, receiver });
    const answer = await postBatch([trace('a')]);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
  });
});

it('what is refused is shown to its workspace', async () => {
  const workspace = newWorkspace();
  await post('[]', JSON_TYPE, ['ingest'], workspace);
  await program.send(workspace, trace('a'), { ...trace('b'), timestamp: 'soon' });
  expect(program.refusals.of(workspace).map(({ path, status, code, message }) => [path, status, code, message])).toEqual([
    [INGESTION_PATH, 207, 'partial-success', expect.stringContaining('item 1: timestamp must be')],
    [INGESTION_PATH, 400, 'undecodable-body', expect.stringContaining('batch')],
  ]);
});
