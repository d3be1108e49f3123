/** Two programs on one PostgreSQL server: what one of them owes is done by the other when it is killed, and nothing twice. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Alert } from '@sightglass/contract/alert';
import type { AlertChannel } from '@sightglass/contract/alertChannel';
import type { AlertRule } from '@sightglass/contract/alertRule';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestPostgres, type TestPostgres } from '../postgres.ts';
import { createClient, eventually } from './apiClient.ts';
import { HEADLESS, OWNER, type Program, START_MS_MAX, startProgram } from './startProgram.ts';

/** A lease that nobody keeps is free after 20 s. */
const TAKEN_OVER_MS_MAX = 90_000;

let postgres: TestPostgres | undefined;
let receiver: Server;
const received: string[] = [];
let start: (dataDir?: string) => Promise<Program>;
beforeAll(async () => {
  postgres = await startTestPostgres();
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      const { status, alerts } = JSON.parse(body) as { status: string; alerts: { labels: { alertname: string } }[] };
      received.push(`${status} ${alerts.map(({ labels }) => labels.alertname).join(' ')}`);
      response.end();
    });
  });
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
  const DATABASE_URL = (await postgres?.createDatabase()) ?? '';
  const env = {
    ...HEADLESS,
    DATABASE_URL,
    SIGHTGLASS_SECRET: 'one secret of both instances, long enough',
    SIGHTGLASS_OUTBOUND_ALLOW: `127.0.0.1:${(receiver.address() as AddressInfo).port}`,
  };
  start = (dataDir) => startProgram(dataDir === undefined ? { env } : { env, dataDir });
}, START_MS_MAX);
afterAll(async () => {
  await new Promise((closed) => receiver.close(closed));
  await postgres?.stop();
});

describe('alerts of two instances', () => {
  test('each kill is survived: one alert and one message for each rule', { timeout: 6 * TAKEN_OVER_MS_MAX }, async ({ skip }) => {
    if (postgres === undefined) return skip('PostgreSQL is not installed on this machine');
    let first = await start();
    const second = await start();
    const ask = createClient(first, OWNER.key);
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    const channel = await ask.post<AlertChannel>('/api/obs/alerts/channels', { name: 'hook', kind: 'webhook', config: { url } });
    const silent = (name: string) => ({
      name,
      severity: 'critical',
      kind: 'no_heartbeat',
      config: { minutes: 0.01, agent_id: name },
      channel_ids: [channel.id],
      check_interval_minutes: 1,
    });
    /** A rule that is due at once, made while only one instance lives; whoever held the lease is dead. */
    const speaks = async (program: Program, name: string) => {
      const client = createClient(program, OWNER.key);
      const { id } = await client.post<AlertRule>('/api/obs/alerts/rules', silent(name));
      await eventually(async () => {
        const { items } = await client.get<{ items: Alert[] }>(`/api/obs/alerts?rule_id=${id}`);
        expect(items.map(({ rule_name, status, notifications }) => [rule_name, status, notifications.map(({ success }) => success)])).toEqual([
          [name, 'active', [true]],
        ]);
      }, TAKEN_OVER_MS_MAX);
    };
    await speaks(first, 'both');
    await first.kill();
    await speaks(second, 'second alone');
    first = await start(first.dataDir);
    // Whoever was alone holds the lease.
    await second.kill();
    await speaks(first, 'first alone');
    expect(received.toSorted()).toEqual(['firing both', 'firing first alone', 'firing second alone']);
    await first.kill();
  });
});
