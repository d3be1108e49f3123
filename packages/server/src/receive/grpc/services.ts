/**
 * The three collector services. Messages stay bytes on both sides: what comes in goes through the same pipeline
 * as a protobuf body of OTLP/HTTP, and the answer is encoded by the same code.
 */
import type { ServiceDefinition } from '@grpc/grpc-js';
import type { OtlpSignal } from '../pipeline.ts';

interface OtlpService {
  signal: OtlpSignal;
  /** As refusals name the way in. */
  shownAs: string;
  definition: ServiceDefinition;
}

const asItIs = (bytes: Buffer): Buffer => bytes;

function serviceOf(signal: OtlpSignal, packageName: string, service: string): OtlpService {
  const path = `/opentelemetry.proto.collector.${packageName}.v1.${service}/Export`;
  const definition: ServiceDefinition = {
    Export: {
      path,
      requestStream: false,
      responseStream: false,
      requestSerialize: asItIs,
      requestDeserialize: asItIs,
      responseSerialize: asItIs,
      responseDeserialize: asItIs,
    },
  };
  return { signal, shownAs: `grpc ${service}/Export`, definition };
}

export const OTLP_SERVICES: readonly OtlpService[] = [
  serviceOf('traces', 'trace', 'TraceService'),
  serviceOf('logs', 'logs', 'LogsService'),
  serviceOf('metrics', 'metrics', 'MetricsService'),
];

/** Path of the one method of each service → the way in as refusals name it. */
export const SHOWN_AS: ReadonlyMap<string, string> = new Map(
  OTLP_SERVICES.map(({ definition, shownAs }) => [definition.Export?.path ?? '', shownAs]),
);
