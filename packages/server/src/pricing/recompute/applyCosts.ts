/** Writes calls of one window again with their new costs. */
import { randomUUID } from 'node:crypto';
import type { PriceBook } from '../../cost/priceBook.ts';
import { HexColumn, OptionalDecimalColumn, TextColumn, UInt32Column, UInt64Column } from '../../telemetry/columns.ts';
import type { TelemetryConnection } from '../../telemetry/connect.ts';
import { encodeRows } from '../../telemetry/encodeTable.ts';
import type { SpanCost } from '../../telemetry/storedSpan.ts';
import { APPLY_COSTS_SQL, spanCostsTable } from '../../telemetry/tables/spanCosts.ts';
import { repriceCall, sameCost } from './repriceCall.ts';
import { type CallScope, type CallWindow, readCalls, type StoredCall } from './storedCalls.ts';

/** A span that is written again by others at the same moment is looked at anew; more often than this it does not happen. */
const LOOKS_MAX = 8;

interface Change {
  call: StoredCall;
  cost: SpanCost;
}

const columns = {
  batch: new TextColumn(),
  created_at: new UInt32Column(),
  read_version: new UInt64Column(),
  trace_id: new HexColumn(16),
  span_id: new HexColumn(8),
  cost_usd: new OptionalDecimalColumn(),
  cost_source: new TextColumn(),
  price_id: new TextColumn(),
};

/** Ends when what is stored is what the book says: looked at once more after every write. Idempotent. */
export async function applyWindow(
  telemetry: TelemetryConnection,
  scope: CallScope,
  window: CallWindow,
  { book, includeReported, nowMs }: { book: Pick<PriceBook, 'find'>; includeReported: boolean; nowMs(): number },
): Promise<void> {
  for (let look = 0; look < LOOKS_MAX; look++) {
    const changes: Change[] = [];
    for (const call of await readCalls(telemetry, scope, window)) {
      const cost = repriceCall(call, book, includeReported);
      if (!sameCost(cost, call.cost)) changes.push({ call, cost });
    }
    if (changes.length === 0) return;
    await write(telemetry, scope.workspaceId, window, changes, nowMs());
  }
  throw new Error('Costs were written again and again by others; start the recompute anew.');
}

async function write(
  telemetry: TelemetryConnection,
  workspaceId: string,
  window: CallWindow,
  changes: readonly Change[],
  nowMs: number,
): Promise<void> {
  const batch = randomUUID();
  const native = encodeRows(spanCostsTable, columns, changes, ({ call, cost }) => {
    columns.batch.add(batch);
    columns.created_at.add(Math.floor(nowMs / 1000));
    columns.read_version.add(call.version);
    columns.trace_id.add(call.traceId);
    columns.span_id.add(call.spanId);
    columns.cost_usd.add(cost.costPicoUsd);
    columns.cost_source.add(cost.costSource ?? '');
    columns.price_id.add(cost.priceId ?? '');
  });
  await telemetry.insertNative(spanCostsTable.name, native, batch);
  const bounds = { fromNs: window.fromNs.toString(), toNs: window.toNs.toString() };
  await telemetry.run(APPLY_COSTS_SQL, { batch, workspace: workspaceId, version: String(nowMs), ...bounds });
}
