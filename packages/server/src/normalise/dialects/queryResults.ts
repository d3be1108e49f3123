/** Vector database spans of Traceloop's instrumentations tell their results as events, one for each document. */
import type { RetrievedDocumentText } from '../canonicalSpan.ts';
import type { DecodedSpan } from '../decodedSpan.ts';
import { documentOf } from '../documents.ts';

/** The documents of the `db.query.result` events in their order; undefined when there is none. */
export function queryResults({ events }: DecodedSpan): RetrievedDocumentText[] | undefined {
  let documents: RetrievedDocumentText[] | undefined;
  for (const { name, attributes } of events) {
    if (name !== 'db.query.result') continue;
    documents ??= [];
    documents.push(
      documentOf({
        id: attributes.get('db.query.result.id'),
        score: attributes.get('db.query.result.score'),
        content: attributes.get('db.query.result.document'),
        metadata: attributes.get('db.query.result.metadata'),
      }),
    );
  }
  return documents;
}
