/**
 * A ClickHouse server that is down for a while, in every way in which servers are down: requests are acknowledged as long as
 * the journal has room, refused for now beyond that, and all of them are stored once when it is back. Four minutes of it
 * pass in `journal/writer.test.ts`, where time is not waited for.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient, eventually } from './apiClient.ts';
import { type Behaviour, type ClickHouseDouble, startClickHouseDouble } from './clickhouseDouble.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from './startProgram.ts';
import { expectAccounted, expectDerived, expectWitnessed, type Load, startLoad } from './witness/load.ts';

/** The least that can be set. */
const JOURNAL_BYTES_MAX = 1024 * 1024;

let store: ClickHouseDouble;
let program: Program;
let load: Load;
beforeAll(async () => {
  store = await startClickHouseDouble();
  const env = { ...HEADLESS, SIGHTGLASS_LOG_LEVEL: 'silent', CLICKHOUSE_URL: store.url, SIGHTGLASS_JOURNAL_BYTES_MAX: String(JOURNAL_BYTES_MAX) };
  [program, load] = await Promise.all([startProgram({ env }), startLoad()]);
}, START_MS_MAX);
afterAll(async () => {
  load.close();
  await program.kill();
  await store.close();
});

const OUTAGES: readonly Behaviour[] = ['hangs up', 'fails', 'answers are lost'];

test.each(OUTAGES)('a store that %s for a while loses and doubles nothing', { timeout: 2 * START_MS_MAX }, async (behaviour) => {
  let acknowledged = 0;
  const running = load.run(program.address, behaviour, (status) => {
    if (status === 200) acknowledged += 1;
  });
  await eventually(async () => expect(acknowledged).toBeGreaterThan(20));
  store.become(behaviour);
  const failedBefore = store.failedRequests();
  const before = acknowledged;
  await eventually(async () => {
    expect(store.failedRequests()).toBeGreaterThan(failedBefore + 4);
    expect(acknowledged).toBeGreaterThan(before + 40);
  });
  store.become('well');
  load.finish();
  await running;
  const client = createClient(program, OWNER.key);
  await expectWitnessed(client, load.witness());
  await expectDerived(client, load.witness());
  await expectAccounted(client, load.witness());
});

test('beyond the size of the journal requests are refused for now, and taken again when it has drained', { timeout: 2 * START_MS_MAX }, async () => {
  const client = createClient(program, OWNER.key);
  store.become('hangs up');
  const statuses: number[] = [];
  const text = 'x'.repeat(20_000);
  // Each of another content, so that none is taken for a repeat of another.
  for (let i = 0; i < 400 && statuses.at(-1) !== 503; i++) {
    const answer = await client.sendSpans([
      { traceId: 'e'.repeat(32), spanId: (i + 1).toString(16).padStart(16, '0'), attributes: { text: `${i} ${text}` } },
    ]);
    statuses.push(answer.status);
    if (answer.status === 503) expect(answer.headers.get('retry-after')).toBe('1');
  }
  const taken = statuses.filter((status) => status === 200).length;
  expect([taken * text.length > JOURNAL_BYTES_MAX / 2, statuses.at(-1)]).toEqual([true, 503]);
  expect((await fetch(`${program.address}/readyz`)).status).toBe(503);
  store.become('well');
  await eventually(async () => expect((await client.sendSpans([{ traceId: 'd'.repeat(32), spanId: 'd'.repeat(16) }])).status).toBe(200));
  await eventually(async () => expect((await client.trace('e'.repeat(32))).spans).toHaveLength(taken));
});
