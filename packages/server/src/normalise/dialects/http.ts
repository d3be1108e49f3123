/** HTTP spans, both generations of names (semconv.md, section 4c): the http server span is where endpoint, method and status come from. */
import type { Dialect } from '../dialect.ts';
import { isHttpServerSpan, readHttpServerFields } from '../httpFields.ts';

export const http: Dialect = {
  name: 'http',
  matches: ({ attributes }) =>
    attributes.has('http.request.method') || attributes.has('http.method') || attributes.has('http.route') || attributes.has('url.full'),
  read(span) {
    if (!isHttpServerSpan(span)) return { kind: 'http' };
    const { endpoint, method, statusCode } = readHttpServerFields(span.attributes);
    return {
      kind: 'http',
      context: {
        ...(endpoint === undefined ? {} : { endpoint }),
        ...(method === undefined ? {} : { method }),
        ...(statusCode === undefined ? {} : { statusCode }),
      },
    };
  },
};
