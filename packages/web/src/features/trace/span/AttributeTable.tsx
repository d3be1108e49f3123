import { useDeferredValue, useMemo, useState } from 'react';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { formatCount } from '../../../ui/formatCount.ts';
import { valueText } from '../model/jsonText.ts';
import { AttributeValue } from './AttributeValue.tsx';
import './attributeTable.css';

/** Rows shown before someone asks for all. */
const ROWS_AT_FIRST = 100;
/** With fewer rows a filter would be longer than what it filters. */
const FILTER_FROM_ROWS = 8;

/** Keys and values as sent, by key; those whose key or value contains what is typed. */
export function AttributeTable({ attributes, label }: { attributes: Readonly<Record<string, unknown>>; label: string }) {
  const [filter, setFilter] = useState('');
  const [all, setAll] = useState(false);
  const wanted = useDeferredValue(filter.trim().toLowerCase());
  const rows = useMemo(() => Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)), [attributes]);
  const found =
    wanted === '' ? rows : rows.filter(([key, value]) => key.toLowerCase().includes(wanted) || valueText(value).toLowerCase().includes(wanted));
  const shown = all ? found : found.slice(0, ROWS_AT_FIRST);
  return (
    <div className="attributes">
      {rows.length < FILTER_FROM_ROWS ? null : (
        <input
          className="field"
          type="search"
          placeholder={`Filter ${formatCount(rows.length)} ${label}`}
          aria-label={`Filter ${label}`}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
      )}
      <table aria-label={label}>
        <tbody>
          {shown.map(([key, value]) => (
            <tr key={key}>
              <th scope="row">{key}</th>
              <td>
                <AttributeValue value={value} />
              </td>
              <td className="attributes-copy">
                <CopyButton text={valueText(value)} label={`Copy ${key}`} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.length === 0 ? <p className="dim">Nothing matches “{filter.trim()}”.</p> : null}
      {shown.length < found.length ? (
        <button type="button" className="link text-button" onClick={() => setAll(true)}>
          Show all {formatCount(found.length)}
        </button>
      ) : null}
    </div>
  );
}
