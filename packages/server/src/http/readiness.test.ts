import { pino } from 'pino';
import { expect, it } from 'vitest';
import { fail } from '../result.ts';
import { createApp } from './app.ts';
import { notReceiving, readinessRoutes } from './readiness.ts';

function program(state: { isReceiving: boolean; backlogBytes: number }) {
  const app = createApp({ log: pino({ level: 'silent' }), authenticate: async () => fail('not-signed-in', 'nobody') });
  const receiving = { isReceiving: () => state.isReceiving, backlogBytes: () => state.backlogBytes, backlogBytesMax: 100 };
  readinessRoutes(app, async () => notReceiving(receiving));
  return app;
}

it('the program is ready while its worker runs and the journal holds no more than it may', async () => {
  const answer = await program({ isReceiving: true, backlogBytes: 100 }).request('/readyz');
  expect(answer.status).toBe(200);
});

it.each([
  ['the receive worker is down', { isReceiving: false, backlogBytes: 0 }, ['the receive worker is starting again']],
  [
    'the journal holds more',
    { isReceiving: true, backlogBytes: 101 },
    ['the telemetry store is behind: more than 100 acknowledged bytes wait for it'],
  ],
])('the program lives but is not ready while %s', async (_what, state, reasons) => {
  const app = program(state);
  const answer = await app.request('/readyz');
  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({ status: 'not ready', reasons });
  expect((await app.request('/healthz')).status).toBe(200);
});
