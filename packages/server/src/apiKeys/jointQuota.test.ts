import { expect, test } from 'vitest';
import { jointQuota } from './jointQuota.ts';
import { createKeyQuota } from './keyQuota.ts';

const PLAN = { whose: 'the plan free for this workspace', prefix: 'workspace-' };
const clock = () => 1_763_600_000_000;

test('without one of the two the other holds alone, and without both nothing does', () => {
  const quota = createKeyQuota({ requests_per_minute: 1 }, clock);
  expect(jointQuota(quota, undefined)).toBe(quota);
  expect(jointQuota(undefined, quota)).toBe(quota);
  expect(jointQuota(undefined, undefined)).toBeUndefined();
});

test('a request that one of them lets wait is counted by neither', () => {
  const [key, plan] = [createKeyQuota({ requests_per_minute: 5 }, clock), createKeyQuota({ requests_per_minute: 2 }, clock, PLAN)];
  const joint = jointQuota(key, plan);
  expect([1, 2, 3, 4].map(() => joint?.admitTelemetry())).toEqual([0, 0, 30, 30]);
  expect(joint?.whose()).toBe('the plan free for this workspace');
  expect(joint?.headers()).toEqual({
    'ratelimit-policy': '"requests";q=5;w=60, "workspace-requests";q=2;w=60',
    ratelimit: '"requests";r=3;t=24, "workspace-requests";r=0;t=30',
  });
});

test('bytes and items of one key are missing for all others of the workspace', () => {
  const plan = createKeyQuota({ items_per_second: 10, bytes_per_second: 100 }, clock, PLAN);
  const [one, other] = [jointQuota(createKeyQuota({ items_per_second: 1_000 }, clock), plan), jointQuota(undefined, plan)];
  expect(one?.admitTelemetry()).toBe(0);
  one?.tookItems(150);
  one?.tookBytes(10);
  expect(other?.admitTelemetry()).toBeGreaterThan(0);
  // Requests that send no telemetry do not wait for it.
  expect(other?.admitRequest()).toBe(0);
});
