/**
 * What each stage of the receive worker costs: `npm run bench -- stages [seconds]`. One request of 512 spans, as the
 * ingest measurement sends it, goes through the stages one after the other, in one thread and without a disk.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { bundledPriceBook } from '../packages/server/src/cost/bundledPrices.ts';
import { priceSpan } from '../packages/server/src/cost/priceSpan.ts';
import { enrichSpans } from '../packages/server/src/enrich/enrichSpans.ts';
import { encodeFrame } from '../packages/server/src/journal/frame.ts';
import { decodeTracesProtobuf } from '../packages/server/src/receive/otlp/tracesProtobuf.ts';
import { encodePayloads, encodeSpans } from '../packages/server/src/telemetry/encodeSpans.ts';
import { createPayloadSplitter } from '../packages/server/src/telemetry/payloadParts.ts';
import { machineFacts } from './program.ts';
import { traceTemplate } from './traceTemplate.ts';

const WORKSPACE = 'ws_bench';
const UNPRICED = { costPicoUsd: null, costSource: null, priceId: null };

export function benchStages(seconds: number): void {
  console.log(`Stages of the receive worker, ${seconds} s. ${machineFacts()}`);
  const template = traceTemplate(64, 8);
  const bodies = Array.from({ length: 64 }, () =>
    gzipSync(
      template.stamp(() => Date.now()),
      { level: 1 },
    ),
  );
  const book = bundledPriceBook();
  const splitPayloads = createPayloadSplitter();
  const spent = new Map<string, number>();
  const timed = <T>(stage: string, work: () => T): T => {
    const startedMs = performance.now();
    const result = work();
    spent.set(stage, (spent.get(stage) ?? 0) + performance.now() - startedMs);
    return result;
  };
  let spans = 0;
  const once = (gzipped: Buffer) => {
    const receivedAtMs = Date.now();
    const body = timed('inflate', () => gunzipSync(gzipped));
    const decoded = timed('decode', () => decodeTracesProtobuf(body, receivedAtMs));
    const enriched = timed('normalise, resolve', () => enrichSpans(decoded.items, () => UNPRICED));
    timed('price', () => {
      for (const stored of enriched.spans) stored.cost = priceSpan(stored.span, book);
    });
    const payloads = timed('split and hash payloads', () =>
      splitPayloads(
        WORKSPACE,
        enriched.spans.map(({ span }) => span),
      ),
    );
    const native = timed('encode spans', () => encodeSpans(WORKSPACE, receivedAtMs, enriched.spans, payloads.perSpan));
    const payloadRows = timed('encode payloads', () => encodePayloads(WORKSPACE, payloads.rows));
    const tables = [
      { name: 'spans', rows: enriched.spans.length, native },
      { name: 'payloads', rows: payloads.rows.length, native: payloadRows },
    ];
    timed('frame', () =>
      encodeFrame({
        workspaceId: WORKSPACE,
        receivedAtMs,
        source: 'bench',
        rows: enriched.spans.length,
        traces: enriched.traces,
        notes: { agentIds: [] },
        account: { signal: 'traces', received: enriched.spans.length, rejected: 0, duplicate: 0, sampled: 0, error: '' },
        tables,
      }),
    );
    payloads.commit();
    spans += enriched.spans.length;
  };
  const runFor = (ms: number) => {
    const endMs = performance.now() + ms;
    for (let i = 0; performance.now() < endMs; i++) once(bodies[i % bodies.length] as Buffer);
  };
  runFor(Math.min(3000, seconds * 500));
  spent.clear();
  spans = 0;
  runFor(seconds * 1000);
  let total = 0;
  for (const [stage, ms] of spent) {
    total += ms;
    console.log(`${stage.padEnd(28)} ${((ms * 1000) / spans).toFixed(2).padStart(6)} µs a span`);
  }
  console.log(`${'all'.padEnd(28)} ${((total * 1000) / spans).toFixed(2).padStart(6)} µs a span`);
  console.log(`pricing is ${(((spent.get('price') ?? 0) / total) * 100).toFixed(1)} % of it`);
}
