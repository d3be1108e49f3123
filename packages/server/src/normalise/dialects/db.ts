/** Database client spans, both generations of names (semconv.md, section 4c). */
import type { Dialect } from '../dialect.ts';
import { queryResults } from './queryResults.ts';

export const db: Dialect = {
  name: 'db',
  matches: ({ attributes }) => attributes.has('db.system.name') || attributes.has('db.system'),
  read(span) {
    const documents = queryResults(span);
    return documents === undefined ? { kind: 'db' } : { kind: 'retriever', documents };
  },
};
