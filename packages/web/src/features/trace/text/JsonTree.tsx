import { ChevronDown, ChevronRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { formatCount } from '../../../ui/formatCount.ts';
import { formatBytes } from '../model/formatBytes.ts';
import { inlineDataOf, valueText } from '../model/jsonText.ts';
import { branchPreview, ENTRIES_STEP, entryCount, firstEntries, isBranch, unfoldedDepth } from './jsonEntries.ts';
import './jsonTree.css';

const ROWS_AT_FIRST_MAX = 40;
const STRING_CHARS_MAX = 400;

/** A value as a tree. Branches are drawn when they are unfolded, long lists in steps, so that its size does not matter. `source` is the text it was read from, for copying. */
export function JsonTree({ value, source }: { value: unknown; source?: string }) {
  const depth = useMemo(() => unfoldedDepth(value, ROWS_AT_FIRST_MAX), [value]);
  const copied = useMemo(() => source ?? valueText(value), [source, value]);
  return (
    <div className="json-tree">
      {isBranch(value) && entryCount(value) > 0 ? <Entries value={value} depth={0} unfolded={depth} /> : <Leaf value={value} />}
      <span className="json-copy">
        <CopyButton text={copied} label="Copy JSON" />
      </span>
    </div>
  );
}

function Entries({ value, depth, unfolded }: { value: object; depth: number; unfolded: number }) {
  const [count, setCount] = useState(ENTRIES_STEP);
  const total = entryCount(value);
  return (
    <ul className="json-entries">
      {firstEntries(value, count).map((entry) => (
        <Entry key={entry.key} name={entry.key} value={entry.value} depth={depth} unfolded={unfolded} />
      ))}
      {total > count ? (
        <li>
          <button type="button" className="link text-button" onClick={() => setCount(count + ENTRIES_STEP * 5)}>
            Show more: {formatCount(total - count)} of {formatCount(total)} left
          </button>
        </li>
      ) : null}
    </ul>
  );
}

function Entry({ name, value, depth, unfolded }: { name: string; value: unknown; depth: number; unfolded: number }) {
  const [open, setOpen] = useState(depth + 1 < unfolded);
  if (!isBranch(value) || entryCount(value) === 0) {
    return (
      <li className="json-entry">
        <span className="json-key">{name}</span>
        <Leaf value={value} />
      </li>
    );
  }
  return (
    <li>
      <button type="button" className="json-entry json-branch" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? <ChevronDown aria-hidden="true" /> : <ChevronRight aria-hidden="true" />}
        <span className="json-key">{name}</span>
        <span className="json-preview">{branchPreview(value)}</span>
      </button>
      {open ? <Entries value={value} depth={depth + 1} unfolded={unfolded} /> : null}
    </li>
  );
}

function Leaf({ value }: { value: unknown }) {
  const [whole, setWhole] = useState(false);
  if (typeof value !== 'string')
    return (
      <span className={`json-value json-${value === null ? 'null' : typeof value}`}>{isBranch(value) ? branchPreview(value) : String(value)}</span>
    );
  const inline = inlineDataOf(value);
  if (inline !== null) return <span className="json-value json-null">{`${inline.mediaType}, ${formatBytes(inline.sizeBytes)}, not shown`}</span>;
  const shown = whole || value.length <= STRING_CHARS_MAX ? value : value.slice(0, STRING_CHARS_MAX);
  return (
    <span className="json-value">
      <span className="json-string">{shown}</span>
      {value.length > STRING_CHARS_MAX ? (
        <button type="button" className="link text-button" onClick={() => setWhole(!whole)}>
          {whole ? ' Show less' : ` … show all ${formatCount(value.length)} characters`}
        </button>
      ) : null}
    </span>
  );
}
