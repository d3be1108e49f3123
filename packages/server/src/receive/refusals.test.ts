import { expect, it } from 'vitest';
import { createRefusalLog } from './refusals.ts';

const refusal = (workspaceId: string | null, message = 'too slow') => ({
  workspaceId,
  path: '/v1/traces',
  status: 400,
  code: 'undecodable-body',
  message,
});

it('what is refused again is counted, and comes first', () => {
  let nowMs = 0;
  const log = createRefusalLog(() => ++nowMs);
  log.note(refusal('wsp_a', 'x'));
  log.note(refusal('wsp_a', 'y'));
  log.note(refusal('wsp_a', 'x'));
  expect(log.of('wsp_a')).toMatchObject([
    { message: 'x', count: 2, atMs: 3 },
    { message: 'y', count: 1 },
  ]);
});

it('a noisy workspace, and senders of none, push out their own refusals alone', () => {
  const log = createRefusalLog(() => 0);
  log.note(refusal('wsp_quiet'));
  log.note(refusal(null, 'no key'));
  for (let i = 0; i < 1_000; i++) log.note(refusal('wsp_noisy', `#${i}`));
  expect(log.of('wsp_noisy').filter(({ workspaceId }) => workspaceId !== null)).toHaveLength(50);
  expect(log.of('wsp_quiet').map(({ message }) => message)).toEqual(['too slow', 'no key']);
  for (let i = 0; i < 1_000; i++) log.note(refusal(null, `#${i}`));
  expect(log.of('wsp_quiet')).toContainEqual(expect.objectContaining({ workspaceId: 'wsp_quiet' }));
});

it('keeps an hour, and no more workspaces than it has places for', () => {
  let nowMs = 0;
  const log = createRefusalLog(() => nowMs);
  for (let i = 0; i <= 1_000; i++) log.note(refusal(`wsp_${i}`));
  expect(log.of('wsp_0')).toEqual([]);
  expect(log.of('wsp_1')).toHaveLength(1);
  nowMs = 3_600_001;
  expect(log.of('wsp_1')).toEqual([]);
});

it('keeps no more of a message than a person reads', () => {
  const log = createRefusalLog(() => 0);
  log.note(refusal('wsp_a', 'x'.repeat(10_000)));
  expect(log.of('wsp_a')[0]?.message).toHaveLength(500);
});
