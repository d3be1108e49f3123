import type { TelemetryConnection } from '../../telemetry/connect.ts';
import { createMetricPipeline } from '../metricPipeline.ts';
import { METRIC_START_MS } from './metricRequests.ts';

/** Sends metric requests (OTLP/JSON) the whole way into the store, without worker and journal. Answers how many points were taken. */
export function createMetricStore(telemetry: TelemetryConnection): (workspaceId: string, request: object) => Promise<number> {
  const process = createMetricPipeline();
  let inserts = 0;
  return async (workspaceId, request) => {
    const { content, accepted, rejectedWhy } = process({
      signal: 'metrics',
      workspaceId,
      receivedAtMs: METRIC_START_MS,
      source: 'test',
      body: Buffer.from(JSON.stringify(request)),
      contentType: 'json',
      encoding: 'identity',
    });
    if (rejectedWhy !== '') throw new Error(rejectedWhy);
    for (const { name, native } of content?.tables ?? []) {
      inserts += 1;
      await telemetry.insertNative(name, native, `test-${inserts}`);
    }
    return accepted;
  };
}
