/** The parts that everything else stands on: the two engines, the receive worker, what counts them. The slow ones open side by side. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { connectControl } from '../control/connect.ts';
import { lockDataDir } from '../control/dataDirLock.ts';
import { bundledPriceIndex } from '../cost/bundledPrices.ts';
import { createLiveSpans } from '../live/liveSpans.ts';
import { measuredControl, measuredTelemetry } from '../ownMetrics/measured.ts';
import { createOwnMetrics } from '../ownMetrics/ownMetrics.ts';
import { startReceiver } from '../receive/receiver.ts';
import { instanceSecret } from '../secret.ts';
import { recentTraceIds } from '../settle/recentTraces.ts';
import { openTelemetry } from '../telemetry/migrate.ts';
import type { Writer } from '../journal/writer.ts';
import type { Receiver } from '../receive/receiver.ts';
import type { ProgramContext } from './context.ts';

/** What comes later in the start and is asked for by what is here. */
export interface Late {
  writer?: Pick<Writer, 'enqueue' | 'backlogBytes'>;
  receiver?: Pick<Receiver, 'isRunning'>;
}

export type Planes = Awaited<ReturnType<typeof openPlanes>>;

export async function openPlanes({ config, version, log, stops, nowMs }: ProgramContext) {
  mkdirSync(config.dataDir, { recursive: true });
  const lock = await lockDataDir(config.dataDir);
  stops.push({ name: 'data directory lock', stop: () => lock.release() });

  const secret = instanceSecret(config.dataDir, config.secret);
  const live = createLiveSpans();
  const late: Late = {};
  const metrics = createOwnMetrics({
    version,
    nowMs,
    live: live.counts,
    backlogBytes: () => late.writer?.backlogBytes() ?? 0,
    backlogBytesMax: config.journalBytesMax,
    isReceiving: () => late.receiver?.isRunning() ?? false,
    telemetry: () => telemetry,
    controlDb: () => control.instanceDb,
  });
  stops.push({ name: 'own metrics', stop: async () => metrics.close() });
  // The slow parts open side by side: two engines, and the worker with its prices.
  const journalDirectory = join(config.dataDir, 'journal');
  const opening = {
    control: connectControl({ dataDir: config.dataDir, databaseUrl: config.databaseUrl, secret }),
    telemetry: openTelemetry({ dataDir: config.dataDir, clickhouseUrl: config.clickhouseUrl }),
    // Segments are sealed only once requests come, long after the writer is there.
    receiver: startReceiver({
      journalDirectory,
      onSealed: (segment) => late.writer?.enqueue(segment),
      onFault: (message) => log.error(message),
      onLive: live.note,
    }),
  };
  // A failure is met where its part is awaited.
  for (const part of Object.values(opening)) part.catch(() => undefined);
  const telemetry = measuredTelemetry(await opening.telemetry, metrics);
  stops.push({ name: 'telemetry plane', stop: () => telemetry.close() });
  // Read while the control plane, the slowest part, is still opening.
  const recentTraces = recentTraceIds(telemetry);
  recentTraces.catch(() => undefined);
  const bundledPrices = bundledPriceIndex();
  const control = measuredControl(await opening.control, metrics);
  stops.push({ name: 'control plane', stop: () => control.close() });

  return { secret, live, metrics, journalDirectory, telemetry, control, recentTraces, bundledPrices, receiver: opening.receiver, late };
}
