import type { TelemetryReader } from '../explore/reader.ts';

/** Which of the keys belong to stored events. Throws when the store cannot tell. */
export async function findStoredKeys(reader: TelemetryReader, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await reader.query<{ key: string }>({
    sql: `SELECT lower(hex(known_by)) AS key FROM event_keys
WHERE known_by IN (SELECT toFixedString(unhex(arrayJoin({keys:Array(String)})), 16)) GROUP BY known_by`,
    params: { keys },
  });
  if (!rows.ok) throw new Error(rows.error.detail);
  return new Set(rows.value.map(({ key }) => key));
}
