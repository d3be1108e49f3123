import { expect, it, vi } from 'vitest';
import { guardedConnect, NotConnected, permittedAddresses, type ResolveName } from './guardedConnect.ts';
import { startRecordingServer } from './testing/recordingServer.ts';

it.each(['127.0.0.1', '::1', '10.0.0.1', '::ffff:127.0.0.1', '169.254.169.254'])(
  '%s is refused at connect, too, and never resolved',
  async (address) => {
    const resolve = vi.fn<ResolveName>(async () => ['8.8.8.8']);
    await expect(permittedAddresses(address, 80, [], resolve)).rejects.toThrow(NotConnected);
    expect(resolve).not.toHaveBeenCalled();
  },
);

it('a connector that is asked for a forbidden literal makes no connection', async () => {
  const { port, connections, close } = await startRecordingServer();
  const connect = guardedConnect({ allow: [], resolve: async () => ['127.0.0.1'], connectTimeoutMs: 1_000, signal: new AbortController().signal });
  const error = await new Promise((resolve) =>
    connect({ hostname: '127.0.0.1', protocol: 'http:', port: String(port) }, (...answer) => resolve(answer[0])),
  );
  expect(error).toBeInstanceOf(NotConnected);
  expect(connections()).toBe(0);
  await close();
});
