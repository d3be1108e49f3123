import { once } from 'node:events';
import { expect, test } from 'vitest';
import { startWorker } from './startWorker.ts';

test('a thread starts from TypeScript, resolves the contract from its sources and gets its data', async () => {
  const worker = startWorker(new URL('../test/fixtures/echoWorker.ts', import.meta.url), { workerData: { word: 'hello' } });
  const [message] = await once(worker, 'message');
  expect(message).toEqual({ word: 'hello', prefix: 'wsp' });
  await worker.terminate();
});
