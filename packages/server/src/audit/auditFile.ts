/** The audit log as a file: what a reader of spreadsheets, a program, or a log store takes. */
import type { AuditEntry, AuditFormat } from '@sightglass/contract/routes/audit';
import { CSV_TYPE, csvTextLine } from '../explore/csv.ts';

export const AUDIT_FILE_TYPES: Readonly<Record<AuditFormat, string>> = {
  csv: CSV_TYPE,
  json: 'application/json',
  ndjson: 'application/x-ndjson',
};

const CSV_COLUMNS = ['seq', 'created_at', 'actor_kind', 'actor_id', 'actor_name', 'address', 'action', 'target', 'before', 'after', 'id'] as const;

const csvLine = ({ id, seq, created_at, actor, action, target, before, after }: AuditEntry): string =>
  csvTextLine([
    String(seq),
    created_at,
    actor.kind,
    actor.id ?? '',
    actor.name ?? '',
    actor.address ?? '',
    action,
    target,
    before === null ? '' : JSON.stringify(before),
    after === null ? '' : JSON.stringify(after),
    id,
  ]);

/** The file, a piece at a time. */
export async function* auditFile(batches: AsyncIterable<AuditEntry[]>, format: AuditFormat): AsyncGenerator<string> {
  if (format === 'csv') {
    yield csvTextLine([...CSV_COLUMNS]);
    for await (const entries of batches) yield entries.map(csvLine).join('');
  } else if (format === 'ndjson') {
    for await (const entries of batches) yield entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  } else {
    yield '{"items":[';
    let separator = '';
    for await (const entries of batches) {
      yield separator + entries.map((entry) => JSON.stringify(entry)).join(',');
      separator = ',';
    }
    yield '],"next_cursor":null}\n';
  }
}
