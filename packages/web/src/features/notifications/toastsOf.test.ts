import type { Notification } from '@sightglass/contract/notification';
import { expect, it } from 'vitest';
import { freshNotifications, toastsOf } from './toastsOf.ts';

const notification = (id: string, more: Partial<Notification> = {}): Notification => ({
  id,
  kind: 'alert_triggered',
  severity: 'warning',
  title: `Title ${id}`,
  message: `Message ${id}`,
  alert_id: `alr_${id}`,
  rule_id: null,
  channel_id: null,
  created_at: '2026-11-20T12:00:00Z',
  read_at: null,
  ...more,
});

it('what was there when the page opened is not shown again', () => {
  expect(freshNotifications(null, [notification('1')])).toEqual([]);
});

it('what came since is shown, unless it was read elsewhere or is good news', () => {
  const items = [
    notification('4', { kind: 'alert_resolved' }),
    notification('3', { read_at: '2026-11-20T12:00:01Z' }),
    notification('2'),
    notification('1'),
  ];
  expect(freshNotifications(new Set(['1']), items).map(({ id }) => id)).toEqual(['2']);
});

it('what is critical comes first and stays, everything else leaves', () => {
  const toasts = toastsOf([notification('1', { severity: 'info' }), notification('2', { severity: 'critical' }), notification('3')]);
  expect(toasts.map(({ id, timeoutMs }) => [id, timeoutMs > 0])).toEqual([
    ['2', false],
    ['3', true],
    ['1', true],
  ]);
});

it('of a flood only the gravest are shown, and how many others there are', () => {
  const flood = Array.from({ length: 12 }, (_, i) => notification(String(i), { severity: i < 5 ? 'critical' : 'info' }));
  const toasts = toastsOf(flood);
  expect(toasts.map(({ title }) => title)).toEqual(['Title 0', 'Title 1', 'Title 2', '9 more notifications']);
  expect(toasts.at(-1)).toMatchObject({ about: null, severity: 'critical', timeoutMs: 0 });
});
