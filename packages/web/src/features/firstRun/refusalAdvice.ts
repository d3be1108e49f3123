import type { FirstTrace } from '@sightglass/contract/routes/workspace';

export type Refusal = FirstTrace['refusals'][number];

/** What to change in the client so that its next request is taken. */
export function refusalAdvice({ code, status, path }: Pick<Refusal, 'code' | 'status' | 'path'>): string {
  switch (code) {
    case 'wrong-credentials':
      return 'The key is not one of this workspace, or was revoked. Create one under Get started and put it into the client’s environment.';
    case 'not-signed-in':
      return 'The request carried no key. Set OTEL_EXPORTER_OTLP_HEADERS, or the key variable of your client.';
    case 'missing-scope':
      return 'The key may not send data. Use one with the scope ingest.';
    case 'foreign-host':
      return 'The client calls Sightglass by another name. Use the address that Get started shows.';
    case 'foreign-origin':
      return 'A page of another site sent it. Browsers of other origins need a key.';
    case 'unsupported-media-type':
      return 'Wrong protocol. Set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf (gRPC belongs to the gRPC port), and no other compression than gzip.';
    case 'undecodable-body':
      return 'The body is not what its content type says. Check the protocol of the exporter; a proxy may also have cut it.';
    case 'body-too-large':
      return 'The batch is too large. Lower OTEL_BSP_MAX_EXPORT_BATCH_SIZE.';
    case 'too-many-requests':
      return 'The key has a rate limit. The client tries again by itself; raise the limit if this goes on.';
    case 'unavailable':
      return 'Sightglass was not ready. The client tries again by itself.';
    case 'partial-success':
      return 'The rest of the request was taken, and the answer told the sender which items were refused; most SDKs write that to their own log.';
    default:
      return status === 404
        ? `Nothing listens at ${path}. The path is /v1/traces; most clients append it to the address themselves.`
        : 'See the message of the server.';
  }
}
