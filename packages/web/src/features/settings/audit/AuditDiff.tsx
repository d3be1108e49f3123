import { useMemo, useState } from 'react';
import { Button } from '../../../ui/Button.tsx';
import { formatCount } from '../../../ui/formatCount.ts';
import { NOT_SENT } from '../../../ui/formatMoney.ts';
import { TableHead } from '../../../ui/TableHead.tsx';
import { diffOf } from './auditDiff.ts';

/** What a change did, value by value: what changed first, what stayed on request. */
export function AuditDiff({ before, after }: { before: unknown; after: unknown }) {
  const [all, setAll] = useState(false);
  const { rows, cut } = useMemo(() => diffOf(before, after), [before, after]);
  const changed = rows.filter((row) => row.changed);
  const same = rows.length - changed.length;
  if (rows.length === 0) return <p className="dim">Nothing more was written down.</p>;
  return (
    <>
      {changed.length === 0 ? <p className="dim">No value was changed.</p> : null}
      <div className="table-scroll">
        <table className="audit-diff">
          <TableHead columns={['Value', 'Before', 'After']} />
          <tbody>
            {(all ? rows : changed).map((row) => (
              <tr key={row.path}>
                <th scope="row" className="mono">
                  {row.path === '' ? 'all of it' : row.path}
                </th>
                <Side text={row.before} mark={row.changed ? 'del' : undefined} />
                <Side text={row.after} mark={row.changed ? 'ins' : undefined} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {same === 0 ? null : (
        <Button variant="ghost" onClick={() => setAll((shown) => !shown)} aria-expanded={all}>
          {all ? 'Only what changed' : `${formatCount(same)} unchanged`}
        </Button>
      )}
      {cut ? <p className="dim">It holds more values than are shown here. The export has all of them.</p> : null}
    </>
  );
}

function Side({ text, mark: Mark }: { text: string | null; mark: 'del' | 'ins' | undefined }) {
  if (text === null) return <td className="dim">{NOT_SENT}</td>;
  const shown = text === '' ? '(empty)' : text;
  return <td>{Mark === undefined ? shown : <Mark>{shown}</Mark>}</td>;
}
