/** The measure of measures: how fast the engine alone takes rows that are encoded already. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundledPriceBook } from '../packages/server/src/cost/bundledPrices.ts';
import { priceSpan } from '../packages/server/src/cost/priceSpan.ts';
import { createTracePipeline } from '../packages/server/src/receive/tracePipeline.ts';
import { openTelemetry } from '../packages/server/src/telemetry/migrate.ts';
import { traceTemplate } from './traceTemplate.ts';

const ROUNDS = 10;
const REQUESTS_PER_INSERT = 40;

export async function rawInsertRate(): Promise<{ rowsPerSecond: number; rowsPerCpuSecond: number }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sightglass-bench-raw-'));
  const telemetry = await openTelemetry({ dataDir });
  try {
    const book = bundledPriceBook();
    const pipeline = createTracePipeline((span) => priceSpan(span, book));
    const template = traceTemplate(64, 8);
    const batches = Array.from({ length: ROUNDS }, () => {
      const tables = new Map<string, Uint8Array[]>();
      for (let i = 0; i < REQUESTS_PER_INSERT; i++) {
        const { content } = pipeline({
          signal: 'traces',
          workspaceId: 'raw',
          receivedAtMs: Date.now(),
          source: 'bench',
          body: template.stamp(() => Date.now()),
          contentType: 'protobuf',
          encoding: 'identity',
        });
        for (const { name, native } of content?.tables ?? []) tables.set(name, [...(tables.get(name) ?? []), native]);
      }
      return [...tables].map(([name, blocks]) => ({ name, native: Buffer.concat(blocks) }));
    });
    const cpuBefore = process.cpuUsage();
    const startedMs = performance.now();
    for (const tables of batches) for (const { name, native } of tables) await telemetry.insertNative(name, native, randomUUID());
    const seconds = (performance.now() - startedMs) / 1000;
    const cpu = process.cpuUsage(cpuBefore);
    const rows = ROUNDS * REQUESTS_PER_INSERT * template.spans;
    return { rowsPerSecond: rows / seconds, rowsPerCpuSecond: rows / ((cpu.user + cpu.system) / 1e6) };
  } finally {
    await telemetry.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
