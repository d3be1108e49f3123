/** Sightglass watching itself, told by the built program: its own requests as traces, and its metrics in the format of Prometheus. */
import { beforeAll, expect, test } from 'vitest';
import { parseExposition } from '../../src/ownMetrics/testing/expositionFormat.ts';
import { type Client, createClient, eventually } from './apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from './startProgram.ts';

let program: Program;
let client: Client;
beforeAll(async () => {
  program = await startProgram({ env: { ...HEADLESS, SIGHTGLASS_SELF_TELEMETRY: OWNER.workspace } });
  client = createClient(program, OWNER.key);
}, START_MS_MAX);

const LAST_HOUR = { from: 'now-1h', to: 'now' };

test('a request that was answered is a trace under the id of its answer, and makes no other', { timeout: START_MS_MAX }, async () => {
  const answer = await client.send('/api/obs/settings/targets?secret=of-mine');
  const traceId = answer.headers.get('x-trace-id') ?? '';
  const { spans } = await eventually(() => client.trace(traceId));
  expect(spans).toMatchObject([{ name: 'GET /api/obs/settings/targets', kind: 'http', status: 'success', service_name: 'sightglass' }]);
  expect(JSON.stringify(spans)).not.toContain('of-mine');
  const asked = { measures: ['requests'], ...LAST_HOUR, filters: [{ field: 'endpoint', op: '=', value: '/v1/traces' }] };
  // What it sends of itself takes no request.
  expect((await client.query(asked))[0]).toEqual({ requests: 0 });
});

test('/metrics is what Prometheus reads, and holds nothing of a workspace', async () => {
  const text = await (await fetch(`${program.address}/metrics`)).text();
  const families = parseExposition(text);
  expect(families.get('sightglass_store_up')?.samples[0]?.value).toBe(1);
  expect(families.get('sightglass_control_up')?.samples[0]?.value).toBe(1);
  expect(families.get('sightglass_receive_worker_up')?.samples[0]?.value).toBe(1);
  const routes = families.get('sightglass_http_requests_total')?.samples.map(({ labels }) => labels.get('route'));
  expect(routes).toContain('/api/obs/settings/targets');
  for (const word of [OWNER.workspace, OWNER.email, 'wsp_', 'of-mine']) expect(text).not.toContain(word);
});

test('without a workspace of that name what it would send is counted, and nothing fails', { timeout: START_MS_MAX }, async () => {
  const other = await startProgram({ env: { ...HEADLESS, SIGHTGLASS_SELF_TELEMETRY: 'nobody' } });
  await createClient(other, OWNER.key).get('/api/obs/me');
  await eventually(async () => {
    const families = parseExposition(await (await fetch(`${other.address}/metrics`)).text());
    const dropped = families.get('sightglass_self_telemetry_dropped_total')?.samples.find(({ labels }) => labels.get('signal') === 'traces');
    expect(dropped?.value).toBeGreaterThan(0);
  });
  expect((await other.stop()).code).toBe(0);
});
