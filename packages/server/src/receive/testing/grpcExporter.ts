import { type ChannelOptions, Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import protobuf from 'protobufjs/minimal.js';

/** gRPC's own number for gzip in `grpc.default_compression_algorithm`. */
const GZIP = 2;
const SERVICES = { traces: 'trace.v1.TraceService', logs: 'logs.v1.LogsService', metrics: 'metrics.v1.MetricsService' } as const;

export type ExportAnswer = { ok: true; message: Buffer } | { ok: false; code: number; details: string; retryInfo: string | undefined };

export interface GrpcExporter {
  send(signal: keyof typeof SERVICES, message: Uint8Array, metadata?: Readonly<Record<string, string>>): Promise<ExportAnswer>;
  /** Any method, by its full path. */
  call(path: string, message: Uint8Array): Promise<ExportAnswer>;
  close(): void;
}

/** An exporter as SDKs have one: the real gRPC client, sending bytes that are already encoded. */
export function createGrpcExporter(port: number, { gzip = false, ...options }: ChannelOptions & { gzip?: boolean } = {}): GrpcExporter {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    ...options,
    ...(gzip ? { 'grpc.default_compression_algorithm': GZIP } : {}),
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_retries': 0,
  });
  const asItIs = (bytes: Buffer) => bytes;
  const call = (path: string, message: Uint8Array, sent: Readonly<Record<string, string>> = {}): Promise<ExportAnswer> => {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(sent)) metadata.set(name, value);
    return new Promise((resolve) => {
      client.makeUnaryRequest(path, asItIs, asItIs, Buffer.from(message), metadata, (error, answer) =>
        resolve(error === null ? { ok: true, message: answer as Buffer } : refusal(error)),
      );
    });
  };
  return {
    send: (signal, message, metadata) => call(`/opentelemetry.proto.collector.${SERVICES[signal]}/Export`, message, metadata),
    call: (path, message) => call(path, message),
    close: () => client.close(),
  };
}

function refusal({ code, details, metadata }: ServiceError): ExportAnswer {
  const [status] = metadata.get('grpc-status-details-bin');
  return { ok: false, code, details, retryInfo: status === undefined ? undefined : retryDelay(Buffer.from(status)) };
}

/** `<type url> <seconds>s` of the first detail of a google.rpc.Status. */
function retryDelay(bytes: Buffer): string {
  const field = (message: Uint8Array, number: number): Uint8Array => {
    const reader = protobuf.Reader.create(message);
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag === number * 8 + 2) return reader.bytes();
      reader.skipType(tag & 7);
    }
    throw new Error(`no field ${number}`);
  };
  const detail = field(bytes, 3);
  const delay = protobuf.Reader.create(field(field(detail, 2), 1));
  return `${Buffer.from(field(detail, 1)).toString()} ${delay.uint32() === 8 ? String(delay.int64()) : '?'}s`;
}
