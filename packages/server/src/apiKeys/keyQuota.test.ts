import { expect, test } from 'vitest';
import { createKeyQuota } from './keyQuota.ts';

function quotaOf(limit: Parameters<typeof createKeyQuota>[0]) {
  const time = { nowMs: 1_763_600_000_000 };
  return { quota: createKeyQuota(limit, () => time.nowMs), time };
}

test('items and bytes may go into debt, and the next request waits for the longer of the two', () => {
  const { quota, time } = quotaOf({ items_per_second: 100, bytes_per_second: 1_000, burst_seconds: 10 });
  expect(quota.admitTelemetry()).toBe(0);
  quota.tookBytes(9_999);
  quota.tookItems(1_000);
  // One byte is left, but no item; 10 ms until there is one, told in whole seconds.
  expect(quota.admitTelemetry()).toBe(1);
  time.nowMs += 1_000;
  expect(quota.admitTelemetry()).toBe(0);
  quota.tookBytes(21_000);
  quota.tookItems(1);
  // 1001 were there: one more than 19 999 is missing.
  expect(quota.admitTelemetry()).toBe(20);
  time.nowMs += 20_000;
  expect(quota.admitTelemetry()).toBe(0);
});

test('a body or batch that is larger than the whole burst is taken once, and paid for afterwards', () => {
  const { quota, time } = quotaOf({ items_per_second: 10, burst_seconds: 1 });
  expect(quota.admitTelemetry()).toBe(0);
  quota.tookItems(100);
  expect(quota.admitTelemetry()).toBe(10);
  time.nowMs += 9_100;
  expect(quota.admitTelemetry()).toBe(0);
});

test('requests that send no telemetry do not wait for bytes and items, and a request that has to wait counts for nothing', () => {
  const { quota, time } = quotaOf({ requests_per_minute: 2, bytes_per_second: 10 });
  quota.tookBytes(1_000_000);
  expect(quota.admitRequest()).toBe(0);
  expect(quota.admitTelemetry()).toBeGreaterThan(60_000);
  expect(quota.admitRequest()).toBe(0);
  expect(quota.admitRequest()).toBe(30);
  time.nowMs += 30_000;
  expect(quota.admitRequest()).toBe(0);
});

test('the headers name every policy, what is left of it, and when there is more', () => {
  const { quota, time } = quotaOf({ requests_per_minute: 60, items_per_second: 100, bytes_per_second: 1_000, burst_seconds: 5 });
  expect(quota.headers()).toEqual({
    'ratelimit-policy': '"requests";q=60;w=60, "items";q=500;w=5;qu="items", "bytes";q=5000;w=5;qu="content-bytes"',
    ratelimit: '"requests";r=60;t=0, "items";r=500;t=0, "bytes";r=5000;t=0',
  });
  quota.admitTelemetry();
  quota.tookItems(150);
  quota.tookBytes(8_000);
  expect(quota.headers().ratelimit).toBe('"requests";r=59;t=1, "items";r=350;t=2, "bytes";r=0;t=4');
  expect(quota.admitTelemetry()).toBe(4);
  time.nowMs += 4_000;
  expect(quota.headers().ratelimit).toBe('"requests";r=60;t=0, "items";r=500;t=0, "bytes";r=1000;t=4');
});

test('the burst is ten seconds unless told', () => {
  expect(quotaOf({ items_per_second: 7 }).quota.headers()['ratelimit-policy']).toBe('"items";q=70;w=10;qu="items"');
});
