import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { createInlineReceiver } from '../receive/testing/inlineReceiver.ts';
import type { TelemetryRequest } from '../receive/pipeline.ts';
import { testWorkspace, traceIdOf } from '../telemetry/testing/storedRows.ts';
import { createOwnLogLines } from './ownLogLines.ts';
import { SELF_SOURCE, type SelfTelemetry, startSelfTelemetry } from './selfTelemetry.ts';

const operators = testWorkspace('operators');
const NOW_MS = Date.UTC(2026, 10, 20, 10);
const request = { method: 'GET', route: '/api/obs/traces/{trace_id}', status: 200, seconds: 0.25, traceId: traceIdOf(1) };

let self: SelfTelemetry | undefined;
afterEach(() => self?.close());

function start(workspaceId = async (): Promise<typeof operators | undefined> => operators) {
  const inline = createInlineReceiver();
  const sent: TelemetryRequest[] = [];
  const dropped: [string, number][] = [];
  const lines = createOwnLogLines();
  const telemetry = startSelfTelemetry({
    receiver: {
      receive: (each) => {
        sent.push(each);
        return inline.receive(each);
      },
    },
    lines,
    workspaceId,
    version: '1.2.3',
    nowMs: () => NOW_MS,
    onDropped: (signal, count) => dropped.push([signal, count]),
  });
  self = telemetry;
  const bodies = (signal: string) => sent.filter((each) => each.signal === signal).map(({ body }) => JSON.parse(Buffer.from(body).toString()));
  return { telemetry, sent, dropped, lines, bodies, frames: inline.frames };
}

describe('own requests', () => {
  it('go to the workspace as spans that the receive worker takes', async () => {
    const { telemetry, sent, frames, bodies } = start();
    telemetry.noteRequest(request);
    telemetry.noteRequest({ ...request, status: 503, traceId: traceIdOf(2) });
    await telemetry.send();
    expect(sent).toMatchObject([{ signal: 'traces', workspaceId: operators, source: SELF_SOURCE, receivedAtMs: NOW_MS }]);
    expect(frames).toHaveLength(1);
    const [first, second] = bodies('traces')[0].resourceSpans[0].scopeSpans[0].spans;
    expect(first).toMatchObject({
      traceId: traceIdOf(1),
      name: 'GET /api/obs/traces/{trace_id}',
      kind: 2,
      startTimeUnixNano: `${NOW_MS - 250}000000`,
      endTimeUnixNano: `${NOW_MS}000000`,
      status: {},
    });
    expect(second.status).toEqual({ code: 2 });
  });

  it('that only watch over the program are left out', async () => {
    const { telemetry, sent } = start();
    for (const route of ['/healthz', '/readyz', '/metrics', 'other']) telemetry.noteRequest({ ...request, route });
    await telemetry.send();
    expect(sent).toEqual([]);
  });

  it('are sent once, and nothing is sent of nothing', async () => {
    const { telemetry, sent } = start();
    telemetry.noteRequest(request);
    await telemetry.send();
    await telemetry.send();
    expect(sent).toHaveLength(1);
  });

  it('are bounded, and what is over the bound is counted', async () => {
    const { telemetry, dropped, bodies } = start();
    for (let i = 0; i < 5_010; i++) telemetry.noteRequest(request);
    await telemetry.send();
    expect(dropped).toEqual([['traces', 10]]);
    expect(bodies('traces')[0].resourceSpans[0].scopeSpans[0].spans).toHaveLength(5_000);
  });
});

describe('the log', () => {
  it('goes as records with their error and trace, and without any other field', async () => {
    const { telemetry, lines, bodies, frames } = start();
    const log = pino({ base: null, timestamp: () => `,"time":${NOW_MS}` }, lines);
    log.warn({ err: new TypeError('no such thing'), path: '/secret/path', workspaceId: 'theirs', traceId: traceIdOf(3) }, 'a request failed');
    log.error('the store is down');
    await telemetry.send();
    expect(frames).toHaveLength(1);
    const [warned, failed] = bodies('logs')[0].resourceLogs[0].scopeLogs[0].logRecords;
    expect(warned).toMatchObject({
      severityNumber: 13,
      body: { stringValue: 'a request failed' },
      traceId: traceIdOf(3),
      timeUnixNano: `${NOW_MS}000000`,
    });
    expect(warned.attributes.slice(0, 2)).toEqual([
      { key: 'exception.type', value: { stringValue: 'TypeError' } },
      { key: 'exception.message', value: { stringValue: 'no such thing' } },
    ]);
    expect(failed).toMatchObject({ severityNumber: 17, body: { stringValue: 'the store is down' }, attributes: [] });
    expect(JSON.stringify(bodies('logs'))).not.toMatch(/secret\/path|theirs/);
  });

  it('is bounded, and what is over the bound is counted', async () => {
    const { telemetry, lines, dropped, bodies } = start();
    for (let i = 0; i < 510; i++) lines.write(JSON.stringify({ level: 40, time: NOW_MS, msg: 'again' }));
    lines.write('no JSON');
    await telemetry.send();
    expect(dropped).toEqual([['logs', 11]]);
    expect(bodies('logs')[0].resourceLogs[0].scopeLogs[0].logRecords).toHaveLength(500);
  });
});

describe('what cannot be sent', () => {
  it.each<[string, () => Promise<typeof operators | undefined>]>([
    ['for want of the workspace', async () => undefined],
    ['because the control plane does not answer', () => Promise.reject(new Error('refused'))],
  ])('%s is counted, and asks for nothing', async (_, workspaceId) => {
    const { telemetry, lines, sent, dropped } = start(workspaceId);
    telemetry.noteRequest(request);
    lines.write(JSON.stringify({ level: 50, time: NOW_MS, msg: 'a fault' }));
    await telemetry.send();
    expect(sent).toEqual([]);
    expect(dropped.toSorted()).toEqual([
      ['logs', 1],
      ['traces', 1],
    ]);
  });

  it('because the receive worker is gone is counted', async () => {
    const dropped: [string, number][] = [];
    self = startSelfTelemetry({
      receiver: { receive: async () => ({ ok: false, reason: 'unavailable', message: 'starting again' }) },
      lines: createOwnLogLines(),
      workspaceId: async () => operators,
      version: '1.2.3',
      nowMs: () => NOW_MS,
      onDropped: (signal, count) => dropped.push([signal, count]),
    });
    self.noteRequest(request);
    await self.send();
    expect(dropped).toEqual([['traces', 1]]);
  });
});
