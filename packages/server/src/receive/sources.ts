/** The ways in, as accounting names them. */
import { INGESTION_PATH, INGESTION_SOURCE } from './langfuse/ingestionHttp.ts';
import { OTLP_PATHS } from './otlpHttp.ts';

/** The source that a refused request would have had; gRPC notes its method instead of a path. */
export function sourceOfPath(path: string): string {
  const otlp = OTLP_PATHS[path];
  if (otlp !== undefined) return otlp.source;
  if (path === INGESTION_PATH) return INGESTION_SOURCE;
  if (path.endsWith('/ingest/heartbeat')) return 'heartbeat';
  if (path.startsWith('/api/obs/ingest/')) return 'events';
  return 'otlp/grpc';
}
