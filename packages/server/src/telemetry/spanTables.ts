/** Spans as the blocks that are stored of them: their payloads split off, everything encrypted where the workspace wants it. The one way into `spans`. */
import { sealSpan } from '../encryption/sealContent.ts';
import type { Sealer } from '../encryption/envelope.ts';
import { encodeHeldPayloads, encodePayloads, encodeSpans } from './encodeSpans.ts';
import type { createPayloadSplitter } from './payloadParts.ts';
import { isLeftOut, type StoredSpan } from './storedSpan.ts';
import { heldPayloadsTable, payloadsTable } from './tables/payloads.ts';
import { spansTable } from './tables/spans.ts';

export type SplitPayloads = ReturnType<typeof createPayloadSplitter>;

export interface SpanTables {
  /** Table name and Native block, payloads before the spans that point to them; none for no spans. */
  tables: { name: string; rows: number; native: Uint8Array }[];
  /** Call when they are on disk. */
  commit(): void;
}

/** `receivedAtMs` is Unix milliseconds; null for `sealer`: stored as it is. */
export function spanTables(
  workspaceId: string,
  receivedAtMs: number,
  spans: readonly StoredSpan[],
  splitPayloads: SplitPayloads,
  sealer: Sealer | null,
): SpanTables {
  const tables: SpanTables['tables'] = [];
  const payloads = splitPayloads(
    workspaceId,
    spans.map(({ span }) => span),
    sealer,
    (i) => spans[i] !== undefined && isLeftOut(spans[i]),
  );
  const add = (name: string, rows: readonly unknown[], encode: () => Uint8Array) => {
    if (rows.length > 0) tables.push({ name, rows: rows.length, native: encode() });
  };
  const sealed = sealer === null ? spans : spans.map((one) => ({ ...one, span: sealSpan(one.span, sealer) }));
  add(payloadsTable.name, payloads.rows, () => encodePayloads(workspaceId, payloads.rows));
  add(heldPayloadsTable.name, payloads.held, () => encodeHeldPayloads(workspaceId, receivedAtMs, payloads.held));
  add(spansTable.name, spans, () => encodeSpans(workspaceId, receivedAtMs, sealed, payloads.perSpan));
  return { tables, commit: payloads.commit };
}
