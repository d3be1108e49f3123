/**
 * Sends what Sightglass itself does into one of its workspaces, for those who ask for it (SIGHTGLASS_SELF_TELEMETRY). It goes to the
 * receive worker, not through HTTP, so what it sends makes no request that it would send again; and what fails is counted and never
 * logged, so a store that is down does not feed itself. Nothing waits for it, and what it holds is bounded.
 */
import type { WorkspaceId } from '@sightglass/contract/ids';
import type { AnsweredRequest } from '../ownMetrics/ownMetrics.ts';
import type { Receiver } from '../receive/receiver.ts';
import { repeat } from '../repeat.ts';
import type { OwnLogLines } from './ownLogLines.ts';
import { logRequestOf, type OwnRequest, readLogLine, traceRequestOf } from './ownRequests.ts';

const SEND_EVERY_MS = 1_000;
/** Of requests that wait; the load of a busy instance is known from far fewer. */
const REQUESTS_MAX = 5_000;
/** As accounting names this way in. */
export const SELF_SOURCE = 'sightglass';
/** Asked for every few seconds by what watches over the program: they would tell of nothing else. */
const LEFT_OUT: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

export interface SelfTelemetryDependencies {
  receiver: Pick<Receiver, 'receive'>;
  lines: OwnLogLines;
  /** The workspace that it is for; undefined while there is none of that slug. */
  workspaceId(): Promise<WorkspaceId | undefined>;
  version: string;
  /** Unix milliseconds. */
  nowMs(): number;
  onDropped(signal: 'traces' | 'logs', count: number): void;
}

export interface SelfTelemetry {
  noteRequest(request: AnsweredRequest): void;
  /** Sends what waits. */
  send(): Promise<void>;
  /** Sends what waits, and nothing after it. */
  close(): Promise<void>;
}

export function startSelfTelemetry(deps: SelfTelemetryDependencies): SelfTelemetry {
  const { receiver, lines, workspaceId, version, nowMs, onDropped } = deps;
  let requests: OwnRequest[] = [];
  let requestsDropped = 0;

  async function hand(to: WorkspaceId | undefined, signal: 'traces' | 'logs', count: number, request: () => object): Promise<void> {
    if (count === 0) return;
    if (to === undefined) return onDropped(signal, count);
    const body = Buffer.from(JSON.stringify(request()));
    const outcome = await receiver.receive({
      signal,
      workspaceId: to,
      receivedAtMs: nowMs(),
      source: SELF_SOURCE,
      body,
      contentType: 'json',
      encoding: 'identity',
    });
    if (!outcome.ok) onDropped(signal, count);
  }

  async function send(): Promise<void> {
    const ended = requests;
    const left = requestsDropped;
    requests = [];
    requestsDropped = 0;
    const { lines: said, dropped } = lines.take();
    if (left > 0) onDropped('traces', left);
    if (dropped > 0) onDropped('logs', dropped);
    const records = said.flatMap((line) => readLogLine(line) ?? []);
    if (ended.length + records.length === 0) return;
    const to = await workspaceId().catch(() => undefined);
    await Promise.all([
      hand(to, 'traces', ended.length, () => traceRequestOf(ended, version)),
      hand(to, 'logs', records.length, () => logRequestOf(records, version)),
    ]);
  }

  const stop = repeat(SEND_EVERY_MS, send, () => undefined);
  return {
    noteRequest: (request) => {
      if (LEFT_OUT.has(request.route) || request.route === 'other') return;
      if (requests.length < REQUESTS_MAX) requests.push({ ...request, endedAtMs: nowMs() });
      else requestsDropped += 1;
    },
    send,
    close: async () => {
      await stop();
      await send();
    },
  };
}
