import type { DataKey } from '@sightglass/contract/routes/settings';
import { RelativeTime } from '../../../time/RelativeTime.tsx';
import { NOT_SENT } from '../../../ui/formatMoney.ts';
import { num, TableHead } from '../../../ui/TableHead.tsx';
import { Tag } from '../../../ui/Tag.tsx';
import './keyTable.css';

/** The keys that data was encrypted with, newest first. */
export function KeyTable({ keys }: { keys: readonly DataKey[] }) {
  if (keys.length === 0) return <p className="key-table-text">None yet: the first is made when encryption is switched on.</p>;
  const lost = keys.filter(({ usable }) => !usable);
  return (
    <>
      {lost.length === 0 ? null : (
        <p className="key-table-text worse" role="alert">
          The secret of this instance is not the one that {lost.length === 1 ? 'a key was' : 'keys were'} made under: what was encrypted with{' '}
          {lost.length === 1 ? 'it' : 'them'} cannot be read. Start Sightglass with the right secret; if that is lost, rotate, so that new data can be
          taken.
        </p>
      )}
      <div className="table-scroll">
        <table className="table table-cards">
          <TableHead columns={['Key', 'State', num('Made'), num('Retired')]} />
          <tbody>
            {keys.map((key) => (
              <tr key={key.id}>
                <th scope="row" className="mono">
                  {key.id}
                </th>
                <td data-label="State">
                  <KeyState dataKey={key} />
                </td>
                <td className="num" data-label="Made">
                  <RelativeTime time={key.created_at} />
                </td>
                <td className="num" data-label="Retired">
                  {key.retired_at === null ? NOT_SENT : <RelativeTime time={key.retired_at} />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function KeyState({ dataKey: { usable, retired_at } }: { dataKey: DataKey }) {
  if (!usable) return <Tag tone="crit">cannot be used</Tag>;
  return retired_at === null ? <Tag tone="ok">in use</Tag> : <Tag>reads only</Tag>;
}
