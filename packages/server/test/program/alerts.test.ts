/** The whole way: a fresh instance, telemetry, hours computed, a rule that speaks, a receiver that is told, and what health and lists then say. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Alert, AlertDetail } from '@sightglass/contract/alert';
import type { AlertChannel } from '@sightglass/contract/alertChannel';
import type { AlertRule } from '@sightglass/contract/alertRule';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { START_MS } from '../../src/receive/testing/traceRequests.ts';
import { type Client, createClient, eventually } from './apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from './startProgram.ts';

interface Received {
  body: string;
  signature: string | undefined;
}

let receiver: Server;
const received: Received[] = [];
let failing = 0;
let program: Program;
let client: Client;
let env: Record<string, string>;

beforeAll(async () => {
  receiver = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      if (failing > 0) {
        failing--;
        response.statusCode = 503;
      } else received.push({ body, signature: request.headers['x-sightglass-signature'] as string | undefined });
      response.end();
    });
  });
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
  const { port } = receiver.address() as AddressInfo;
  env = { ...HEADLESS, CRON_SECRET: 'a cron of ours', SIGHTGLASS_OUTBOUND_ALLOW: `127.0.0.1:${port}` };
  program = await startProgram({ env });
  client = createClient(program, OWNER.key);
}, START_MS_MAX);
afterAll(() => new Promise((closed) => receiver.close(closed)));

const cron = async (path: string) => {
  const answer = await fetch(`${program.address}/api/obs/internal/${path}`, { method: 'POST', headers: { authorization: 'Bearer a cron of ours' } });
  expect(answer.status).toBe(200);
  return (await answer.json()) as { done: number; remaining: number };
};
const open = async () => (await client.get<{ items: Alert[] }>('/api/obs/alerts?status=active,acknowledged')).items;

test('seed, ingest, aggregate, alert, health', { timeout: 90_000 }, async () => {
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const channel = await client.post<AlertChannel>('/api/obs/alerts/channels', { name: 'hook', kind: 'webhook', config: { url, secret: 'shared' } });
  const rules = [
    { name: 'errors', severity: 'critical', kind: 'error_rate', config: { threshold: 0.5 }, group_by: ['agent_id'] },
    {
      name: 'failed requests',
      severity: 'warning',
      kind: 'sql_query',
      config: {
        query: 'SELECT count() FROM request_metrics WHERE timestamp > now() - INTERVAL 15 MINUTE AND status_code >= 500',
        operator: '>',
        threshold: 0,
      },
    },
    {
      name: 'spent',
      severity: 'info',
      kind: 'sql_query',
      config: { query: 'SELECT sum(cost_usd) FROM llm_call_metrics WHERE timestamp > now() - INTERVAL 1 HOUR', operator: '>=', threshold: '0.0075' },
    },
    { name: 'quiet', severity: 'info', kind: 'cost_threshold', config: { threshold_usd: '1000' } },
  ];
  for (const rule of rules) await client.post<AlertRule>('/api/obs/alerts/rules', { ...rule, channel_ids: [channel.id], cooldown_minutes: 0 });

  const traceId = '5'.repeat(32);
  const now = Date.now() - START_MS;
  await client.sendSpans([
    {
      traceId,
      spanId: '1'.repeat(16),
      name: 'POST /chat',
      atMs: now - 3_000,
      durationMs: 2_000,
      kind: 2,
      failed: true,
      attributes: { 'http.request.method': 'POST', 'http.route': '/chat', 'http.response.status_code': 503 },
    },
    ...[0, 1, 2].map((n) => ({
      traceId,
      spanId: `${n + 2}`.repeat(16),
      parentSpanId: '1'.repeat(16),
      name: 'chat gpt-4o',
      atMs: now - 2_000,
      durationMs: 500,
      failed: n < 2,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.agent.name': 'planner',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.input_tokens': 1_000,
        'gen_ai.usage.output_tokens': 0,
      },
    })),
  ]);
  await eventually(async () => expect(await client.query({ measures: ['llm_calls'] })).toEqual([{ llm_calls: 3 }]));
  expect(await cron('aggregate')).toMatchObject({ remaining: 0 });
  failing = 2;
  expect(await cron('evaluate-alerts')).toEqual({ done: 4, remaining: 0 });

  const alerts = await open();
  expect(alerts.map(({ rule_name, severity, value, labels }) => [rule_name, severity, value, labels]).sort()).toEqual([
    ['errors', 'critical', 2 / 3, { agent_id: 'planner' }],
    ['failed requests', 'warning', 1, {}],
    ['spent', 'info', 0.0075, {}],
  ]);
  await eventually(async () => expect(received).toHaveLength(3));
  for (const { body, signature } of received) expect(signature).toBe(`sha256=${createHmac('sha256', 'shared').update(body).digest('hex')}`);
  const names = received.map(
    ({ body }) => (JSON.parse(body) as { version: string; alerts: { labels: { alertname: string } }[] }).alerts[0]?.labels.alertname,
  );
  expect(names.sort()).toEqual(['errors', 'failed requests', 'spent']);
  const attempts = (await open()).flatMap(({ notifications }) => notifications);
  expect(attempts.filter(({ success }) => !success)).toHaveLength(2);

  const health = await client.get<{ health: { score: number; components: { name: string; points: number }[] } }>('/api/obs/agents/planner');
  expect(health.health.components.find(({ name }) => name === 'alerts')).toMatchObject({ name: 'alerts' });
  expect(await client.get('/api/obs/metrics/overview')).toMatchObject({ open_alerts: 3 });
  expect(await client.get('/api/obs/notifications')).toMatchObject({ unread: 3 });

  // Again changes nothing.
  await cron('evaluate-alerts');
  expect(await open()).toHaveLength(3);
  expect(received).toHaveLength(3);
});

test('acknowledging, killing the program and starting it again loses and repeats nothing', { timeout: 90_000 }, async () => {
  const first = (await open()).find(({ rule_name }) => rule_name === 'errors');
  const acknowledged = await client.post<AlertDetail>(`/api/obs/alerts/${first?.id}/acknowledge`, { notes: 'looking' });
  expect(acknowledged).toMatchObject({ status: 'acknowledged' });
  expect(acknowledged.timeline.map(({ kind }) => kind)).toEqual(['triggered', 'notified', 'acknowledged']);
  await program.kill();
  program = await startProgram({ env, dataDir: program.dataDir });
  client = createClient(program, OWNER.key);
  await cron('evaluate-alerts');
  expect((await open()).map(({ rule_name, status }) => [rule_name, status]).sort()).toEqual([
    ['errors', 'acknowledged'],
    ['failed requests', 'active'],
    ['spent', 'active'],
  ]);
  expect(received).toHaveLength(3);
  const errors = (await client.get<{ items: AlertRule[] }>('/api/obs/alerts/rules?q=errors')).items.find(({ name }) => name === 'errors');
  expect((await client.send(`/api/obs/alerts/rules/${errors?.id}`, { method: 'DELETE' })).status).toBe(204);
  await eventually(async () => expect(received).toHaveLength(4));
  expect(JSON.parse(received.at(-1)?.body ?? '{}')).toMatchObject({ status: 'resolved', alerts: [{ labels: { alertname: 'errors' } }] });
  expect((await open()).map(({ rule_name }) => rule_name).sort()).toEqual(['failed requests', 'spent']);
});
