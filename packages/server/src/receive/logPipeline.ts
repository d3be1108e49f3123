/** The way of a log request: decode → normalise, mask → encrypt, encode. Pure; runs in the receive worker. */
import { hash as digest } from 'node:crypto';
import type { Sampling } from '@sightglass/contract/sampling';
import { sealLog } from '../encryption/sealContent.ts';
import { distinctAgents } from '../enrich/namedAgents.ts';
import type { CanonicalLog } from '../normalise/canonicalLog.ts';
import type { DecodedLog } from '../normalise/decodedLog.ts';
import { normaliseLog } from '../normalise/normaliseLog.ts';
import type { RequestRedaction } from '../redact/redactor.ts';
import { redactLog } from '../redact/redactLog.ts';
import { withoutDroppedAttributes } from '../redact/redactSpan.ts';
import { logWeight } from '../sampling/logWeight.ts';
import { encodeLogs } from '../telemetry/encodeLogs.ts';
import { logsTable } from '../telemetry/tables/logs.ts';
import { type Decoded, explainRejections, reject } from './decoded.ts';
import { decodeLogsJson } from './otlp/logsJson.ts';
import { decodeLogsProtobuf } from './otlp/logsProtobuf.ts';
import { decodeBody, OUR_FAULT, type Pipeline } from './pipeline.ts';
import { noPolicies, type PoliciesOf } from './requestPolicies.ts';

interface LogRequest {
  logs: Decoded<DecodedLog>;
  /** Of the inflated body: the same for a request that is sent again, however it was compressed. */
  hash: Buffer;
}

const withHash =
  (decode: (body: Uint8Array, receivedAtMs: number) => Decoded<DecodedLog>) =>
  (body: Uint8Array, receivedAtMs: number): LogRequest => ({ logs: decode(body, receivedAtMs), hash: digest('sha256', body, 'buffer') });

const DECODERS = { protobuf: withHash(decodeLogsProtobuf), json: withHash(decodeLogsJson) };
const NS_PER_MS = 1_000_000n;

export function createLogPipeline(policiesOf: PoliciesOf = noPolicies): Pipeline {
  return (request) => {
    const { redaction, sealer, sampling } = policiesOf(request.workspaceId);
    const { logs: decoded, hash } = decodeBody(request, DECODERS);
    const { workspaceId, receivedAtMs } = request;
    const { logs: all, faults } = normaliseAll(decoded.items, BigInt(receivedAtMs) * NS_PER_MS, redaction);
    if (faults.length > 0) reject(decoded, OUR_FAULT, faults.length);
    const weighed = sampling === null ? null : weigh(sampling, hash.toString('hex'), all);
    const logs = weighed === null ? all : weighed.logs;
    const answer = {
      accepted: all.length,
      sampled: all.length - logs.length,
      rejected: decoded.rejected,
      rejectedWhy: explainRejections(decoded, 'log record'),
      faults,
      committed: () => undefined,
      sameWhenRepeated: decoded.items.every(({ timeNs }) => timeNs !== null),
    };
    if (logs.length === 0) return { ...answer, content: undefined };
    const notes = { agentIds: distinctAgents(logs.map(({ own }) => own.agentId)) };
    const stored = sealer === null ? logs : logs.map((log) => sealLog(log, sealer));
    const tables = [{ name: logsTable.name, rows: logs.length, native: encodeLogs(workspaceId, receivedAtMs, hash, stored, weighed?.weights) }];
    return { ...answer, content: { rows: logs.length, traces: [], notes, tables } };
  };
}

/** The records that are kept, each with how many it stands for. */
function weigh(sampling: Sampling, requestKey: string, all: readonly CanonicalLog[]): { logs: CanonicalLog[]; weights: number[] } {
  const logs: CanonicalLog[] = [];
  const weights: number[] = [];
  for (const log of all) {
    const weight = logWeight(sampling, log.traceId ?? `${requestKey}:${log.position}`, { ...log, endpoint: log.own.endpoint });
    if (weight === 0) continue;
    logs.push(log);
    weights.push(weight);
  }
  return { logs, weights };
}

function normaliseAll(
  decoded: readonly DecodedLog[],
  receivedAtNs: bigint,
  redaction: RequestRedaction | null,
): { logs: CanonicalLog[]; faults: unknown[] } {
  const logs: CanonicalLog[] = [];
  const faults: unknown[] = [];
  for (const log of decoded) {
    try {
      logs.push(
        redaction === null
          ? normaliseLog(log, receivedAtNs)
          : redactLog(normaliseLog(withoutDroppedAttributes(log, redaction), receivedAtNs), redaction),
      );
    } catch (error) {
      faults.push(error);
    }
  }
  return { logs, faults };
}
