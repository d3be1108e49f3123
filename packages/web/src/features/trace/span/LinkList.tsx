import { Link } from '@tanstack/react-router';
import type { SpanLink } from '../model/spanEvent.ts';
import { AttributeTable } from './AttributeTable.tsx';
import './linkList.css';
import { uniqueKeys } from '../model/uniqueKeys.ts';

/** W3C trace context; anything else a sender may have put there is shown, not linked. */
const TRACE_ID = /^[0-9a-f]{32}$/;

/** Spans elsewhere that this one points to. */
export function LinkList({ links }: { links: readonly SpanLink[] }) {
  const keys = uniqueKeys(links.map((link) => link.span_id));
  return (
    <ul className="link-list">
      {links.map((link, i) => (
        <li key={keys[i]}>
          {TRACE_ID.test(link.trace_id) ? (
            <Link className="link mono" to="/traces/$traceId" params={{ traceId: link.trace_id }} search={{ span: link.span_id }}>
              {link.trace_id} · {link.span_id}
            </Link>
          ) : (
            <span className="mono">
              {link.trace_id} · {link.span_id}
            </span>
          )}
          {Object.keys(link.attributes).length === 0 ? null : <AttributeTable attributes={link.attributes} label="attributes of the link" />}
        </li>
      ))}
    </ul>
  );
}
