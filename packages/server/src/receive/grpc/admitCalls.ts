/**
 * Decides about a call by its metadata, before any of its message is read: a sender without a key cannot make
 * the program take in 64 MiB. What arrives after that takes room that all doors share, until the call is answered.
 * Whatever is refused here, by the library or by the handler is noted in one place.
 */
import { type Metadata, type ServerInterceptingCallInterface, ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import { ERRORS } from '@sightglass/contract/errors';
import type { Asking, Identify } from '../../http/authenticate.ts';
import type { Caller } from '../../access/caller.ts';
import type { Failure } from '../../result.ts';
import { type DoorDependencies, notAllowed, notNow, overQuota, quotaOf } from '../admission.ts';
import { BodyTooLarge } from '../inflate.ts';
import { NoRoomForBody } from '../readBody.ts';
import type { RefusalLog } from '../refusals.ts';
import { watchMessage } from './callInternals.ts';
import { failureStatus } from './failureStatus.ts';
import { SHOWN_AS } from './services.ts';

export interface AdmissionDependencies extends DoorDependencies {
  identify: Identify;
  refusals: RefusalLog;
  onFault(message: string, error: unknown): void;
}

/** Says whose call it is, by the metadata that the handler gets. */
export type CallerOf = (metadata: Metadata) => Caller;

export function createAdmission(deps: AdmissionDependencies): { interceptor: ServerInterceptor; callerOf: CallerOf } {
  const callers = new WeakMap<Metadata, Caller>();

  const interceptor: ServerInterceptor = ({ path }, call) => {
    const noteRefusal = (workspaceId: string | null, { code, detail }: Failure) =>
      deps.refusals.note({ workspaceId, path: SHOWN_AS.get(path) ?? path, status: ERRORS[code].status, code, message: detail });
    let readingFor: string | undefined;
    explainReadFailures(call, (failure) => {
      if (readingFor === undefined) return false;
      noteRefusal(readingFor, failure);
      return true;
    });

    const decide = async (metadata: Metadata, admit: () => void): Promise<void> => {
      const admitted = await admitCall(deps, call, metadata);
      if (!admitted.ok) {
        noteRefusal(admitted.workspaceId, admitted.error);
        call.sendStatus(failureStatus(admitted.error));
        return;
      }
      const caller = admitted.value;
      readingFor = caller.workspaceId;
      callers.set(metadata, caller);
      watchRoom(caller, (failure) => {
        noteRefusal(caller.workspaceId, failure);
        readingFor = undefined;
        call.sendStatus(failureStatus(failure));
      });
      admit();
    };

    /** Takes room for what arrives, and gives it back when the call is over. */
    const watchRoom = (caller: Caller, refuse: (failure: Failure) => void): void => {
      const { workspaceId } = caller;
      const quota = quotaOf(caller);
      let taken = 0;
      let refused = false;
      watchMessage(call, {
        onBytes: (bytes) => {
          if (refused) return;
          quota?.tookBytes(bytes);
          if (deps.room.take(workspaceId, bytes)) {
            taken += bytes;
            return;
          }
          refused = true;
          refuse({ code: 'unavailable', detail: new NoRoomForBody().message });
        },
        onClose: () => deps.room.give(workspaceId, taken),
      });
    };

    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, admit) => {
            decide(metadata, () => admit(metadata)).catch((error: unknown) => {
              deps.onFault('a gRPC call could not be admitted', error);
              call.sendStatus({ code: status.INTERNAL, details: 'something went wrong inside Sightglass' });
            });
          },
          onReceiveMessage: (message: Buffer, take) => {
            readingFor = undefined;
            take(message);
          },
        }),
    });
  };

  return {
    interceptor,
    callerOf: (metadata) => {
      const caller = callers.get(metadata);
      if (caller === undefined) throw new Error('a gRPC call reached its handler without having been admitted');
      return caller;
    },
  };
}

type Admitted = { ok: true; value: Caller } | { ok: false; error: Failure; workspaceId: string | null };

async function admitCall(deps: AdmissionDependencies, call: ServerInterceptingCallInterface, metadata: Metadata): Promise<Admitted> {
  const identified = await deps.identify(askingOf(call, metadata));
  if (!identified.ok) return { ...identified, workspaceId: null };
  const { caller } = identified.value;
  const refused = notAllowed(caller) ?? notNow(deps) ?? overQuota(quotaOf(caller));
  return refused === undefined ? { ok: true, value: caller } : { ok: false, error: refused, workspaceId: caller.workspaceId };
}

/** Metadata that speaks for a sender. Cookies and the like mean nothing here. */
const KEY_METADATA: ReadonlySet<string> = new Set(['authorization', 'x-api-key']);

/** The same question as for `/v1/traces`: a key in the same places, or a peer on this machine. */
function askingOf(call: ServerInterceptingCallInterface, metadata: Metadata): Asking {
  return {
    method: 'POST',
    path: '/v1/traces',
    header: (name) => (name === 'host' ? call.getHost() : KEY_METADATA.has(name) ? textOf(metadata.get(name)[0]) : undefined),
    peerAddress: call.getConnectionInfo().remoteAddress,
    headers: () => new Headers(),
  };
}

const textOf = (value: string | Buffer | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

/**
 * The library itself refuses a message that it cannot read, past every interceptor: this puts the words and the
 * codes of OTLP into such a status, as `onFailure` allows.
 */
function explainReadFailures(call: ServerInterceptingCallInterface, onFailure: (failure: Failure) => boolean): void {
  const sendStatus = call.sendStatus.bind(call);
  call.sendStatus = (sent) => {
    const failure = readFailure(sent);
    sendStatus(failure !== undefined && onFailure(failure) ? failureStatus(failure) : sent);
  };
}

function readFailure({ code, details }: Parameters<ServerInterceptingCallInterface['sendStatus']>[0]): Failure | undefined {
  if (code === status.RESOURCE_EXHAUSTED) return { code: 'body-too-large', detail: new BodyTooLarge().message };
  if (code !== status.UNIMPLEMENTED) return undefined;
  return /compress/.test(details)
    ? { code: 'unsupported-media-type', detail: 'this grpc-encoding is not supported; use gzip or none' }
    : { code: 'undecodable-body', detail: 'the call has no message' };
}
