import { EventEmitter, once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { OpenAPIHono } from '@hono/zod-openapi';
import { expect, test } from 'vitest';
import type { AppVariables } from './http/appTypes.ts';
import { listen, stopListening } from './listen.ts';

/** Longer than the test may take: nothing here may end by being cut. */
const GRACE_MS = 600_000;

function ask(url: string, agent: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer));
    }).once('error', reject);
  });
}

test('a client that goes on asking is answered once more and then let go', async () => {
  const app = new OpenAPIHono<{ Variables: AppVariables }>();
  const request = new EventEmitter();
  const entered = once(request, 'entered');
  const released = once(request, 'released');
  app.get('/', async (c) => {
    request.emit('entered');
    await released;
    return c.text('answered');
  });
  const { server, port } = await listen(app, '127.0.0.1', 0);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const url = `http://127.0.0.1:${port}/`;

  const inHand = ask(url, agent);
  const following = ask(url, agent);
  await entered;
  const stopped = stopListening(server, GRACE_MS);
  request.emit('released');
  expect((await inHand).statusCode).toBe(200);
  expect([(await following).statusCode, (await following).headers.connection]).toEqual([200, 'close']);
  await stopped;
  await expect(ask(url, agent)).rejects.toThrow('ECONNREFUSED');
});
