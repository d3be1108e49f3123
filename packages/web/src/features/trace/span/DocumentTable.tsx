import type { RetrievedDocument } from '@sightglass/contract/trace';
import { useState } from 'react';
import { formatCount } from '../../../ui/formatCount.ts';
import { num, TableHead } from '../../../ui/TableHead.tsx';
import { isBranch } from '../text/jsonEntries.ts';
import { JsonTree } from '../text/JsonTree.tsx';
import { TextBlock } from '../text/TextBlock.tsx';
import './documentTable.css';
import { uniqueKeys } from '../model/uniqueKeys.ts';

const ROWS_AT_FIRST = 20;
/** Enough to know a document again; a retriever answers with many. */
const DOCUMENT_CLIP_CHARS = 320;

/** What a retriever found or a reranker kept, best first as sent. */
export function DocumentTable({ documents }: { documents: readonly RetrievedDocument[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? documents : documents.slice(0, ROWS_AT_FIRST);
  const keys = uniqueKeys(shown.map((document) => document.id ?? ''));
  return (
    <div className="documents">
      <table aria-label="Documents">
        <TableHead columns={[num('#'), num('Score'), 'Document']} />
        <tbody>
          {shown.map((document, i) => (
            <tr key={keys[i]}>
              <td className="num dim">{i + 1}</td>
              <td className="num">{document.score === null ? <span className="span-unknown">unknown</span> : formatScore(document.score)}</td>
              <td>
                {document.id === null ? null : <code>{document.id}</code>}
                {document.content === null ? (
                  <p className="dim">Text not sent</p>
                ) : (
                  <TextBlock text={document.content} clipChars={DOCUMENT_CLIP_CHARS} />
                )}
                {isBranch(document.metadata) ? (
                  <details>
                    <summary>Metadata</summary>
                    <JsonTree value={document.metadata} />
                  </details>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < documents.length ? (
        <button type="button" className="link text-button" onClick={() => setAll(true)}>
          Show all {formatCount(documents.length)} documents
        </button>
      ) : null}
    </div>
  );
}

/** Four significant digits: scores are compared, not read. */
function formatScore(score: number): string {
  return String(Number(score.toPrecision(4)));
}
