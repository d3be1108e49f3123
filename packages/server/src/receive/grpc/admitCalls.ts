/**
 * Decides about a call by its metadata, before any of its message is read: a sender without a key cannot make
 * the program take in 64 MiB. Whatever is refused here, by the library or by the handler is noted in one place.
 */
import { type Metadata, type ServerInterceptingCallInterface, ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import { ERRORS } from '@sightglass/contract/errors';
import type { Asking, Identify } from '../../http/authenticate.ts';
import type { Failure, Result } from '../../result.ts';
import { type Backlog, notAllowed, notNow } from '../admission.ts';
import { BodyTooLarge } from '../inflate.ts';
import type { RefusalLog } from '../refusals.ts';
import { failureStatus } from './failureStatus.ts';
import { SHOWN_AS } from './services.ts';

export interface AdmissionDependencies extends Backlog {
  identify: Identify;
  refusals: RefusalLog;
  onFault(message: string, error: unknown): void;
}

/** Says whose call it is, by the metadata that the handler gets. */
export type WorkspaceOf = (metadata: Metadata) => string;

export function createAdmission(deps: AdmissionDependencies): { interceptor: ServerInterceptor; workspaceOf: WorkspaceOf } {
  const workspaces = new WeakMap<Metadata, string>();

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
      readingFor = admitted.value;
      workspaces.set(metadata, admitted.value);
      admit();
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
    workspaceOf: (metadata) => {
      const workspaceId = workspaces.get(metadata);
      if (workspaceId === undefined) throw new Error('a gRPC call reached its handler without having been admitted');
      return workspaceId;
    },
  };
}

type Admitted = { ok: true; value: string } | { ok: false; error: Failure; workspaceId: string | null };

async function admitCall(deps: AdmissionDependencies, call: ServerInterceptingCallInterface, metadata: Metadata): Promise<Admitted> {
  const identified: Result<{ caller: Parameters<typeof notAllowed>[0] }> = await deps.identify(askingOf(call, metadata));
  if (!identified.ok) return { ...identified, workspaceId: null };
  const { caller } = identified.value;
  const { workspaceId } = caller;
  const refused = notAllowed(caller) ?? notNow(deps);
  return refused === undefined ? { ok: true, value: workspaceId } : { ok: false, error: refused, workspaceId };
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
  if (code === status.INTERNAL) return { code: 'undecodable-body', detail: 'the message is not compressed as grpc-encoding says' };
  if (code !== status.UNIMPLEMENTED) return undefined;
  return /compress/.test(details)
    ? { code: 'unsupported-media-type', detail: 'this grpc-encoding is not supported; use gzip or none' }
    : { code: 'undecodable-body', detail: 'the call has no message' };
}
