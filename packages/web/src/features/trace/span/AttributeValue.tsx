import { useState } from 'react';
import { formatCount } from '../../../ui/formatCount.ts';
import { formatBytes } from '../model/formatBytes.ts';
import { inlineDataOf, parseJsonText } from '../model/jsonText.ts';
import { isBranch } from '../text/jsonEntries.ts';
import { JsonTree } from '../text/JsonTree.tsx';

const CHARS_MAX = 300;
/** JSON text beyond this is not read for a table cell. */
const PARSED_CHARS_MAX = 64 * 1024;

/** One value of the attribute table: short ones as they are, JSON as a tree on request, long ones cut. */
export function AttributeValue({ value }: { value: unknown }) {
  const [open, setOpen] = useState(false);
  if (isBranch(value)) return <JsonTree value={value} />;
  if (typeof value !== 'string') return <span className="mono">{String(value)}</span>;
  const inline = inlineDataOf(value);
  if (inline !== null) return <span className="dim">{`${inline.mediaType}, ${formatBytes(inline.sizeBytes)}, not shown`}</span>;
  const parsed = value.length <= PARSED_CHARS_MAX ? parseJsonText(value) : undefined;
  if (value.length <= CHARS_MAX && (parsed === undefined || value.length < 40))
    return <span className="mono">{value === '' ? '(empty)' : value}</span>;
  return (
    <>
      {open && parsed !== undefined ? (
        <JsonTree value={parsed} source={value} />
      ) : (
        <span className="mono">{open ? value : `${value.slice(0, CHARS_MAX)}${value.length > CHARS_MAX ? '…' : ''}`}</span>
      )}
      <button type="button" className="link text-button attributes-more" onClick={() => setOpen(!open)}>
        {open ? 'Show less' : parsed === undefined ? `Show all ${formatCount(value.length)} characters` : 'Show as tree'}
      </button>
    </>
  );
}
