import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectTelemetry, type TelemetryConnection } from '../connect.ts';
import { migrateTelemetry } from '../migrate.ts';

export interface TemporaryTelemetry {
  telemetry: TelemetryConnection;
  dataDir: string;
  remove(): Promise<void>;
}

/** The real embedded engine, migrated, in a directory of its own. */
export async function openTemporaryTelemetry(): Promise<TemporaryTelemetry> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sightglass-telemetry-'));
  const telemetry = connectTelemetry({ dataDir });
  await migrateTelemetry(telemetry);
  return {
    telemetry,
    dataDir,
    remove: async () => {
      await telemetry.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
