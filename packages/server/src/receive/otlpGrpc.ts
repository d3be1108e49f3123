/** OTLP/gRPC: the same requests as `/v1/traces`, `/v1/logs` and `/v1/metrics`, by another door. */
import { logVerbosity, type sendUnaryData, Server, ServerCredentials, type ServerUnaryCall, setLogVerbosity } from '@grpc/grpc-js';
import { ERRORS } from '@sightglass/contract/errors';
import { cannotListen, GRPC_PORT_SETTING } from '../listen.ts';
import type { Failure } from '../result.ts';
import type { Caller } from '../access/caller.ts';
import { OUTCOME_CODES, quotaOf } from './admission.ts';
import { type AdmissionDependencies, createAdmission } from './grpc/admitCalls.ts';
import { encodingOfMessage } from './grpc/callInternals.ts';
import { failureStatus } from './grpc/failureStatus.ts';
import { OTLP_SERVICES } from './grpc/services.ts';
import { BODY_BYTES_MAX } from './limits.ts';
import { exportAnswer } from './otlp/answer.ts';
import type { Receiver } from './receiver.ts';

/** Calls of one connection at a time; exporters make one or a few. */
const CONCURRENT_CALLS_MAX = 32;

export interface OtlpGrpcDependencies extends AdmissionDependencies {
  receiver: Pick<Receiver, 'receive'>;
  nowMs(): number;
}

export interface OtlpGrpc {
  port: number;
  /** Takes no new calls and lets those in hand finish; cuts them off after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/** Listens on `host` and `port`. @throws CannotListen when the port is busy or forbidden. */
export async function startOtlpGrpc(host: string, port: number, deps: OtlpGrpcDependencies): Promise<OtlpGrpc> {
  // What it would print by itself, past our log, is in the errors that it answers with.
  setLogVerbosity(logVerbosity.NONE);
  const { interceptor, callerOf } = createAdmission(deps);
  const server = new Server({
    'grpc.max_receive_message_length': BODY_BYTES_MAX,
    'grpc.max_concurrent_streams': CONCURRENT_CALLS_MAX,
    'grpc.enable_channelz': 0,
    interceptors: [interceptor],
  });

  for (const { signal, shownAs, definition } of OTLP_SERVICES) {
    const take = async (body: Buffer, caller: Caller, answer: sendUnaryData<Buffer>): Promise<void> => {
      const { workspaceId } = caller;
      const outcome = await deps.receiver.receive({
        signal,
        workspaceId,
        receivedAtMs: deps.nowMs(),
        source: 'otlp/grpc',
        body,
        contentType: 'protobuf',
        encoding: encodingOfMessage(body),
      });
      if (!outcome.ok) {
        const failure: Failure = { code: OUTCOME_CODES[outcome.reason], detail: outcome.message };
        deps.refusals.note({ workspaceId, path: shownAs, status: ERRORS[failure.code].status, code: failure.code, message: failure.detail });
        answer(failureStatus(failure));
        return;
      }
      const { accepted, rejected, rejectedWhy } = outcome;
      quotaOf(caller)?.tookItems(accepted + rejected);
      if (rejected > 0) deps.refusals.note({ workspaceId, path: shownAs, status: 200, code: 'partial-success', message: rejectedWhy });
      answer(null, Buffer.from(exportAnswer('protobuf', signal, rejected, rejectedWhy).body));
    };
    server.addService(definition, {
      Export: (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
        take(call.request, callerOf(call.metadata), answer).catch((error: unknown) => {
          deps.onFault(`a call of ${shownAs} failed`, error);
          answer(failureStatus({ code: 'internal', detail: 'something went wrong inside Sightglass' }));
        });
      },
    });
  }

  const boundPort = await bind(server, host, port);
  return { port: boundPort, stop: (graceMs) => stop(server, graceMs) };
}

function bind(server: Server, host: string, port: number): Promise<number> {
  const address = `${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(cannotListen(errorCode(error), host, port, GRPC_PORT_SETTING) ?? error);
    });
  });
}

/** The library tells the system's error only in words. */
const errorCode = ({ message }: Error): string | undefined => /\b(EADDRINUSE|EACCES|EADDRNOTAVAIL)\b/.exec(message)?.[1];

function stop(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.forceShutdown(), graceMs);
    server.tryShutdown(() => {
      clearTimeout(cut);
      resolve();
    });
  });
}
