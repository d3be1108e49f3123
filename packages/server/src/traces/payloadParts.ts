/** Reads the parts of inputs and outputs by content hash. */
import type { TelemetryReader } from '../explore/reader.ts';
import { ok, type Result } from '../result.ts';

/** Contents by hash (hex). A part that retention took is missing. */
export type PayloadParts = ReadonlyMap<string, string>;

/** A server takes parameters in the URL, which it cuts at 1 MB. */
const HASHES_A_QUERY = 4_000;

/** Contents of distinct hashes of spans that start on the days (UTC) from the first to the last moment, Unix nanoseconds. */
export async function readPayloadParts(
  reader: TelemetryReader,
  hashes: ReadonlySet<string>,
  firstNs: bigint,
  lastNs: bigint,
): Promise<Result<PayloadParts>> {
  const contents = new Map<string, string>();
  const wanted = [...hashes];
  for (let i = 0; i < wanted.length; i += HASHES_A_QUERY) {
    const rows = await reader.query<{ id: string; content: string }>({
      sql: `SELECT lower(hex(hash)) AS id, any(content) AS content FROM payloads
WHERE day >= toDate({firstDay:String}) AND day <= toDate({lastDay:String}) AND hash IN (SELECT toFixedString(unhex(arrayJoin({hashes:Array(String)})), 16))
GROUP BY hash`,
      params: { firstDay: dayOf(firstNs), lastDay: dayOf(lastNs), hashes: wanted.slice(i, i + HASHES_A_QUERY) },
    });
    if (!rows.ok) return rows;
    for (const { id, content } of rows.value) contents.set(id, reader.open(content));
  }
  return ok(contents);
}

/** The parts that are still there, in order. */
export function partsOf(hashes: readonly string[], contents: PayloadParts): string[] {
  return hashes.flatMap((hash) => contents.get(hash) ?? []);
}

/** `2026-11-20`, the UTC day of a moment. */
export function dayOf(unixNs: bigint): string {
  return new Date(Number(unixNs / 1_000_000n)).toISOString().slice(0, 10);
}
